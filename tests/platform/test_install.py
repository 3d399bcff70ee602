"""`make setup` does nothing when nothing has changed; the browser starts and draws text."""

from embedded import browser, install
from embedded.postgres import LEAST_MAJOR, find_binaries
from embedded.steps import Steps


def test_work_is_done_once_for_each_state(tmp_path):
    done = []
    for state in ("one", "one", "two"):
        install.unless_unchanged(Steps(quiet=True), "x", tmp_path / "stamp", state, lambda: done.append(1))
    assert len(done) == 2


def test_unfinished_work_is_done_again(tmp_path):
    stamp = tmp_path / "stamp"
    stamp.write_text("old")

    def breaks() -> None:
        raise install.SetupError("no network")

    try:
        install.unless_unchanged(Steps(quiet=True), "x", stamp, "new", breaks)
    except install.SetupError:
        pass
    assert not stamp.exists()


def test_digest_follows_the_content(tmp_path):
    file = tmp_path / "list"
    file.write_text("a==1")
    before = install.digest(file)
    file.write_text("a==2")
    assert install.digest(file) != before


def test_postgres_is_new_enough():
    assert find_binaries().major >= LEAST_MAJOR


def test_a_named_browser_comes_first(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/my/chrome")
    assert str(browser.find().program) == "/opt/my/chrome"


def test_the_browser_draws_text(page):
    page.set_content("<h1>Proof of execution</h1>")
    box = page.get_by_role("heading").bounding_box()
    assert box["height"] > 20
