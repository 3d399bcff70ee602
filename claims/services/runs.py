"""Payment runs: preview, confirmation, file, the bank's result (D-01, R-CLM-28). We move no money.

Lock order: the run, then claims, payments by key, and the fund with the last statement (D-14).
"""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from claims import bankresult, painfile, paying
from claims.choices import PAYABLE, LineState, RunState
from claims.models import BankResult, Claim, Payment, PaymentRun, RunLine
from claims.services import payments
from claims.workflow import RUN
from core import clock, history, storage
from core.cipher import CannotUnseal, seal, unseal
from core.errors import Problem, RuleViolation, StateConflict
from core.money import format_amount
from core.numbers import next_number
from core.permissions import require
from core.workflow import apply, lock
from incentives.models import PayingAccount, Program

RUN_PREFIX = "RUN"
history.describe(
    {
        "runs.create": _("opened a payment run"),
        "runs.import_result": _("took in the bank's result"),
    }
)


def open_run(program: Program, currency: str, *, actor: Any) -> PaymentRun:
    """The preview of a program's payments in a currency; the one that is open already, when there is one."""
    with transaction.atomic():
        program = lock(Program, program.pk)
        fresh = PaymentRun(
            number=next_number(RUN_PREFIX),
            status=RUN.initial,
            holder=RUN.holders[RUN.initial],
            program=program,
            currency=currency,
            created_by=actor,
        )
        require(actor, "runs.manage", fresh)
        there = PaymentRun.objects.filter(program=program, currency=currency, status=RunState.PREVIEW).first()
        if there is not None:
            return there
        fresh.save(force_insert=True)
        history.record(fresh, "runs.create", actor=actor, new=fresh.status, audience="vendor")
    return fresh


def confirm_run(pk: Any, *, actor: Any, seen: str = "", comment: str = "") -> PaymentRun:
    """Take every payment that may be paid now; from here on the run is frozen and its payments are in no other one.

    seen: digest of the preview the person looked at; StateConflict when what would be paid has changed since, and when
    another run has taken one of the payments. Raises RuleViolation.
    """
    try:
        with transaction.atomic():
            run: PaymentRun = lock(PaymentRun, pk)
            _lock_waiting(run)
            found = paying.candidates(run.program, run.currency)
            chosen = [one for one in found if not one.problems]
            problems = paying.run_problems(run, found)
            total = sum((one.amount for one in chosen), Decimal(0))
            fields = {
                "total": total,
                "month": run.program.today().replace(day=1),
                "confirmed_by": actor,
                "confirmed_at": clock.now(),
            }
            if run.status == RunState.PREVIEW:
                require(actor, "runs.manage", run)
                if problems:
                    raise RuleViolation(problems)
                if seen and seen != preview_digest(chosen):
                    raise StateConflict(_g("What would be paid has changed meanwhile. Look at the preview again."))
            changes = {"total": ["", f"{total} {run.currency}"]}
            apply(RUN, run, "confirm", actor=actor, comment=comment, fields=fields, changes=changes)
            _write_lines(run, chosen, actor)
    except IntegrityError as error:
        if "run_line_in_one_run" not in str(error):
            raise
        raise StateConflict(_g("Another run has taken one of these payments. Look at the preview again.")) from None
    return run


