"""Readable numbers: PREFIX-YEAR-000042 (D-27): six digits, longer when needed, one sequence a kind, gaps allowed."""

from django.db import connection

from core import clock

DIGITS = 6


def next_number(prefix: str) -> str:
    """Draw the next number of a kind. The sequence `number_<prefix>` is made by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval('number_{prefix.lower()}')")
        value = cursor.fetchone()[0]
    return f"{prefix}-{clock.now():%Y}-{value:0{DIGITS}d}"
