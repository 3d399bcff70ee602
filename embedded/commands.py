"""The commands of web, workers and beat. `make up` and docker-compose.yml run the same; a test compares."""

import sys
from pathlib import Path

QUEUES = "default,checks,reading,bundles,mail"
EYES_QUEUE = "eyes"
WEB = ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
WORKER = ["celery", "-A", "config.celery", "worker", "-Q", QUEUES, "--without-gossip", "--without-mingle"]
# Reads pictures (OCR): 400 MB and seconds of all processors a page, so one at a time and apart from the other jobs.
READER = [
    "celery", "-A", "config.celery", "worker", "-Q", EYES_QUEUE, "-c", "1", "--prefetch-multiplier", "1",
    "-n", "reader@%h", "--without-gossip", "--without-mingle",
]  # fmt: skip
BEAT = ["celery", "-A", "config.celery", "beat", "--pidfile="]
MIGRATE = ["python", "manage.py", "migrate", "--no-input"]


def here(command: list[str]) -> list[str]:
    """The same command with the program of this virtual environment."""
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]
