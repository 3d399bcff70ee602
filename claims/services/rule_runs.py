"""A draft of the rules compared with the claims of a period: asked for, worked off in batches under a lease, kept.

A job that dies leaves a lease that lapses; the sweep starts another, which begins anew. Who lost its lease writes
nothing more.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from claims.choices import OVER, CompareState
from claims.models import CapUse, Claim, RuleDifference, RuleRun
from claims.rule_effects import Comparison, Rules
from core import clock
from core.errors import Problem, RuleViolation, StateConflict
from core.jobs import enqueue
from core.permissions import require
from core.workflow import lock
from incentives import rule_draft
from incentives import services as incentives
from incentives.catalogue import ActivitySpec
from incentives.models import Period, Program, ProgramYear, RuleDraft, RuleSet
from proofs.evidence import Dossier
from proofs.matching.codes import CODES
from proofs.models import Document, Invoice, Proof

log = logging.getLogger(__name__)
BATCH = 100  # claims at once, with their documents and invoices; a batch takes about a second
LEASE = timedelta(minutes=2)  # renewed with every batch
GRACE = timedelta(seconds=30)  # a job that was just sent is not sent again by the sweep
MOST_ATTEMPTS = 3
OPEN = (CompareState.WAITING, CompareState.WORKING)
USUAL: dict[str, tuple[str, str]] = {one.code: (one.label, one.usual.value) for one in CODES}


class LeaseLost(Exception):
    """Another job has taken this run over."""


def start_run(
    program_id: Any, *, version: int, actor: Any, period: Period | None = None, year: ProgramYear | None = None
) -> RuleRun:
    """Compare the draft with the claims of a period or a program year; the same run that is under way, or done for
    this very draft, is not made twice. Raises Denied; StateConflict when the draft is another one meanwhile."""
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.set_rules", program)
        draft = rule_draft.open_draft(program)
        if draft is None or draft.version != version:
            raise StateConflict(_("Somebody changed the draft meanwhile. Look at it again."))
        span = {"period": period, "program_year": year}
        runs = RuleRun.objects.filter(draft=draft, draft_version=version, **span).exclude(state=CompareState.FAILED)
        there = runs.first()
        if there is not None:
            return there
        run = RuleRun.objects.create(draft=draft, draft_version=version, created_by=actor, **span)
        enqueue("claims.compare_rules", run_id=run.pk)
    return run


def publish_rules(program_id: Any, *, version: int, note: str, without_run: bool, actor: Any) -> RuleSet:
    """Publish the draft: after a run of this very version, or when the person says that none is wanted. Raises as
    `incentives.publish_draft`, and RuleViolation while neither holds."""
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.set_rules", program)
        draft = rule_draft.open_draft(program)
        if draft is not None and draft.version == version and not without_run and not was_compared(draft):
            text = _("Compare this draft with the claims of a period first, or tick that you publish without it.")
            raise RuleViolation([Problem("not_compared", text, "R-PROG-07", "id_without_run")])
        return incentives.publish_draft(program_id, version=version, note=note, usual=USUAL, actor=actor)


def was_compared(draft: RuleDraft) -> bool:
    """Whether the draft as it stands was compared with at least one claim."""
    done = RuleRun.objects.filter(draft=draft, draft_version=draft.version, state=CompareState.DONE, total__gt=0)
    return done.exists()


# The job --------------------------------------------------------------------------------------------------------


def compare_rules(run_id: Any) -> bool:
    """Work one run off; True when it was done now. Safe to call twice: only who gets the lease works."""
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    taken = RuleRun.objects.filter(free, pk=run_id, state__in=OPEN, attempts__lt=MOST_ATTEMPTS)
    if not taken.update(
        state=CompareState.WORKING, attempts=F("attempts") + 1, lease_until=now + LEASE, done=0, total=None
    ):
        return False
    run = RuleRun.objects.select_related("draft__program", "period", "program_year").get(pk=run_id)
    try:
        _compare(run)
    except LeaseLost:
        log.warning("comparison taken over by another job", extra={"run": str(run.pk)})
        return False
    except Exception:  # whatever goes wrong with one run: logged, tried again by the sweep, then told on its page
        log.exception("rules not compared", extra={"run": str(run.pk)})
        _held(run).update(lease_until=clock.now())
        return False
    return True


def _held(run: RuleRun) -> QuerySet[RuleRun]:
    """The row, while this job's lease on it holds."""
    return RuleRun.objects.filter(pk=run.pk, state=CompareState.WORKING, attempts=run.attempts)


def _compare(run: RuleRun) -> None:
    if run.draft.version != run.draft_version:
        _held(run).update(state=CompareState.FAILED, lease_until=None, finished_at=clock.now())
        return  # edited meanwhile: what would be compared is not what was asked for
    rules, claims = _DraftRules(run.draft), _claims_of(run)
    with transaction.atomic():
        if not _held(run).update(total=claims.count()):
            raise LeaseLost
        run.differences.all().delete()
    comparison, sums, done, changed = Comparison(), _Sums(), 0, 0
    for ids in _batches(claims):
        rows = _compared(run, ids, rules, comparison, done)
        done, changed = done + len(rows), changed + sum(row.changed for row in rows)
        sums.add(rows)
        with transaction.atomic():
            if not _held(run).update(done=done, lease_until=clock.now() + LEASE):
                raise LeaseLost
            RuleDifference.objects.bulk_create(rows)
    finished = {"state": CompareState.DONE, "lease_until": None, "finished_at": clock.now()}
    if not _held(run).update(done=done, total=done, changed=changed, totals=sums.plain(), **finished):
        raise LeaseLost


