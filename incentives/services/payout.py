"""Bank and tax data: entered by the partner, judged by the vendor, never deleted (D-16, R-ENR-05, R-ENR-06)."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.cipher import reseal, seal, unseal
from core.errors import Problem, RuleViolation, StateConflict
from core.permissions import require
from core.workflow import existing, lock
from incentives import banking
from incentives.choices import PayoutState
from incentives.models import Enrollment, PayingAccount, PayoutProfile, Program

COPIED = (
    "holder", "country", "bank_country", "kind", "account_sealed", "last_four", "bic", "routing_code", "bank_name",
    "currency", "tax_country", "tax_number",
)  # fmt: skip

history.describe(
    {
        "incentives.submit_payout": _("entered bank and tax data"),
        "incentives.take_over_payout": _("took the bank and tax data over from another program"),
        "incentives.validate_payout": _("validated the bank and tax data"),
        "incentives.reject_payout": _("rejected the bank and tax data"),
        "incentives.confirm_payout": _("confirmed the bank and tax data as second person"),
        "incentives.save_paying_account": _("entered the paying account"),
    }
)


def submit_payout_profile(
    enrollment_id: Any, *, actor: Any, after_approval: bool, account_number: str = "", **data: str
) -> PayoutProfile:
    """A new version of an enrolment's bank and tax data; it waits for the vendor's validation.

    account_number: empty keeps the number of the version before · after_approval: approved money of the enrolment
    waits for payment, so a second vendor person has to confirm the change (D-16). Raises Denied, RuleViolation.
    """
    with transaction.atomic():
        enrollment = lock(Enrollment, enrollment_id)
        require(actor, "incentives.bank_data", enrollment)
        before = enrollment.payout_profiles.order_by("-version").first()
        fields = _sound(account_number, before, data)
        profile = _append(enrollment, fields, actor, after_approval)
        history.record(profile, "incentives.submit_payout", actor=actor)
    return profile


def take_over_payout_profile(enrollment_id: Any, source_id: Any, *, actor: Any, after_approval: bool) -> PayoutProfile:
    """Copy the data of another enrolment of the same location (R-ENR-05), which the actor may see."""
    with transaction.atomic():
        enrollment = lock(Enrollment, enrollment_id)
        require(actor, "incentives.bank_data", enrollment)
        offered = PayoutProfile.objects.visible_to(actor).filter(enrollment__location=enrollment.location_id)
        source = existing(offered.exclude(enrollment=enrollment), source_id)
        if source.state == PayoutState.REJECTED:
            raise StateConflict(_g("These data were rejected. Enter them anew."), source.state)
        fields = {name: getattr(source, name) for name in COPIED}
        profile = _append(enrollment, fields, actor, after_approval)
        history.record(profile, "incentives.take_over_payout", actor=actor)
    return profile


def _append(enrollment: Enrollment, fields: dict[str, Any], actor: Any, after_approval: bool) -> PayoutProfile:
    newest = enrollment.payout_profiles.aggregate(newest=Max("version"))["newest"] or 0
    return PayoutProfile.objects.create(
        enrollment=enrollment,
        version=newest + 1,
        submitted_by=actor,
        submitted_at=clock.now(),
        needs_second=after_approval,
        **fields,
    )


def _sound(number: str, before: Any, data: dict[str, str]) -> dict[str, Any]:
    """The fields of a bank account as they are stored; RuleViolation with all that is wrong."""
    data = {name: str(value).strip() for name, value in data.items()}
    for name in ("bank_country", "bic", "currency", "country", "tax_country"):
        if name in data:
            data[name] = banking.plain(data[name])
    number = banking.plain(number)
    if not number and before is not None and before.kind == data["kind"]:
        number = unseal(before.account_sealed.encode()).decode()
    codes = {name: data[name] for name in ("bank_country", "country", "tax_country") if name in data}
    problems = banking.code_problems(data["currency"], **codes)
    problems += banking.text_problems(holder=data["holder"], bank_name=data.get("bank_name", ""))
    if not data["holder"]:
        problems.append(Problem("holder", _g("Enter the account holder."), banking.RULE, "id_holder"))
    account = banking.Account(
        data["kind"], number, data["bank_country"], data.get("bic", ""), data.get("routing_code", "")
    )
    problems += banking.account_problems(account)
    if "tax_country" in data:
        problems += banking.tax_problems(data["tax_country"], data.get("tax_number", ""))
    if problems:
        raise RuleViolation(problems)
    return {**data, "account_sealed": seal(number.encode()).decode(), "last_four": banking.last_digits(number)}


def validate_payout_profile(pk: Any, *, actor: Any) -> PayoutProfile:
    """The vendor's incentives admin has checked the data (D-16)."""
    return _judge(pk, actor, PayoutState.VALIDATED, "incentives.validate_payout", "")