def preview_digest(chosen: Iterable[paying.Candidate]) -> str:
    """Stands for what a preview would pay: payments, amounts, accounts."""
    rows = [f"{one.payment.pk}:{one.amount}:{one.currency}:{one.profile.pk if one.profile else ''}" for one in chosen]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _lock_waiting(run: PaymentRun) -> None:
    """Claims and payments that might be taken, so that no dispute and no undo happens meanwhile (D-14)."""
    waiting = Payment.objects.filter(enrollment__program=run.program, status__in=PAYABLE)
    claims = Claim.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(claims.filter(pk__in=waiting.values("claim_id")).values_list("pk", flat=True))
    list(waiting.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


def _write_lines(run: PaymentRun, chosen: list[paying.Candidate], actor: Any) -> None:
    for position, one in enumerate(chosen, start=1):
        assert one.profile is not None  # noqa: S101  without one it would have a problem
        RunLine.objects.create(
            run=run,
            payment=one.payment,
            position=position,
            amount=one.amount,
            currency=one.currency,
            profile=one.profile,
        )
        payments.start_payment(one.payment, one, actor=actor)


def make_run_file(pk: Any, *, actor: Any, comment: str = "") -> PaymentRun:
    """Write the payment file and its CSV twin into the private store, encrypted; checked against the schema before.

    Raises RuleViolation when an account number cannot be read or the schema refuses the file; nothing is stored then.
    """
    kept: list[str] = []
    try:
        with transaction.atomic():
            run: PaymentRun = lock(PaymentRun, pk)
            require(actor, "runs.manage", run)
            if run.status != RunState.CONFIRMED:
                apply(RUN, run, "make_file", actor=actor)  # says what it is meanwhile
            order = _order(run)
            xml, table = painfile.render_xml(order), painfile.render_csv(order)
            wrong = painfile.schema_errors(xml, order.schema)
            if wrong:
                text = _g("The payment file does not fit its schema: %(what)s.") % {"what": "; ".join(wrong[:5])}
                raise RuleViolation([Problem("schema", text)])
            fields = {"schema": order.schema, "made_at": clock.now()}
            for name, content in (("xml", xml), ("csv", table)):
                key = storage.documents().save(storage.new_key(), ContentFile(seal(content)))
                kept.append(key)
                fields[f"{name}_key"], fields[f"{name}_sha256"] = key, hashlib.sha256(content).hexdigest()
            apply(RUN, run, "make_file", actor=actor, comment=comment, fields=fields)
    except Exception:  # of any kind: no row names these bytes any more
        for key in kept:
            storage.documents().delete(key)
        raise
    return run


def _order(run: PaymentRun) -> painfile.Order:
    account = PayingAccount.objects.filter(program=run.program, currency=run.currency).first()
    if account is None:
        text = _g("Enter first from which account payments in %(currency)s are made.") % {"currency": run.currency}
        raise RuleViolation([Problem("paying_account", text)])
    lines = run.lines.select_related("payment__claim", "profile").order_by("position")
    return painfile.Order(
        number=run.number,
        at=run.confirmed_at or clock.now(),
        on=run.program.today(),
        currency=run.currency,
        debtor=_party(account, ""),
        schema=account.file_format,
        transfers=[
            painfile.Transfer(line.payment.number, line.amount, _party(line.profile, line.profile.country), _text(line))
            for line in lines
        ],
    )


def _text(line: RunLine) -> str:
    claim = line.payment.claim
    return f"{line.payment.number} {claim.number}" if claim else line.payment.number


def _party(account: Any, country: str) -> painfile.Party:
    try:
        number = unseal(account.account_sealed.encode()).decode()
    except CannotUnseal:
        text = _g("The account number of %(holder)s cannot be read: FIELD_KEY has changed.")
        raise RuleViolation([Problem("cipher", text % {"holder": account.holder})]) from None
    return painfile.Party(
        name=account.holder,
        kind=account.kind,
        account=number,
        bic=account.bic,
        routing_code=account.routing_code,
        bank_country=account.bank_country,
        country=country,
    )


class RunFile:
    """The file of a run as core.downloads serves it, and the store that decrypts it on the way."""

    def __init__(self, run: PaymentRun, kind: str):
        self.key = run.xml_key if kind == "xml" else run.csv_key
        self.name = f"{run.number}.{kind}"
        self.media_type = "application/xml" if kind == "xml" else "text/csv; charset=utf-8"
        self.is_servable = bool(self.key)

    def exists(self, key: str) -> bool:
        return storage.documents().exists(key)

    def open(self, key: str, mode: str = "rb") -> BytesIO:
        with storage.documents().open(key, mode) as stored:
            return BytesIO(unseal(stored.read()))


def cancel_run(pk: Any, *, actor: Any, comment: str = "") -> PaymentRun:
    """Before a file was made: its payments go back to what waits for the next run."""
    with transaction.atomic():
        run: PaymentRun = lock(PaymentRun, pk)
        apply(RUN, run, "cancel", actor=actor, comment=comment)
        for line in _locked_lines(run):
            if line.state == LineState.OPEN:
                _answer(line, LineState.RELEASED, comment.strip(), None)
                payments.release_payment(line.payment, actor=actor)
    return run


def close_run(run: PaymentRun, *, actor: Any) -> None:
    """Nothing waits for the bank any more. The caller has locked the run."""
    if run.status == RunState.FILE_MADE and not run.lines.filter(state=LineState.OPEN).exists():
        apply(RUN, run, "close", actor=actor)


def _locked_lines(run: PaymentRun) -> list[RunLine]:
    """The run's lines with their payments, both locked; payments by key (D-14)."""
    locked = Payment.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = {
        one.pk: one
        for one in locked.filter(lines__run=run).select_related("claim", "enrollment__program", "fund")
    }  # fmt: skip
    lines = list(run.lines.order_by("position"))
    for line in lines:
        line.payment = rows[line.payment_id]
    return sorted(lines, key=lambda line: str(line.payment.fund_id))


def import_bank_result(pk: Any, *, actor: Any, name: str, content: bytes) -> BankResult:
    """Take in what the bank says of a run's payments: all of it, or nothing.

    The same file again changes nothing and returns the first import. Raises RuleViolation with every line that is
    wrong: another run's file, unknown payments, amounts that differ, a status that cannot follow.
    """
    digest = hashlib.sha256(content).hexdigest()
    result = bankresult.read(content)
    with transaction.atomic():
        run: PaymentRun = lock(PaymentRun, pk)
        require(actor, "runs.manage", run)
        there = BankResult.objects.filter(run=run, sha256=digest).first()
        if there is not None:
            return there
        if run.status not in (RunState.FILE_MADE, RunState.CLOSED):
            raise StateConflict(_g("Make the payment file first; then the bank can answer."), run.status)
        lines = {line.payment.number: line for line in _locked_lines(run)}
        open_ones = [number for number, line in lines.items() if line.state == LineState.OPEN]
        answers = bankresult.rows_of(result.answers, lambda: iter(open_ones))
        problems = [*result.problems, *_result_problems(run, lines, result, answers)]
        if problems:
            raise RuleViolation(problems[: bankresult.MAX_PROBLEMS])
        changed = sum(_take_answer(run, lines[one.payment], one, actor) for one in _by_fund(answers, lines))
        kept = BankResult.objects.create(run=run, name=name[:255], sha256=digest, changed=changed, imported_by=actor)
        history.record(
            run, "runs.import_result", actor=actor, changes={"answers": ["", str(changed)]}, audience="vendor"
        )  # fmt: skip
        close_run(run, actor=actor)
    return kept


def _by_fund(answers: Iterable[bankresult.Answer], lines: dict[str, RunLine]) -> list[bankresult.Answer]:
    return sorted(answers, key=lambda one: str(lines[one.payment].payment.fund_id))  # one order of locks (D-14)


def _result_problems(
    run: PaymentRun, lines: dict[str, RunLine], result: bankresult.Result, answers: tuple[bankresult.Answer, ...]
) -> list[Problem]:
    if result.run and result.run != run.number:
        known = bool(len(result.run) <= painfile.REFERENCE and result.run.startswith(f"{RUN_PREFIX}-"))
        other = result.run if known else _g("another message")
        text = _g("This file answers %(other)s, not %(run)s. Nothing was changed.")
        return [Problem("other_run", text % {"other": other, "run": run.number})]
    problems = []
    if result.count is not None and result.count != len(lines):
        text = _g("The file speaks of %(count)s payments, the run has %(ours)s.")
        problems.append(Problem("count", text % {"count": result.count, "ours": len(lines)}))
    if result.total is not None and run.total is not None and result.total != run.total:
        text = _g("The file's sum is %(sum)s, the run's %(ours)s.")
        facts = {"sum": format_amount(result.total, run.currency), "ours": format_amount(run.total, run.currency)}
        problems.append(Problem("total", text % facts))
    seen: set[str] = set()
    for one in answers:
        problems += [
            Problem(code, _g("Line %(line)s: %(text)s") % {"line": one.place, "text": text}, subject=one.payment)
            for code, text in _answer_problems(one, lines.get(one.payment), seen)
        ]
        seen.add(one.payment)
    return problems


# Which state of a line an answer may follow. The same state again is no news and no error.
FOLLOWS = {
    LineState.SENT: (LineState.OPEN,),
    LineState.FAILED: (LineState.OPEN,),
    LineState.BANK_REJECTED: (LineState.OPEN,),
    LineState.REVERSED: (LineState.SENT,),
}


def _answer_problems(one: bankresult.Answer, line: RunLine | None, seen: set[str]) -> list[tuple[str, str]]:
    if line is None:
        return [("unknown", _g("%(number)s is not in this run.") % {"number": one.payment})]
    problems = []
    if one.payment in seen:
        problems.append(("twice", _g("%(number)s stands in the file twice.") % {"number": one.payment}))
    if one.amount is not None and one.amount != line.amount:
        text = _g("%(number)s is over %(ours)s, the file says %(theirs)s.") % {
            "number": one.payment,
            "ours": format_amount(line.amount, line.currency),
            "theirs": format_amount(one.amount, one.currency or line.currency),
        }
        problems.append(("amount", text))
    if one.currency and one.currency != line.currency:
        problems.append(("currency", _g("the currency is not %(currency)s.") % {"currency": line.currency}))
    if one.state != line.state and line.state not in FOLLOWS[one.state]:
        facts = {"number": one.payment, "new": one.state.label, "old": LineState(line.state).label}
        problems.append(("order", _g("%(number)s is “%(old)s” and cannot become “%(new)s”.") % facts))
    return problems


def _take_answer(run: PaymentRun, line: RunLine, one: bankresult.Answer, actor: Any) -> int:
    """1 when the answer was news."""
    if line.state == one.state:
        return 0
    payment, cause = line.payment, f"run:{run.pk}:{line.payment_id}"
    day = one.day or run.program.today()
    _answer(line, one.state, one.reason, day)
    if one.state == LineState.SENT:
        payments.settle_payment(payment, f"{cause}:sent", day=day, actor=actor)
    elif one.state == LineState.FAILED:
        payments.fail_payment(payment, one.reason, actor=actor)
    elif one.state == LineState.BANK_REJECTED:
        payments.refuse_payment(payment, one.reason, actor=actor)
    else:
        payments.reverse_payment(payment, f"{cause}:reversed", one.reason, actor=actor)
    return 1


def _answer(line: RunLine, state: str, reason: str, day: Any) -> None:
    line.state, line.reason, line.answered_on = state, reason, day
    line.save(update_fields=["state", "reason", "answered_on"])
