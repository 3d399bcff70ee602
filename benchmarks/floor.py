"""F, the floor: a bare WSGI callable that runs one query and formats 50 rows. Nothing else is in it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import psycopg2

QUERY = """
SELECT c.number, c.status, c.amount, c.currency, p.name, l.name, c.submitted_at, c.due_at
FROM claims_claim c
JOIN proofs_proof p ON p.id = c.proof_id
JOIN incentives_enrollment e ON e.id = c.enrollment_id
JOIN accounts_location l ON l.id = e.location_id
ORDER BY c.created_at DESC, c.id DESC LIMIT 50
"""
_connection: Any = None


def connection() -> Any:
    global _connection
    if _connection is None:
        _connection = psycopg2.connect(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1))
        _connection.autocommit = True
    return _connection


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    with connection().cursor() as cursor:
        cursor.execute(QUERY)
        rows = "".join(
            f"<tr><td>{number}</td><td>{status}</td><td>{amount} {currency}</td><td>{name}</td><td>{place}</td>"
            f"<td>{sent}</td><td>{due}</td></tr>"
            for number, status, amount, currency, name, place, sent, due in cursor
        )
    body = f"<!doctype html><title>50 rows</title><table>{rows}</table>".encode()
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]
