// Keys of the review desk. J and K walk the documents ([data-desk-doc], the current one has aria-current);
// any element with data-key="a" is clicked by that letter; "?" likewise. Never while someone types,
// never with a modifier, never while a dialog is open.

function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function walk(step) {
  const documents = [...document.querySelectorAll("[data-desk-doc]")];
  const here = documents.findIndex((item) => item.hasAttribute("aria-current"));
  const next = documents[Math.min(documents.length - 1, Math.max(0, here + step))];
  if (next && next !== documents[here]) next.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    if (document.querySelector("[data-desk-doc]")) {
      event.preventDefault();
      walk(key === "j" ? 1 : -1);
    }
    return;
  }
  if (key.length !== 1) return;
  const button = [...document.querySelectorAll("[data-key]")].find(
    (item) => item.dataset.key === key && item.offsetParent !== null && item.getAttribute("aria-disabled") !== "true",
  );
  if (!button) return;
  event.preventDefault();
  if (button.matches("input, textarea, select")) button.focus();
  else button.click();
});

// The next document is fetched while this one is read, so that nothing waits.
function prefetch() {
  const documents = [...document.querySelectorAll("[data-desk-doc]")];
  const next = documents[documents.findIndex((item) => item.hasAttribute("aria-current")) + 1];
  if (next?.dataset.file) fetch(next.dataset.file, { priority: "low" }).catch(() => {});
}

window.setTimeout(prefetch, 800);
document.addEventListener("htmx:afterSettle", prefetch);
