"""One look at a web address that was typed as evidence: its status, title and first words. Knows no rows.

The address is a stranger's: only public addresses are asked, each redirect is judged anew, the connection goes to the
address that was judged, and what comes back is limited in time and size and never unpacked.
"""

import hashlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext_lazy as _
from lxml import etree, html

MAX_BYTES = 2 * 1024 * 1024  # pages of shops and magazines stay below; what is larger is no page
SECONDS = 10.0  # for everything together: names, redirects, body
MAX_REDIRECTS = 5  # to https, to www, to a language, and two to spare
PORTS = frozenset({80, 443})
EXCERPT, TITLE, ADDRESS = 600, 200, 2000  # characters kept
AGENT = "Proofline/1.0 (evidence of a co-op claim; looks once, follows no links)"
_HTML = ("text/html", "application/xhtml+xml")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 through an IPv6-only network: the last four bytes count
# Protocol assignments and tunnels that older Pythons call global; no web site lives there.
_NEVER = tuple(
    ipaddress.ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "2002::/16", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
)
_UNQUOTED = "/%:@!$&'()*+,;=~?[]"  # what is quoted already, or has a meaning of its own
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # PostgreSQL keeps no NUL, pages no control codes

TROUBLES: dict[str, Any] = {
    "address": _("This address cannot be asked: only http and https at their usual ports, without a user name."),
    "unknown": _("No such site was found."),
    "private": _("The address leads into a private network. It was not asked."),
    "redirects": _("The site sent us from one address to the next without end."),
    "slow": _("The site did not answer in time."),
    "large": _("The page is larger than 2 MB. It was not read."),
    "packed": _("The site sent the page packed, although we asked for it plain. It was not unpacked."),
    "unreachable": _("The site could not be reached, or its answer could not be read."),
    "lost": _("The page could not be read."),
}


@dataclass(frozen=True)
class Look:
    """What was found. trouble: key of TROUBLES, "" = none; whatever was learned before it is kept."""

    status: int = 0
    address: str = ""
    title: str = ""
    excerpt: str = ""
    sha256: str = ""
    size: int = 0
    trouble: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


class _Trouble(Exception):
    """Carries a key of TROUBLES."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: not private, loopback, link-local, multicast, reserved,
    unspecified, nor one of these inside an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    if any(ip in one for one in _NEVER):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of a host. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Net:
    """How the world is reached; another one than the default lets a test serve from this machine."""

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = PORTS
    seconds: float = SECONDS


def look_at(address: str, net: Net = Net()) -> Look:
    """Ask for the page once, following its redirects. Never raises for what a site does."""
    deadline = time.monotonic() + net.seconds
    for _turn in range(MAX_REDIRECTS + 1):
        try:
            status, onward, look = _ask(address, net, deadline)
        except _Trouble as trouble:
            return Look(address=_kept(address, ADDRESS), trouble=str(trouble))
        if not onward:
            return look
        address = urljoin(address, onward)
    return Look(status=status, address=_kept(address, ADDRESS), trouble="redirects")


def _ask(address: str, net: Net, deadline: float) -> tuple[int, str, Look]:
    """Status, where it sends us ("" = nowhere), and what was found. Raises _Trouble."""
    parts, host, port = _judged(address, net)
    ip = _pinned(host, port, net)
    kind = _PinnedTLS if parts.scheme == "https" else _Pinned
    connection = kind(host, port, ip, deadline)
    headers = {"User-Agent": AGENT, "Accept": "text/html, */*;q=0.5", "Accept-Encoding": "identity"}
    with _watched(connection, deadline) as is_late:
        try:
            connection.request("GET", _target(parts), headers=headers)
            answer = connection.getresponse()
            onward = answer.getheader("Location") or "" if answer.status in _REDIRECTS else ""
            return answer.status, onward, Look() if onward else _read(answer, address)
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = is_late() or isinstance(error, TimeoutError)
            raise _Trouble("slow" if late else "unreachable") from error
        finally:
            connection.close()


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_UNQUOTED)
    return f"{path}?{quote(parts.query, safe=_UNQUOTED)}" if parts.query else path


def _judged(address: str, net: Net) -> tuple[SplitResult, str, int]:
    """The parts of an address that may be asked, its host in the letters of the network, its port."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError):  # ValueError: also of a host that cannot be written so
        raise _Trouble("address") from None
    if not host or port not in net.ports or parts.username is not None or parts.password is not None:
        raise _Trouble("address")
    return parts, host, port


def _pinned(host: str, port: int, net: Net) -> str:
    """The one IP address to connect to; a host with a single private one among its addresses is refused whole."""
    try:
        found = net.resolve(host, port)
    except (OSError, UnicodeError):
        raise _Trouble("unknown") from None
    if not found:
        raise _Trouble("unknown")
    if not all(net.is_allowed(one) for one in found):
        raise _Trouble("private")
    return found[0]


class _Pinned(http.client.HTTPConnection):
    """Speaks to the IP address that was judged, whatever the name means by now."""

    def __init__(self, host: str, port: int, ip: str, deadline: float):
        super().__init__(host, port, timeout=max(0.1, deadline - time.monotonic()))
        self.ip = ip
        self.wire: socket.socket | None = None  # stays when http.client lets go of `sock` and reads on

    def connect(self) -> None:
        self.sock = self.wire = socket.create_connection((self.ip, self.port), self.timeout)


class _PinnedTLS(_Pinned):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        safe = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self.wire = safe
        safe.do_handshake()


@contextmanager
def _watched(connection: _Pinned, deadline: float) -> Iterator[Callable[[], bool]]:
    """Hangs up at the deadline: a site that sends a byte a second passes every timeout of a single read."""
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        if connection.wire is not None:
            try:
                socket.socket.shutdown(connection.wire, socket.SHUT_RDWR)
            except OSError:  # hung up by the other side already
                return

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield late.is_set
        if late.is_set():  # what looked like the end of the page was ours
            raise _Trouble("slow")
    finally:
        timer.cancel()


def _read(answer: http.client.HTTPResponse, address: str) -> Look:
    found = Look(status=answer.status, address=_kept(address, ADDRESS))
    if (answer.getheader("Content-Encoding") or "identity").strip().lower() != "identity":
        return replace(found, trouble="packed")
    if (answer.length or 0) > MAX_BYTES:
        return replace(found, trouble="large")
    body = answer.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return replace(found, trouble="large")
    title, excerpt = _words(body, answer.headers.get_content_type(), answer.headers.get_content_charset())
    return replace(found, title=title, excerpt=excerpt, sha256=hashlib.sha256(body).hexdigest(), size=len(body))


def _words(body: bytes, kind: str, charset: str | None) -> tuple[str, str]:
    """Title and first words of a page or a text; of anything else none."""
    if kind == "text/plain":
        return "", _kept(body.decode("latin-1" if charset == "latin-1" else "utf-8", "replace"), EXCERPT)
    if kind not in _HTML or not body.strip():
        return "", ""
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding=charset))
    except (LookupError, ValueError, etree.LxmlError):  # an unknown charset, or no page at all
        return "", ""
    title = tree.findtext(".//title") or ""
    for silent in tree.xpath("//script | //style | //noscript | //template | //head"):
        silent.drop_tree()
    return _kept(title, TITLE), _kept(" ".join(tree.itertext()), EXCERPT)


def _kept(text: str, length: int) -> str:
    return " ".join(_UNKEEPABLE.sub(" ", text).split())[:length]
