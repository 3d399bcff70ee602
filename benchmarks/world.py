"""The database of the measurements: one real dossier, multiplied by SQL to the size wanted."""

import uuid
from typing import Any

from django.db import connection

CLAIMS = 20_000
SMALL_PARTNER_CLAIMS = 60
DOCUMENTS = 12


def build(claims: int = CLAIMS) -> dict[str, Any]:
    """Fill an empty database; returns the primary keys and people the measurements use."""
    from proofs import services as proofs
    from tests.factories.claims import make_claim, make_proof
    from tests.factories.files import upload

    proof = make_proof()
    cast = proof.cast
    extra = DOCUMENTS - proof.documents.current().count()
    proofs.add_files(
        proof.pk,
        "extra",
        [upload(name=f"photo-{n}.png") for n in range(extra)],
        actor=cast.user,
        note="On site",
    )
    check_all()
    claim = make_claim(proof=proof)
    draft = make_proof(plan=_plan_of(proof, cast), name="Draft for uploads")
    multiply(proof, claim, claims)
    return {"cast": cast, "proof": proof, "claim": claim, "draft": draft}


def _plan_of(proof: Any, cast: Any) -> Any:
    plan = proof.activity.campaign.plan
    plan.cast = cast
    return plan


def check_all() -> None:
    """What the worker would do."""
    from proofs.checking import check_document
    from proofs.models import Document

    for pk in Document.objects.undecided().values_list("pk", flat=True):
        check_document(pk)


def multiply(proof: Any, claim: Any, count: int) -> None:
    """Copy one proof and its claim `count` times, statuses and dates spread."""
    statuses = ["submitted", "under_review", "action_required", "approved", "rejected"]
    with connection.cursor() as cursor:
        copy(
            cursor,
            "proofs_proof",
            proof.pk,
            count,
            {
                "id": "gen_random_uuid()",
                "number": "'POE-2000-' || lpad(n::text, 6, '0')",
                "name": "'City-light posters ' || n",
                "created_at": "t.created_at - n * interval '1 minute'",
            },
        )
        cursor.execute("ANALYZE")
        columns = columns_of(cursor, "claims_claim")
        values = {
            "id": "gen_random_uuid()",
            "number": "replace(p.number, 'POE', 'CLM')",
            "proof_id": "p.id",
            "created_at": "p.created_at",
            "status": f"(ARRAY{statuses!r})[1 + row_number() OVER () %% {len(statuses)}]",
            "approved_amount": "t.amount",
        }
        chosen = ", ".join(values.get(column, f"t.{column}") for column in columns)
        cursor.execute(
            f"INSERT INTO claims_claim ({', '.join(columns)}) SELECT {chosen} FROM claims_claim t, proofs_proof p "
            "WHERE t.id = %s AND p.number LIKE 'POE-2000-%%'",
            [claim.pk],
        )
        cursor.execute("ANALYZE")


def columns_of(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    return [row[0] for row in cursor.fetchall()]


def copy(cursor: Any, table: str, pk: uuid.UUID, count: int, values: dict[str, str]) -> None:
    columns = columns_of(cursor, table)
    chosen = ", ".join(values.get(column, f"t.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {chosen} FROM {table} t, generate_series(1, %s) n WHERE t.id = %s",
        [count, pk],
    )
