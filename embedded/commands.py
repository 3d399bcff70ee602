"""The commands of web, worker and beat. `make up` and docker-compose.yml run the same; a test compares."""

import sys
from pathlib import Path

QUEUES = "default,checks,bundles,mail"
WEB = ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
WORKER = ["celery", "-A", "config.celery", "worker", "-Q", QUEUES, "--without-gossip", "--without-mingle"]
BEAT = ["celery", "-A", "config.celery", "beat", "--pidfile="]
MIGRATE = ["python", "manage.py", "migrate", "--no-input"]


def here(command: list[str]) -> list[str]:
    """The same command with the program of this virtual environment."""
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]
