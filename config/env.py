"""Typed reading of the environment.

Every variable the product knows stands once in VARIABLES, with its default and its meaning;
`.env.example` says the same to people and is compared with this list by a test.
`load()` reports everything that is missing or wrong at once, so that a start fails once and not five times.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One variable. `default=None` means: required. `schemes` is only for kind "url"."""

    name: str
    kind: str  # text | flag | number | list | url | path
    default: str | None
    meaning: str
    schemes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


VARIABLES: tuple[Variable, ...] = (
    Variable("SECRET_KEY", "text", None, "Signs sessions and links; at least 32 random characters."),
    Variable(
        "FIELD_KEY",
        "list",
        "",
        "Encrypts account numbers; 32 random characters or more. Several with commas: the first one encrypts.",
    ),
    Variable(
        "DATABASE_URL",
        "url",
        None,
        "PostgreSQL 15 or newer. `make up` starts its own when this is unset.",
        schemes=("postgres", "postgresql"),
    ),
    Variable(
        "REDIS_URL",
        "url",
        None,
        "Redis or Valkey, for jobs and the cache. `make up` starts its own when this is unset.",
        schemes=("redis", "rediss", "redis+socket"),
    ),
    Variable(
        "STORAGE_URL",
        "url",
        "",
        "Where files live: s3://key:secret@host/bucket?region=…&scheme=https, or empty: a folder in VAR_DIR.",
        schemes=("s3",),
    ),
    Variable(
        "EMAIL_URL",
        "url",
        "",
        "Mail server, such as smtp+tls://user:password@host:587; empty: mails are written to VAR_DIR/mail.",
        schemes=("smtp", "smtps", "smtp+tls", "smtp+ssl", "submission", "console", "memory", "dummy"),
    ),
    Variable("EMAIL_FROM", "text", "Proofline <no-reply@localhost>", "Sender of every mail."),
    Variable("VAR_DIR", "path", "var", "Folder of everything that is written at run time."),
    Variable("STATIC_DIR", "path", "", "Folder of the packed static files; empty: static in VAR_DIR."),
    Variable("BIND", "text", "127.0.0.1", "Address the web server listens on; 0.0.0.0 in a container."),
    Variable("PORT", "number", "8000", "Port of the web server."),
    Variable("WEB_WORKERS", "number", "2", "Web processes."),
    Variable("WEB_THREADS", "number", "4", "Threads in each web process."),
    Variable("WORKER_PROCESSES", "number", "2", "Processes of the job worker."),
    Variable("DEBUG", "flag", "0", "Developer pages with stack traces; never in production."),
    Variable("DEMO", "flag", "0", "Loads the demo company set and the gallery at /ui/. `make up` sets it to 1."),
    Variable("VENDOR_NAME", "text", "Contoso", "Name of the vendor whose programs these are."),
    Variable("ALLOWED_HOSTS", "list", "127.0.0.1,localhost,[::1]", "Host names the site answers to, with commas."),
    Variable("CSRF_TRUSTED_ORIGINS", "list", "", "Origins such as https://coop.example.com, with commas."),
    Variable("SITE_URL", "text", "", "Address used in mails; empty: http://127.0.0.1:PORT."),
    Variable("HTTPS", "flag", "0", "1 when people reach the site by https: secure cookies, redirect, HSTS."),
    Variable(
        "TRUSTED_PROXIES",
        "number",
        "0",
        "How many proxies stand before the web server; above 0 their X-Forwarded-* headers are believed.",
    ),
    Variable(
        "SCANNER_URL",
        "url",
        "",
        "clamd, such as tcp://clamd:3310 or unix:///run/clamd.sock.",
        ("tcp", "unix"),
    ),
    Variable("SCANNER_REQUIRED", "flag", "0", "1: a file that could not be scanned for malware is not accepted."),
    Variable("READ_PICTURES", "flag", "1", "0: no text recognition (OCR); photographed invoices suggest no values."),
    Variable(
        "FETCH_ADDRESSES",
        "flag",
        "0",
        "1: the worker opens web addresses typed as evidence once, public ones only, and keeps title and first words.",
    ),
    Variable("SENTRY_DSN", "text", "", "Where errors are reported to; empty: nowhere."),
    Variable(
        "LOG_LEVEL",
        "text",
        "INFO",
        "Least level that is logged.",
        (),
        ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Variable("CELERY_PREFIX", "text", "", "Put before every key in Redis, so that several sets can share one."),
)


@dataclass(frozen=True)
class Environment:
    """The values, by lower-case attribute: `env.secret_key`, `env.debug`."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name.upper()]
        except KeyError:
            raise AttributeError(f"{name.upper()} is not declared in config/env.py") from None


def parse_file(path: Path) -> dict[str, str]:
    """NAME=value lines; comments and names without a value are left out, quotes around a value dropped."""
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        value = value.strip().strip("\"'")
        if equals and value and not name.startswith("#"):
            found[name.strip()] = value
    return found


def _parse(variable: Variable, raw: str) -> Any:
    """The value as its kind says; ValueError with a sentence for a person."""
    if variable.choices and raw not in variable.choices:
        raise ValueError(f"must be one of {', '.join(variable.choices)}")
    if variable.kind == "flag":
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise ValueError("must be 0 or 1")
        return raw.lower() in {"1", "true", "yes"}
    if variable.kind == "number":
        if not raw.isdecimal():
            raise ValueError("must be a whole number, 0 or above")
        return int(raw)
    if variable.kind == "list":
        return [part.strip() for part in raw.split(",") if part.strip()]
    if variable.kind == "path":
        return (ROOT / raw).resolve() if raw else None
    if variable.kind == "url" and raw and urlsplit(raw).scheme not in variable.schemes:
        raise ValueError(f"must start with {', '.join(s + '://' for s in variable.schemes)}")
    return raw


def read(source: Mapping[str, str]) -> Environment:
    """All variables from `source`; ImproperlyConfigured names every missing and every invalid one."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        raw = source.get(variable.name, "").strip()
        if not raw and variable.default is None:
            problems.append(f"{variable.name} is missing. {variable.meaning}")
            continue
        try:
            values[variable.name] = _parse(variable, raw or variable.default or "")
        except ValueError as error:
            problems.append(f"{variable.name} {error}. {variable.meaning}")
    if values.get("SECRET_KEY") and len(values["SECRET_KEY"]) < 32:
        problems.append("SECRET_KEY is too short. It needs at least 32 characters.")
    if any(len(key) < 32 for key in values.get("FIELD_KEY") or ()):
        problems.append("FIELD_KEY is too short. Each key needs at least 32 characters.")
    if values.get("HTTPS") and values.get("TRUSTED_PROXIES") == 0:
        problems.append("HTTPS needs TRUSTED_PROXIES of 1 or more: the web server itself speaks plain http.")
    if problems:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        raise ImproperlyConfigured(f"The environment is not complete:\n{lines}\nSee .env.example.")
    return Environment(values)


def load() -> Environment:
    """The process's environment; what it leaves out comes from ENV_FILE (`.env`), then a running `make up`.

    ENV_FILE set to nothing reads no file: tests do not depend on what a developer keeps in `.env`.
    """
    merged: dict[str, str] = {}
    name = os.environ.get("ENV_FILE", ".env")
    if name:
        own = parse_file(ROOT / name)
        var = ROOT / (os.environ.get("VAR_DIR") or own.get("VAR_DIR") or "var")
        merged = {**parse_file(var / "run" / "stack.env"), **own}
    return read({**merged, **{name: value for name, value in os.environ.items() if value.strip()}})
