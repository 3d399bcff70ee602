"""The one settings file, driven by the environment (config/env.py says what can be set)."""

from pathlib import Path

import dj_database_url
import dj_email_url
import structlog
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from config import env as environment
from config.locations import redis_cache_url, storages
from config.logs import mask_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.load()
VAR_DIR: Path = env.var_dir

SECRET_KEY = env.secret_key
FIELD_KEYS = env.field_key
DEBUG = env.debug
DEMO = env.demo
VENDOR_NAME = env.vendor_name
ALLOWED_HOSTS = env.allowed_hosts
CSRF_TRUSTED_ORIGINS = env.csrf_trusted_origins
SITE_URL = env.site_url or f"http://127.0.0.1:{env.port}"
SCANNER_URL = env.scanner_url
SCANNER_REQUIRED = env.scanner_required
READ_PICTURES = env.read_pictures
FETCH_ADDRESSES = env.fetch_addresses

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "core",
    "accounts",
    "incentives",
    "plans",
    "proofs",
    "claims",
    "portal",
    *(["demo"] if DEMO else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_filters",
    "pgtrigger",
    "storages",
    "django_structlog",
]


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RequestIdMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.KeptInputMiddleware",
    "core.middleware.ErrorMiddleware",
]

# Pages: Jinja2 for ours, Django's own language only where a package demands it -----------------------------

_REQUEST_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "portal.frame.frame",
]
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "core.ui.environment", "context_processors": _REQUEST_PROCESSORS},
    },
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates_django"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _REQUEST_PROCESSORS},
    },
]
FORM_RENDERER = "core.ui.FormRenderer"

# Data -------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(env.database_url, conn_max_age=600, conn_health_checks=True),
}
# Our joins are written from the narrow side on; trying every order of eight tables took ten times the query itself.
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = f"{_options.get('options', '')} -c join_collapse_limit=4".strip()
REDIS_URL = env.redis_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_cache_url(env.redis_url),
        "KEY_PREFIX": f"{env.celery_prefix}cache",
    }
}
STORAGES = storages(env.storage_url, VAR_DIR, packed_static=not DEBUG)

# Bytes of an upload land on the disk that holds the quarantine, so that accepting a file is a rename.
FILE_UPLOAD_HANDLERS = ["core.uploads.HashingUploadHandler"]
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "files" / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
(VAR_DIR / "run").mkdir(exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Files do not count here; the largest form of ours has a few hundred short fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Twice what one dossier holds, so that whoever picks a folder is told file by file what was not taken.
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# Static files: ours, and the browser packages straight out of node_modules ----------------------------------

_PACKAGES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = env.static_dir or VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static.BrowserPackagesFinder",
]
# (prefix of the address, folder, files): `{{ static("lib/tabler/css/tabler.min.css") }}`
BROWSER_PACKAGES = [
    ("lib/tabler/css", _PACKAGES / "@tabler/core/dist/css", ("tabler.min.css", "tabler.min.css.map")),
    ("lib/tabler/js", _PACKAGES / "@tabler/core/dist/js", ("tabler.min.js", "tabler.min.js.map")),
    ("lib/icons", _PACKAGES / "@tabler/icons-sprite/dist", ("tabler-sprite.svg", "tabler-sprite-filled.svg")),
    ("lib/inter", _PACKAGES / "@fontsource-variable/inter", ("*.css", "files/*.woff2")),
    ("lib/uppy", _PACKAGES / "uppy/dist", ("uppy.min.*",)),
    ("lib/pdfjs/build", _PACKAGES / "pdfjs-dist/build", ("pdf.min.mjs", "pdf.worker.min.mjs")),
    ("lib/pdfjs/cmaps", _PACKAGES / "pdfjs-dist/cmaps", ("*.bcmap",)),
    ("lib/pdfjs/standard_fonts", _PACKAGES / "pdfjs-dist/standard_fonts", ("*.pfb", "*.ttf")),
    ("lib/pdfjs/wasm", _PACKAGES / "pdfjs-dist/wasm", ("*.wasm", "*.js")),
    ("lib/pdfjs/iccs", _PACKAGES / "pdfjs-dist/iccs", ("*.icc",)),
]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0 if DEBUG else 60
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}

# People -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {"login": "accounts.sign_in.SignInForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Proofline"

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# What a page wants to say ends with the session; in a cookie it would greet the next person at the machine.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

# Transport --------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.https
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.trusted_proxies else None
X_FRAME_OPTIONS = "DENY"

# Languages and time -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# A language is offered once its texts are there: `make messages` collects them, locale/<code>/ holds them.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Mail -------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_from
EMAIL_TIMEOUT = 20
if env.email_url:
    vars().update({key: value for key, value in dj_email_url.parse(env.email_url).items() if value is not None})
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_from
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Jobs (the Celery app reads every CELERY_ name) -------------------------------------------------------------

