import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from core import clock
from core.models import Notification
from tests.factories.people import make_user


@pytest.mark.django_db
def test_a_periodic_job_runs_by_its_name():
    Notification.objects.create(
        user=make_user(), kind="N-03", title="Approved", url="/", created_at=clock.now() - timedelta(minutes=5)
    )
    out = StringIO()
    call_command("sweep", "requeue-checks", stdout=out)
    assert mail.outbox == []
    call_command("sweep", "deliver-notifications", stdout=out)
    assert len(mail.outbox) == 1
    assert out.getvalue() == "requeue-checks: done\ndeliver-notifications: done\n"


@pytest.mark.django_db
def test_without_a_name_all_of_them_run(settings):
    out = StringIO()
    call_command("sweep", stdout=out)
    assert out.getvalue().split() == " ".join(f"{name}: done" for name in settings.CELERY_BEAT_SCHEDULE).split()


def test_an_unknown_job_is_named():
    with pytest.raises(CommandError, match="no such job: explode"):
        call_command("sweep", "explode")


def test_describe_writes_what_is_late_and_checks_without_writing(settings, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    table = {"note": "n", "roles": {"user": "user"}, "may": {"plans.view": ["user"]}}
    (docs / "roles.json").write_text(json.dumps({**table, "otherwise_note": "o", "otherwise": {}}))
    settings.BASE_DIR = Path(tmp_path)
    with pytest.raises(CommandError, match=r"out of date: workflows\.md, permissions\.md"):
        call_command("describe", "--check")
    assert sorted(path.name for path in docs.iterdir()) == ["roles.json"]
    out = StringIO()
    call_command("describe", stdout=out)
    assert out.getvalue() == "docs/workflows.md\ndocs/permissions.md\n"
    assert "| `plans.view` | yes | Who sees it at all" in (docs / "permissions.md").read_text()
    assert "    editing --> submitted: submit\n" in (docs / "workflows.md").read_text()
    call_command("describe", "--check")
