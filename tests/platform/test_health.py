"""/health/ names the part that is down."""

from pathlib import Path

import pytest


def states(response):
    return {name: part["state"] for name, part in response.json()["parts"].items()}


@pytest.mark.django_db
def test_it_says_that_no_worker_runs(client):
    response = client.get("/health/")
    assert response.status_code == 503
    assert states(response) == {
        "database": "ok",
        "queue": "ok",
        "worker": "down",
        "files": "ok",
        "scanner": "not configured",
    }


def test_everything_is_fine_with_a_worker(worker, client):
    response = client.get("/health/")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_it_names_the_queue_and_a_required_scanner(client, settings, tmp_path):
    settings.REDIS_URL = f"redis+socket://{tmp_path}/none.sock"
    settings.SCANNER_REQUIRED = True
    found = states(client.get("/health/"))
    assert (found["queue"], found["scanner"]) == ("down", "down")


def test_it_answers_without_a_database(client, settings, monkeypatch):
    def refuse() -> None:
        raise OSError("connection refused")

    monkeypatch.setattr("config.health.connection.cursor", refuse)
    found = states(client.get("/health/"))
    assert found["database"] == "down"


@pytest.mark.django_db
def test_people_get_a_page(client):
    response = client.get("/health/", headers={"accept": "text/html"})
    assert response.status_code == 503
    assert response.content.decode().count("<strong>Down</strong>") == 1


@pytest.mark.django_db
def test_the_probe_leaves_no_file(client, settings):
    client.get("/health/")
    stores = [Path(settings.STORAGES[name]["OPTIONS"]["location"]) for name in ("quarantine", "documents")]
    assert [path for store in stores for path in (store / "health").iterdir()] == []
