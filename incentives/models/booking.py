# ruff: noqa: S608  statements made of the names of our own columns
"""What an entry does to its fund and to what a claim holds of it, as the body of a PL/pgSQL trigger (D-14).

One branch a route, written from ROUTES: it changes two balances and touches no other. Routes and references are
looked at here and not by constraints: the database reads a constraint anew with every statement, a fifth of a booking,
a trigger once a session.
"""

from collections.abc import Iterable

from incentives.choices import COMMITTED, ROUTES, Bucket

FREE_COVERED = "fund_free_covered"
DECLARED = [("way", "text")]


def _by_pair() -> dict[tuple[str, str], list[str]]:
    """{(source, target): ways}; a way is what an entry says: kind, source, target. Reservations first, the commonest
    and the ones people wait for."""
    found: dict[tuple[str, str], list[str]] = {(Bucket.FREE, Bucket.RESERVED): []}
    for kind, pairs in ROUTES.items():
        for pair in pairs:
            found.setdefault(pair, []).append(f"'{kind} {pair[0]} {pair[1]}'")
    return found


def _moved(source: str, target: str, among: Iterable[str]) -> str:
    steps = [
        f"{bucket} = {bucket} {sign} NEW.amount" for bucket, sign in ((source, "-"), (target, "+")) if bucket in among
    ]
    return ", ".join(steps)


def _of_fund(source: str, target: str) -> str:
    """The fund's row is changed under its own lock: who waits for a fund waits here, and is told what is left."""
    steps = _moved(source, target, set(Bucket) - {Bucket.OUTSIDE})
    covered = " AND free >= NEW.amount" if source == Bucket.FREE else ""
    return (
        f"UPDATE incentives_fund SET {steps}, entry_count = entry_count + 1"
        f" WHERE id = NEW.fund_id{covered} RETURNING entry_count, free INTO NEW.number, NEW.free_after;"
    )  # fmt: skip


def _of_claim(source: str, target: str) -> str:
    """Inserted or raised where money comes to it, which is never below nothing; changed where money leaves or moves
    within it, since a proposed row is checked before a conflict is seen."""
    if source in COMMITTED:
        steps = _moved(source, target, COMMITTED)
        return f"UPDATE incentives_commitment SET {steps} WHERE fund_id = NEW.fund_id AND reference = NEW.reference;"
    first = ", ".join("NEW.amount" if bucket == target else "0" for bucket in COMMITTED)
    return (
        f"INSERT INTO incentives_commitment AS held (fund_id, reference, {', '.join(COMMITTED)})"
        f" VALUES (NEW.fund_id, NEW.reference, {first})"
        f" ON CONFLICT (reference, fund_id) DO UPDATE SET {target} = held.{target} + NEW.amount;"
    )


def _branches() -> tuple[str, str]:
    """(of the fund, of the claim)."""
    of_fund, of_claim = [], []
    for (source, target), ways in _by_pair().items():
        when = f"WHEN {', '.join(ways)} THEN\n  "
        of_fund.append(when + _of_fund(source, target))
        if source in COMMITTED or target in COMMITTED:
            of_claim.append(when + _of_claim(source, target))
    return "\n".join(of_fund), "\n".join(of_claim)


_OF_FUND, _OF_CLAIM = _branches()
BOOK = f"""
way := NEW.kind || ' ' || NEW.source || ' ' || NEW.target;
CASE way
{_OF_FUND}
ELSE
  RAISE EXCEPTION 'unknown route: %', way USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_entry_route_known';
END CASE;
IF NOT FOUND THEN
  RAISE EXCEPTION 'the fund does not cover this' USING ERRCODE = 'check_violation', CONSTRAINT = '{FREE_COVERED}',
    DETAIL = (SELECT free FROM incentives_fund WHERE id = NEW.fund_id);
END IF;
IF (NEW.reference IS NOT NULL) <> (ARRAY[NEW.source, NEW.target]::text[] && '{{{", ".join(COMMITTED)}}}') THEN
  RAISE EXCEPTION 'money of a claim or payout names it, other money names none'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_entry_has_reference';
END IF;
IF NEW.reference IS NOT NULL THEN
  CASE way
  {_OF_CLAIM}
  END CASE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing is held for this' USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_covered';
  END IF;
END IF;
RETURN NEW;
"""