def reject_payout_profile(pk: Any, *, actor: Any, reason: str) -> PayoutProfile:
    """Not acceptable; the partner reads why and enters a new version."""
    if not reason.strip():
        text = _g("Write a reason, so that the other side knows what to do.")
        raise RuleViolation([Problem("reason_missing", text, "D-16", "id_reason")])
    return _judge(pk, actor, PayoutState.REJECTED, "incentives.reject_payout", reason.strip())


def _judge(pk: Any, actor: Any, state: str, action: str, reason: str) -> PayoutProfile:
    with transaction.atomic():
        profile = _newest(pk, actor)
        if profile.state != PayoutState.SUBMITTED:
            raise StateConflict(_g("These data were judged already."), profile.state)
        profile.state, profile.reason = state, reason
        profile.validated_by, profile.validated_at = actor, clock.now()
        profile.save(update_fields=["state", "reason", "validated_by", "validated_at"])
        history.record(profile, action, actor=actor, comment=reason)
    return profile


def confirm_payout_profile(pk: Any, *, actor: Any) -> PayoutProfile:
    """The second pair of eyes of another vendor person, where data changed after an approval (D-16)."""
    with transaction.atomic():
        profile = _newest(pk, actor)
        if profile.state != PayoutState.VALIDATED or not profile.needs_second or profile.second_by_id:
            raise StateConflict(_g("These data do not wait for a second person."), profile.state)
        if profile.validated_by_id == actor.pk:
            text = _g("You validated these data yourself. Another incentives admin confirms them.")
            raise RuleViolation([Problem("same_person", text, "D-16")])
        profile.second_by, profile.second_at = actor, clock.now()
        profile.save(update_fields=["second_by", "second_at"])
        history.record(profile, "incentives.confirm_payout", actor=actor)
    return profile


def _newest(pk: Any, actor: Any) -> PayoutProfile:
    """The profile under its enrolment's lock; StateConflict when a newer version was entered meanwhile."""
    lock(Enrollment, existing(PayoutProfile.objects, pk).enrollment_id)
    profile: PayoutProfile = lock(PayoutProfile, pk)
    require(actor, "incentives.check_bank_data", profile.enrollment)
    if PayoutProfile.objects.filter(enrollment=profile.enrollment_id, version__gt=profile.version).exists():
        raise StateConflict(_g("The partner has entered newer data meanwhile. Look at those."), profile.state)
    return profile


def save_paying_account(
    program_id: Any, *, actor: Any, currency: str, account_number: str = "", **data: str
) -> PayingAccount:
    """The vendor's account from which a program's payments in a currency are made. Empty number: the one before."""
    with transaction.atomic():
        program = lock(Program, program_id)
        require(actor, "incentives.paying_account", program)
        before = PayingAccount.objects.filter(program=program, currency=currency).first()
        fields = _sound(account_number, before, {**data, "currency": currency})
        fields.update(updated_by=actor, updated_at=clock.now())
        account, _made = PayingAccount.objects.update_or_create(
            program=program, currency=fields.pop("currency"), defaults=fields
        )
        history.record(account, "incentives.save_paying_account", actor=actor, audience="vendor")
    return account


def reseal_accounts() -> int:
    """Encrypt every account number anew with the first of FIELD_KEY; returns how many. Raises CannotUnseal."""
    count = 0
    for model in (PayoutProfile, PayingAccount):
        for pk in list(model._default_manager.values_list("pk", flat=True)):
            with transaction.atomic():
                row = lock(model, pk)
                row.account_sealed = reseal(row.account_sealed.encode()).decode()
                row.save(update_fields=["account_sealed"])
            count += 1
    return count