CELERY_BROKER_URL = env.redis_url
# Every job names its own limit; a job that passes it is killed, and only a lost one is handed out again.
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    "global_keyprefix": env.celery_prefix,
    # A request does not wait for a broker that is down (kombu would try for six seconds a job): a sweep sends it.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_CONCURRENCY = env.worker_processes
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = {
    "proofs.check_document": {"queue": "checks"},
    "proofs.read_text": {"queue": "reading"},
    "proofs.find_twins": {"queue": "reading"},
    "proofs.read_picture": {"queue": "eyes"},
    "claims.*bundle*": {"queue": "bundles"},
    "claims.compare_rules": {"queue": "bundles"},
    "core.write_export": {"queue": "bundles"},
    "core.deliver_mail": {"queue": "mail"},
}
CELERY_TIMEZONE = "UTC"
# `expires` keeps a stopped worker from finding a pile of the same errand when it comes back.
CELERY_BEAT_SCHEDULE = {
    "requeue-checks": {"task": "proofs.requeue_checks", "schedule": 5.0, "options": {"expires": 5}},
    "requeue-readings": {"task": "proofs.requeue_readings", "schedule": 10.0, "options": {"expires": 10}},
    "requeue-looks": {"task": "proofs.requeue_looks", "schedule": 120.0, "options": {"expires": 120}},
    "deliver-notifications": {
        "task": "core.deliver_notifications",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "requeue-rule-runs": {"task": "claims.requeue_runs", "schedule": 30.0, "options": {"expires": 30}},
    "requeue-exports": {"task": "core.requeue_exports", "schedule": 30.0, "options": {"expires": 30}},
    "expire-drafts": {
        "task": "claims.expire_drafts",
        "schedule": crontab(minute=5),
        "options": {"expires": 3600},
    },
    "close-overdue": {
        "task": "claims.close_overdue",
        "schedule": crontab(minute=10),
        "options": {"expires": 3600},
    },
    "finalize-rejections": {
        "task": "claims.finalize_rejections",
        "schedule": crontab(minute=12),
        "options": {"expires": 3600},
    },
    "make-payout-payments": {
        "task": "claims.make_payout_payments",
        "schedule": crontab(minute=16),
        "options": {"expires": 3600},
    },
    "lapse-kept-money": {
        "task": "claims.lapse_kept_money",
        "schedule": crontab(minute=14),
        "options": {"expires": 3600},
    },
    "schedule-payments": {
        "task": "claims.schedule_payments",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "lapse-payments": {
        "task": "claims.lapse_payments",
        "schedule": crontab(minute=15),
        "options": {"expires": 3600},
    },
    "requeue-imports": {"task": "incentives.requeue_imports", "schedule": 15.0, "options": {"expires": 15}},
    "close-funds": {"task": "incentives.close_funds", "schedule": crontab(minute=16), "options": {"expires": 3600}},
    "apply-thresholds": {
        "task": "incentives.apply_thresholds",
        "schedule": crontab(minute=18),
        "options": {"expires": 3600},
    },
    "make-payouts": {"task": "plans.make_payouts", "schedule": crontab(minute=16), "options": {"expires": 3600}},
    "verify-ledger": {
        "task": "incentives.verify_ledger",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "purge": {"task": "core.purge", "schedule": crontab(minute=20), "options": {"expires": 3600}},
    "purge-quarantine": {
        "task": "proofs.purge_quarantine",
        "schedule": crontab(minute=25),
        "options": {"expires": 3600},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "run" / "beat-schedule")

# Logs: one JSON object a line on stderr (stdout belongs to commands); readable lines while developing -------

_SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_RENDERERS = (
    [mask_secrets, structlog.dev.ConsoleRenderer()]
    if DEBUG
    else [structlog.processors.format_exc_info, mask_secrets, structlog.processors.JSONRenderer()]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_RENDERERS],
            "foreign_pre_chain": _SHARED_PROCESSORS,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.log_level},
    "loggers": {
        "django": {"handlers": [], "level": env.log_level, "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # The request middleware already writes one line a request with its outcome.
        "django.request": {"level": "ERROR"},
        # The same for jobs.
        "celery.app.trace": {"level": "ERROR"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED_PROCESSORS,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line a request is enough

if env.sentry_dsn:
    import sentry_sdk

    # Neither what people typed nor the values in a broken function: they may be an account number.
    sentry_sdk.init(
        dsn=env.sentry_dsn, send_default_pii=False, max_request_body_size="never", include_local_variables=False
    )