def _claims_of(run: RuleRun) -> QuerySet[Claim]:
    """Claims that were sent and are not withdrawn or expired, those of an enrolment together, as they were sent."""
    span = {"period": run.period} if run.period_id else {"proof__activity_type__program_year": run.program_year}
    claims = Claim.objects.filter(first_submitted_at__isnull=False, enrollment__program=run.draft.program, **span)
    return claims.exclude(status__in=OVER).order_by("enrollment_id", "first_submitted_at", "pk")


def _batches(claims: QuerySet[Claim]) -> Iterator[list[Any]]:
    """Keys only, streamed: what hangs on them is read batch by batch."""
    batch: list[Any] = []
    for pk in claims.values_list("pk", flat=True).iterator(chunk_size=BATCH * 10):
        batch.append(pk)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _compared(run: RuleRun, ids: list[Any], rules: "_DraftRules", comparison: Comparison, done: int) -> list[Any]:
    claims = _read(ids)
    elsewhere = _uses_elsewhere(run, {one.enrollment_id for one in claims})
    rows = []
    for position, claim in enumerate(claims, start=done + 1):
        live = Rules(claim.proof.spec, claim.proof.rule_set.levels if claim.proof.rule_set else rules.live_levels)
        draft = rules.of(claim.proof, live)
        found = comparison.effect(claim, _dossier(claim.proof), live, draft, elsewhere[claim.enrollment_id])
        rows.append(
            RuleDifference(
                run=run, position=position, claim=claim, changed=found.changed, effects=found.sentences,
                before=found.before, after=found.after,
            )
        )  # fmt: skip
    return rows


def _read(ids: list[Any]) -> list[Claim]:
    """The claims with everything a comparison asks of them, in the order of the keys; a fixed number of queries."""
    claims = Claim.objects.select_related(
        "fund", "period", "proof__activity__campaign", "proof__activity_type", "proof__period", "proof__rule_set",
        "proof__enrollment__program", "proof__certification",
    ).prefetch_related(
        Prefetch("proof__documents", Document.objects.current().select_related("reading"), to_attr="read_documents"),
        Prefetch("proof__invoices", Invoice.objects.prefetch_related("lines"), to_attr="read_invoices"),
        "proof__certification__lines",
    )  # fmt: skip
    found = claims.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _dossier(proof: Any) -> Dossier:
    """Without what is used elsewhere: other rules change nothing of that."""
    return Dossier(
        proof=proof,
        levels={},
        answered={},
        documents=tuple(proof.read_documents),
        invoices=tuple(proof.read_invoices),
        certification=getattr(proof, "certification", None),
    )


def _uses_elsewhere(run: RuleRun, enrollments: set[Any]) -> Mapping[Any, list[CapUse]]:
    """By enrolment: what claims outside the run take of caps."""
    inside = _claims_of(run).order_by().filter(enrollment__in=enrollments).values("pk")
    found: dict[Any, list[CapUse]] = defaultdict(list)
    for use in CapUse.objects.filter(enrollment__in=enrollments).exclude(claim__in=inside):
        found[use.enrollment_id].append(use)
    return found


class _DraftRules:
    """What the draft says of a claim's type: of its own year, else of the newest year it changes that type in."""

    def __init__(self, draft: RuleDraft) -> None:
        live = rule_draft.newest_rule_set(draft.program)
        self.live_levels: dict[str, str] = dict(live.levels) if live else {}
        self.levels = rule_draft.levels_of(draft, live) if draft.levels is not None else None
        self.specs: dict[str, dict[int, ActivitySpec]] = defaultdict(dict)
        for row in draft.types.select_related("program_year").order_by("-program_year__starts_on"):
            self.specs[row.slug][row.program_year_id] = row.parsed

    def of(self, proof: Proof, live: Rules) -> Rules:
        changed = self.specs.get(proof.activity_type.slug, {})
        newest = next(iter(changed.values()), live.spec)
        spec = changed.get(proof.activity_type.program_year_id, newest)
        return Rules(spec, live.levels if self.levels is None else self.levels)


@dataclass
class _Sums:
    """By currency: how many claims get other money, and what all claims get before and after."""

    rows: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, differences: list[RuleDifference]) -> None:
        for one in differences:
            if one.before is not None and one.after is not None:
                row = self.rows.setdefault(one.claim.currency, [0, Decimal(0), Decimal(0)])
                row[0] += one.before != one.after
                row[1] += one.before
                row[2] += one.after

    def plain(self) -> list[dict[str, Any]]:
        return [
            {"currency": currency, "claims": count, "before": str(before), "after": str(after)}
            for currency, (count, before, after) in sorted(self.rows.items())
        ]


def requeue_runs() -> int:
    """Sweep: start again what nobody works on any more, give up what failed too often; returns how many."""
    now = clock.now()
    lost = RuleRun.objects.filter(state__in=OPEN).filter(
        Q(lease_until__lt=now) | Q(lease_until__isnull=True, created_at__lt=now - GRACE)
    )
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=CompareState.FAILED, lease_until=None, finished_at=now)
    again = list(lost.filter(attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:100])
    for pk in again:
        enqueue("claims.compare_rules", run_id=pk)
    return len(again)
