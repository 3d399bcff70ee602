"""What differs in tests. Runs without any variable set, so that tools and tests need nothing by hand."""

import os

os.environ["ENV_FILE"] = ""
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-never-anywhere-else")
os.environ.setdefault("DATABASE_URL", "postgres://app@/proofline?host=/nonexistent")
os.environ.setdefault("REDIS_URL", "redis+socket:///nonexistent/valkey.sock")
# Not a default: xdist's workers inherit the environment of the process that started them.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VAR_DIR"] = os.path.join(os.environ.get("TEST_VAR_DIR", "var/test"), _WORKER)
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("READ_PICTURES", "0")  # the engine of OCR takes seconds: tests of it switch it on
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")

from config.settings import *  # noqa: E402, F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, env  # noqa: E402

TESTING = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Jobs run at once in the test's own process; tests with a real worker set TEST_JOBS (tests/conftest.py).
CELERY_TASK_ALWAYS_EAGER = os.environ.get("TEST_JOBS") != "real"
CELERY_TASK_EAGER_PROPAGATES = True
ACCOUNT_RATE_LIMITS = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
# One queue set per test process: a worker started by a test sees only that test's jobs.
CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = env.celery_prefix or f"{_WORKER}-"
