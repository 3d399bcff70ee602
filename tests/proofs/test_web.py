"""Typed web addresses: whom we ask, whom never, and what is kept. Served from this machine, nothing leaves it."""

import gzip
import hashlib
import itertools
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse

from core import clock
from proofs import services, web
from proofs.models import Document
from proofs.services import addresses
from proofs.tasks import fetch_address
from proofs.web import MAX_BYTES, Net, is_public, look_at
from tests.factories.claims import make_proof
from tests.proofs.pages import Seen

PAGE = (
    "<html><head><title> Spring\n offers </title><style>x{}</style></head>"
    "<body><script>alert(1)</script><h1>Zwei für eins</h1><p>Only in May.</p></body></html>"
)


# Whom we ask ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104 - never bound
        "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::", "64:ff9b:1::1", "192.88.99.1", "2001:0:7f00:1::", "2001:db8::1", "localhost", "", "1.2.3",
    ],
)  # fmt: skip
def test_addresses_that_are_never_asked(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "http://example.com:22/", "http:///x",
        "http://user@example.com/", "http://user:pw@example.com/", "http://example.com:99999/", "https://[::1/",
        "http://exa mple.com:80/", "javascript:alert(1)", "http://" + "a" * 70 + ".example/", "//example.com/",
    ],
)  # fmt: skip
def test_addresses_of_another_shape_are_not_even_resolved(address):
    def nobody(host, port):
        raise AssertionError(f"asked for {host}")

    asked = Net(resolve=nobody)
    if " " in address:  # a host with a blank has no meaning in the name service
        asked = Net(resolve=lambda host, port: [])
    assert look_at(address, asked).trouble in ("address", "unknown")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_ways_to_write_this_machine(address):
    """With the resolver of the system, which reads numbers as addresses; none of these asks the network."""
    assert look_at(address).trouble == "private"


