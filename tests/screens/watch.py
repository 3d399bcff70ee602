"""Watches a page while it is used: foreign hosts, violations of the security policy, errors, accessibility."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")
_REMEMBER = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', e => window.__violations.push(
  e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber));
"""


class Watch:
    """faults: what was wrong, each with the page it was seen on."""

    def __init__(self, page, url):
        self.page, self.host, self.faults = page, urlsplit(url).netloc, []
        page.add_init_script(_REMEMBER)
        page.on("request", self._seen)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: script error {error}"))
        page.on("console", self._said)

    def _seen(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.faults.append(f"{self.page.url}: loads {request.url}")

    def _said(self, message):
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def look(self, where):
        """Check the page as it stands: policy, accessibility, no sideways scrolling."""
        for violation in self.page.evaluate("window.__violations || []"):
            self.faults.append(f"{where}: policy {violation}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            self.faults.append(f"{where}: {wide} px wider than the window")

    def axe(self, where):
        found = Axe().run(self.page).response["violations"]
        for one in found:
            if one["impact"] in SERIOUS:
                targets = [node["target"] for node in one["nodes"][:3]]
                self.faults.append(f"{where}: {one['impact']} {one['id']} {targets}")
