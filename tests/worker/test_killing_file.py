"""D-20 with a real worker: a file that takes down whoever decodes it is refused, and its neighbours are not."""

import os
import signal
import socket
import struct
import threading

import pytest

from proofs import services as proofs
from proofs.choices import DocumentState
from proofs.models import Document
from tests.factories.claims import make_proof
from tests.factories.files import pdf_upload, picture, upload

MARK = b"the file that kills"
SECONDS = 90.0  # two attempts with their leases, and the sweeps behind them

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class KillingScanner(threading.Thread):
    """A scanner beside which a marked file ends the process that sent it, as a decoder's crash would."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.killed: list[int] = []

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self.serve(connection, stream)

    def serve(self, connection, stream) -> None:
        if stream.readline() == b"nPING\n":
            connection.sendall(b"PONG\n")
            return
        body = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            body += stream.read(length)
        if MARK in body:
            sender = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
            self.killed.append(sender)
            os.kill(sender, signal.SIGKILL)
            return
        connection.sendall(b"stream: OK\n")


@pytest.fixture
def scanner(tmp_path):
    running = KillingScanner(tmp_path / "clamd.sock")
    running.start()
    yield running
    running.listener.shutdown(socket.SHUT_RDWR)
    running.listener.close()


def test_a_file_that_kills_its_process_is_refused_and_the_next_ones_are_checked(worker, scanner, tmp_path, wait_until):
    worker.stop()
    worker.start(SCANNER_URL=f"unix://{tmp_path}/clamd.sock")
    proof = make_proof(complete=False)
    mine = Document.objects.filter(proof=proof)

    def send(*files) -> None:
        received = [proofs.add_files(proof.pk, "extra", [file], actor=proof.cast.user, note="x") for file in files]
        assert [one.problem for [one] in received] == [None] * len(files)

    send(upload(MARK, "killer.txt", "text/plain"), pdf_upload("next.pdf"), upload(picture(), "then.png"))
    wait_until(lambda: mine.filter(state=DocumentState.CLEAN).count() == 2, 30, "the files behind it checked")
    wait_until(lambda: not mine.undecided().exists(), SECONDS, "a verdict for every file")

    killer = mine.get(name="killer.txt")
    assert (killer.state, killer.attempts, len(set(scanner.killed))) == (DocumentState.REFUSED, 2, 2)
    assert list(killer.checks.values_list("check_name", "level")) == [("process", "stop")]
    send(pdf_upload("later.pdf"))
    wait_until(lambda: mine.filter(name="later.pdf", state=DocumentState.CLEAN).exists(), 30, "a later file checked")