def test_one_private_address_among_several_refuses_the_site():
    found = look_at("http://shop.example/", Net(resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"]))
    assert found.trouble == "private"


# A server of our own -------------------------------------------------------------------------------------


class Site(ThreadingHTTPServer):
    """Answers each path with a function of the handler; keeps the headers it was asked with."""

    daemon_threads = True

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = {}, []
        self.port = self.server_address[1]
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that hangs up is what several tests are about."""

    def net(self, *private, seconds=5.0):
        """The world as this server: every name but the private ones leads here, and here is allowed."""
        return Net(
            resolve=lambda host, port: ["10.0.0.1"] if host in private else ["127.0.0.1"],
            is_allowed=lambda ip: ip == "127.0.0.1",
            ports=frozenset({self.port}),
            seconds=seconds,
        )

    def at(self, path="/", host="shop.example"):
        return f"http://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answers[self.path.partition("?")[0]](self)

    def log_message(self, *args):
        """Silent."""

    def reply(self, body=b"", status=200, **headers):
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site():
    server = Site()
    yield server
    server.shutdown()
    server.server_close()


def test_a_page_is_read_once_with_its_title_and_first_words(site):
    body = PAGE.encode()
    site.answers["/may"] = lambda one: one.reply(body, Content_Type="text/html; charset=utf-8", Set_Cookie="a=1")
    found = look_at(site.at("/may?x=1#part"), site.net())
    assert (found.status, found.trouble, found.title) == (200, "", "Spring offers")
    assert found.excerpt == "Zwei für eins Only in May."
    assert (found.sha256, found.size) == (hashlib.sha256(body).hexdigest(), len(body))
    [(path, headers)] = site.asked
    assert path == "/may?x=1"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"].startswith("Proofline/")
    assert headers["Host"] == f"shop.example:{site.port}"
    assert {"Cookie", "Authorization", "Referer"}.isdisjoint(headers)


def test_a_missing_page_is_an_answer_too(site):
    site.answers["/"] = lambda one: one.reply(b"gone", 404, Content_Type="text/plain")
    found = look_at(site.at(), site.net())
    assert (found.status, found.excerpt, found.trouble) == (404, "gone", "")


def test_what_is_no_page_has_no_words(site):
    site.answers["/"] = lambda one: one.reply(b"\x89PNG\r\n", Content_Type="image/png")
    found = look_at(site.at(), site.net())
    assert (found.title, found.excerpt, found.size) == ("", "", 6)


@pytest.mark.parametrize("body", [b"", b"<", b"\x00" * 200, b"<!-- " * 999, b"<a>" * 9000, b"<title>" + b"x" * 9000])
def test_broken_pages_are_no_accident(site, body):
    site.answers["/"] = lambda one: one.reply(body, Content_Type="text/html; charset=no-such")
    site.answers["/utf"] = lambda one: one.reply(body, Content_Type="text/html")
    for path in ("/", "/utf"):
        found = look_at(site.at(path), site.net())
        assert (found.status, found.trouble) == (200, "")
        assert len(found.title) <= web.TITLE
        assert "\x00" not in found.title + found.excerpt


def test_redirects_are_followed_and_the_last_address_is_kept(site):
    site.answers["/a"] = lambda one: one.reply(b"", 302, Location="/b", Set_Cookie="a=1")
    site.answers["/b"] = lambda one: one.reply(b"", 301, Location=site.at("/ü d", "www.shop.example"))
    site.answers["/%C3%BC%20d"] = lambda one: one.reply(PAGE.encode(), Content_Type="text/html; charset=utf-8")
    found = look_at(site.at("/a"), site.net())
    assert (found.status, found.title) == (200, "Spring offers")
    assert found.address.startswith(f"http://www.shop.example:{site.port}/")
    assert all("Cookie" not in headers for _path, headers in site.asked)


@pytest.mark.parametrize(
    ("onward", "trouble"),
    [
        ("http://inside.example:{port}/", "private"),
        ("//inside.example:{port}/", "private"),
        ("http://shop.example:22/", "address"),
        ("file:///etc/passwd", "address"),
        ("http://admin:admin@shop.example:{port}/", "address"),
    ],
)
def test_a_redirect_is_judged_as_if_it_had_been_typed(site, onward, trouble):
    site.answers["/"] = lambda one: one.reply(b"", 302, Location=onward.format(port=site.port))
    found = look_at(site.at(), site.net("inside.example"))
    assert (found.trouble, found.status, len(site.asked)) == (trouble, 0, 1)


def test_the_connection_goes_to_the_address_that_was_judged(site):
    """DNS rebinding: the name is asked once a connection, and what it says later reaches nothing."""
    turns = itertools.chain(["127.0.0.1"], itertools.repeat("10.0.0.1"))
    net = site.net()
    site.answers["/"] = lambda one: one.reply(PAGE.encode(), Content_Type="text/html")
    rebinding = Net(resolve=lambda host, port: [next(turns)], is_allowed=net.is_allowed, ports=net.ports)
    assert look_at(site.at(), rebinding).status == 200
    assert look_at(site.at(), rebinding).trouble == "private"
    assert len(site.asked) == 1


def test_a_ring_of_redirects_ends(site):
    site.answers["/"] = lambda one: one.reply(b"", 302, Location="/")
    assert look_at(site.at(), site.net()).trouble == "redirects"
    assert len(site.asked) == web.MAX_REDIRECTS + 1


def endless(one):
    """No length, no end: only the reader can stop it."""
    one.send_response(200)
    one.send_header("Content-Type", "text/html")
    one.end_headers()
    while True:
        one.wfile.write(b"x" * 65536)


def test_a_huge_page_is_not_read(site):
    site.answers["/said"] = lambda one: one.reply(b"x", Content_Length=str(MAX_BYTES + 1))
    site.answers["/unsaid"] = endless
    for path in ("/said", "/unsaid"):
        found = look_at(site.at(path), site.net())
        assert (found.status, found.trouble, found.sha256) == (200, "large", "")


def test_a_page_of_just_the_limit_is_read(site):
    site.answers["/"] = lambda one: one.reply(b"x" * MAX_BYTES, Content_Type="text/plain")
    assert look_at(site.at(), site.net()).size == MAX_BYTES


def test_what_comes_packed_is_not_unpacked(site):
    bomb = gzip.compress(b"0" * 50_000_000)
    site.answers["/"] = lambda one: one.reply(bomb, Content_Encoding="gzip", Content_Type="text/html")
    found = look_at(site.at(), site.net())
    assert (found.trouble, found.excerpt, found.sha256) == ("packed", "", "")


def dripping(one):
    one.send_response(200)
    one.send_header("Connection", "close")
    one.end_headers()
    while True:
        one.wfile.write(b".")
        time.sleep(0.05)


def dripping_headers(one):
    one.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while True:
        one.wfile.write(b"X: ")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [dripping, dripping_headers, lambda one: time.sleep(3)])
def test_a_slow_site_is_left_after_the_time_for_all_of_it(site, answer):
    site.answers["/"] = answer
    began = time.monotonic()
    found = look_at(site.at(), site.net(seconds=0.6))
    assert (found.trouble, time.monotonic() - began < 2.5) == ("slow", True)


def test_time_is_counted_over_all_redirects(site):
    def later(one):
        time.sleep(0.25)
        one.reply(b"", 302, Location="/")

    site.answers["/"] = later
    assert look_at(site.at(), site.net(seconds=0.6)).trouble == "slow"


def test_nobody_there(site):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    net = Net(lambda host, _port: ["127.0.0.1"], lambda ip: True, frozenset({port}))
    assert look_at(f"http://shop.example:{port}/", net).trouble == "unreachable"

    def unknown(host, _port):
        raise socket.gaierror

    assert look_at("http://shop.example/", Net(resolve=unknown)).trouble == "unknown"


def test_no_http_at_all(site):
    site.answers["/"] = lambda one: one.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    assert look_at(site.at(), site.net()).trouble == "unreachable"


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A site with a certificate for shop.example only, which this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "site.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    both.write_bytes(key.private_bytes(*plain) + certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(both))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    server = Site(context)
    yield server
    server.shutdown()
    server.server_close()


def test_a_certificate_is_that_of_the_name_not_of_the_ip(tls):
    tls.answers["/"] = lambda one: one.reply(PAGE.encode(), Content_Type="text/html")
    assert look_at(f"https://shop.example:{tls.port}/", tls.net()).title == "Spring offers"
    assert look_at(f"https://other.example:{tls.port}/", tls.net()).trouble == "unreachable"


def test_a_slow_site_behind_tls_is_left_too(tls):
    tls.answers["/"] = dripping
    assert look_at(f"https://shop.example:{tls.port}/", tls.net(seconds=0.8)).trouble == "slow"


# From the typed address to its sheet ---------------------------------------------------------------------


@pytest.fixture
def typed(db):
    proof = make_proof(complete=False)
    return services.add_typed(proof.pk, "extra", "url", "http://127.0.0.1/offers", actor=proof.cast.user)


def test_nothing_is_asked_unless_it_is_switched_on(typed, settings, django_capture_on_commit_callbacks):
    assert settings.FETCH_ADDRESSES is False
    with django_capture_on_commit_callbacks() as jobs:
        proof = typed.proof
        services.add_typed(proof.pk, "extra", "url", "http://127.0.0.1/2", actor=proof.created_by)
    assert jobs == []
    fetch_address(str(typed.pk))
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert services.requeue_looks() == 0
    typed.refresh_from_db()
    assert typed.facts == {}


def test_a_typed_address_is_looked_at_after_the_commit(typed, settings, django_capture_on_commit_callbacks):
    """The whole way, with the real guard: this machine is private, which is a note and stops nothing."""
    settings.FETCH_ADDRESSES = True
    proof = typed.proof
    with django_capture_on_commit_callbacks(execute=True):
        other = services.add_typed(proof.pk, "extra", "url", "http://127.0.0.1/3", actor=proof.created_by)
    other.refresh_from_db()
    assert (other.facts["fetched"]["trouble"], other.state) == ("private", "clean")


def test_the_first_finding_stays(typed, settings):
    settings.FETCH_ADDRESSES = True
    assert services.start_look(typed.pk) == services.start_look(typed.pk) == typed.value
    assert services.keep_look(typed.pk, {"status": 200}) is True
    assert services.keep_look(typed.pk, {"status": 500}) is False
    assert services.start_look(typed.pk) == ""
    typed.refresh_from_db()
    assert typed.facts["fetched"]["status"] == 200


def test_a_page_that_kills_its_worker_is_let_be(typed, settings):
    settings.FETCH_ADDRESSES = True
    for _turn in range(addresses.MAX_LOOKS):
        assert services.start_look(typed.pk)
    assert services.start_look(typed.pk) == ""
    typed.refresh_from_db()
    assert typed.facts["fetched"]["trouble"] == "lost"


def test_what_was_removed_is_not_asked(typed, settings):
    settings.FETCH_ADDRESSES = True
    services.remove_document(typed.pk, actor=typed.uploaded_by)
    assert services.start_look(typed.pk) == ""


def test_lost_jobs_are_announced_again_for_a_day(typed, settings):
    settings.FETCH_ADDRESSES = True
    assert services.requeue_looks() == 0
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert (services.requeue_looks(), services.requeue_looks()) == (1, 0)
    with clock.at(clock.now() + timedelta(days=1, minutes=3)):
        assert services.requeue_looks() == 0
    services.keep_look(typed.pk, {"status": 200})
    with clock.at(clock.now() + timedelta(minutes=9)):
        assert services.requeue_looks() == 0


def test_the_sheet_shows_what_was_found(client, typed, settings):
    settings.FETCH_ADDRESSES = True
    client.force_login(typed.uploaded_by)
    sheet = reverse("proofs:document", args=[typed.pk])
    assert not Seen(client.get(sheet)).find("//section[@id='look']")
    found = web.Look(200, "http://shop.example/b", "<b>Spring</b> offers", "Only in May.", "ab" * 32, 300)
    services.keep_look(typed.pk, found.plain())
    shown = Seen(client.get(sheet)).text("//section[@id='look']")
    for part in ("Looked at on", "200", "http://shop.example/b", "<b>Spring</b> offers", "Only in May.", "ab" * 32):
        assert part in shown


@pytest.mark.parametrize("trouble", web.TROUBLES)
def test_the_sheet_says_what_went_wrong(client, typed, settings, trouble):
    settings.FETCH_ADDRESSES = True
    services.keep_look(typed.pk, web.Look(trouble=trouble).plain())
    client.force_login(typed.uploaded_by)
    shown = Seen(client.get(reverse("proofs:document", args=[typed.pk]))).text("//section[@id='look']")
    assert str(web.TROUBLES[trouble]) in shown


def test_a_typed_address_is_stored_with_its_time(typed):
    assert clock.now() - Document.objects.get(pk=typed.pk).created_at < timedelta(minutes=5)
