"""config/env.py: what is missing or wrong is reported at once."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import VARIABLES, read

COMPLETE = {
    "SECRET_KEY": "x" * 40,
    "DATABASE_URL": "postgres://app@db/proofline",
    "REDIS_URL": "redis://redis:6379/0",
}


def test_defaults_are_typed():
    env = read(COMPLETE)
    assert (env.debug, env.port, env.vendor_name) == (False, 8000, "Contoso")
    assert env.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]


def test_every_problem_is_named_at_once():
    with pytest.raises(ImproperlyConfigured) as caught:
        read(
            {
                "PORT": "eighty",
                "DEBUG": "maybe",
                "STORAGE_URL": "ftp://host/x",
                "LOG_LEVEL": "LOUD",
                "SECRET_KEY": "short",
            }
        )
    named = [line.split()[1] for line in str(caught.value).splitlines() if line.startswith("  - ")]
    assert sorted(named) == [
        "DATABASE_URL",
        "DEBUG",
        "LOG_LEVEL",
        "PORT",
        "REDIS_URL",
        "SECRET_KEY",
        "STORAGE_URL",
    ]


def test_names_are_declared_once():
    names = [variable.name for variable in VARIABLES]
    assert len(names) == len(set(names))


def test_https_without_a_proxy_is_refused():
    with pytest.raises(ImproperlyConfigured, match="HTTPS needs TRUSTED_PROXIES"):
        read({**COMPLETE, "HTTPS": "1"})
    assert read({**COMPLETE, "HTTPS": "1", "TRUSTED_PROXIES": "1"}).https is True
