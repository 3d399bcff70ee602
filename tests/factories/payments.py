"""Bank data, payments and runs, played through the services."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger

from claims import services as claims
from core import clock
from incentives import services as incentives
from incentives.models import ExchangeRate
from tests.factories.claims import BANK, IBAN, make_claim
from tests.factories.people import make_incentive_admin, make_vendor_admin

OTHER_IBAN = "DE02120300000000202051"
PAYING_IBAN = "GB82WEST12345698765432"
AMOUNT = Decimal("4120.00")


def make_profile(enrollment, *, state="validated", number=IBAN, actor=None, after_approval=False, **data):
    """Bank and tax data of an enrolment in the state named."""
    actor = actor or _admin_of(enrollment)
    profile = incentives.submit_payout_profile(
        enrollment.pk, actor=actor, after_approval=after_approval, account_number=number, **{**BANK, **data}
    )
    judge = make_vendor_admin(enrollment.program)
    if state == "validated":
        incentives.validate_payout_profile(profile.pk, actor=judge)
    elif state == "rejected":
        incentives.reject_payout_profile(profile.pk, actor=judge, reason="The holder is another company.")
    profile.refresh_from_db()
    return profile


def _admin_of(enrollment):
    role = enrollment.roles.filter(role="admin").select_related("user").first()
    return role.user if role else make_incentive_admin(enrollment)


def make_rate(currency, per_usd, day=None):
    day = day or clock.now().date()
    with pgtrigger.ignore("incentives.ExchangeRate:append_only"):  # tests change their mind, the vendor may not
        return ExchangeRate.objects.update_or_create(
            currency=currency, month=day.replace(day=1), defaults={"per_usd": Decimal(per_usd)}
        )[0]


def make_paying_account(program, currency="EUR", *, actor=None):
    data = {"holder": "Contoso Ltd", "bank_country": "GB", "kind": "iban", "bic": "MIDLGB22", "routing_code": ""}
    return incentives.save_paying_account(
        program.pk,
        actor=actor or make_vendor_admin(program),
        currency=currency,
        account_number=PAYING_IBAN,
        bank_name="Midland",
        **data,
    )


def make_payment(amount=AMOUNT, *, claim=None, profile=True, ago=timedelta(hours=1), **proof_fields):
    """The payment of a claim approved now, its undo window over; with bank data that are validated, or, where profile
    is False, that the vendor did not accept. Data that a test has made for the claim are left as they are."""
    own = claim is not None and claim.enrollment.payout_profiles.exclude(state="submitted", version=1).exists()
    claim = claim or make_claim("under_review", **proof_fields)
    cast = claim.cast
    if not own:
        _judge_bank(cast, accepted=profile)
    claims.approve_claim(claim.pk, actor=cast.vendor_admin, amount=amount, comment="As agreed.")
    payment = claim.payments.get()
    payment.approved_at -= ago
    payment.save()
    payment.cast = cast
    return payment


def _judge_bank(cast, *, accepted):
    newest = cast.enrollment.payout_profiles.order_by("-version").first()
    if newest.state == "submitted" and accepted:
        incentives.validate_payout_profile(newest.pk, actor=make_vendor_admin(cast.program))
    elif newest.state == "submitted":
        reason = "The holder is another company."
        incentives.reject_payout_profile(newest.pk, actor=make_vendor_admin(cast.program), reason=reason)


def make_run(payment=None, *, status="preview", currency="EUR"):
    """A run of the payment's program in the state named, with rate and paying account."""
    payment = payment or make_payment()
    cast = payment.cast
    make_rate("EUR", "0.92")
    make_paying_account(cast.program, currency, actor=cast.vendor_admin)
    run = claims.open_run(cast.program, currency, actor=cast.vendor_admin)
    if status in ("confirmed", "file_made", "closed"):
        claims.confirm_run(run.pk, actor=cast.vendor_admin)
    if status in ("file_made", "closed"):
        claims.make_run_file(run.pk, actor=cast.vendor_admin)
    if status == "closed":
        answer(run, cast, result_csv((payment.number, "sent", "2026-03-31", "")))
    run.refresh_from_db()
    run.cast, run.payment = cast, payment
    return run


def result_csv(*rows, head="payment,status,date,reason"):
    return "\n".join([head, *(",".join(row) for row in rows)]).encode()


def answer(run, cast, content, name="result.csv"):
    return claims.import_bank_result(run.pk, actor=cast.vendor_admin, name=name, content=content)
