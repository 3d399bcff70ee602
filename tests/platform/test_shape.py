"""The files that describe a deployment, read against the code they describe."""

import re
import subprocess

import pytest
import yaml

from config.env import VARIABLES, parse_file
from embedded import commands
from embedded.places import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "reader", "beat"]
NAMES = {variable.name for variable in VARIABLES}


def test_env_example_says_the_same_as_the_settings():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    assert said == {variable.name: variable.default or "" for variable in VARIABLES}
    comments = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    assert [v.name for v in VARIABLES if not any(line.startswith(v.meaning) for line in comments)] == []


def test_env_file_leaves_out_empty_names(tmp_path):
    (tmp_path / "env").write_text('# comment\nA=\nB = "two"\n\nC=x=y\n')
    assert parse_file(tmp_path / "env") == {"B": "two", "C": "x=y"}


def test_compose_has_the_production_parts():
    assert sorted(SERVICES) == sorted([*OURS, "postgres", "redis", "clamd", "s3"])
    assert SERVICES["s3"]["profiles"] == ["s3"]


def test_compose_runs_the_commands_of_make_up():
    assert SERVICES["web"]["command"] == commands.WEB
    assert SERVICES["worker"]["command"] == commands.WORKER
    assert SERVICES["reader"]["command"] == commands.READER
    assert SERVICES["beat"]["command"] == commands.BEAT
    assert SERVICES["migrate"]["command"] == commands.MIGRATE


@pytest.mark.parametrize("service", OURS)
def test_compose_sets_only_variables_the_settings_know(service):
    environment = SERVICES[service]["environment"]
    assert sorted(set(environment) - NAMES) == []
    required = {variable.name for variable in VARIABLES if variable.default is None}
    assert sorted(required - set(environment)) == []
    assert SERVICES[service]["image"] == "proofline"


def test_compose_names_each_volume_and_host_it_uses():
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])
    environment = SERVICES["web"]["environment"]
    hosts = [re.search(r"(?:@|//)([a-z]+):\d+", environment[name])[1] for name in ("DATABASE_URL", "REDIS_URL")]
    assert hosts == ["postgres", "redis"]
    assert environment["SCANNER_URL"] == "tcp://clamd:3310"


def test_the_workers_serve_every_queue_that_jobs_are_sent_to(settings):
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed | {settings.CELERY_TASK_DEFAULT_QUEUE} == {*commands.QUEUES.split(","), commands.EYES_QUEUE}


def test_a_job_is_killed_long_before_it_is_handed_out_again(settings):
    from config.celery import app

    app.loader.import_default_modules()
    limits = [task.time_limit or settings.CELERY_TASK_TIME_LIMIT for task in app.tasks.values()]
    assert max(limits) < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_timetable_names_jobs_that_exist(settings):
    from config.celery import app

    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sorted(wanted - set(app.tasks)) == []


def test_image_runs_as_an_ordinary_user_with_hashed_packages():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER proofline" in lines
    assert "RUN pip install --no-cache-dir --require-hashes -r requirements.txt" in lines
    assert lines[-1] == f"CMD {str(commands.WEB).replace(chr(39), chr(34))}"


def test_makefile_targets_are_explained_and_ci_runs_the_tests():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)[1].split()
    explained = re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE)
    assert sorted(explained) == sorted(phony)
    assert {"up", "test", "check", "setup", "seed", "reset", "bench", "samples", "screens", "help"} <= set(phony)
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"


def test_committed_lists_name_no_host():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert re.findall(r"https?://\S+", (ROOT / name).read_text(encoding="utf-8")) == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_the_product_starts_its_makefile_help():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in said.splitlines()][:3] == ["help", "setup", "up"]
