"""Plumbing only: database, worker, web server, browser. People and objects come from tests/factories/."""

pytest_plugins: list[str] = []
