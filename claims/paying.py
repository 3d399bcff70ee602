"""What may be paid now, and why not: the questions of a payment run (R-CLM-28, R-CUR-07, R-CUR-08, D-12, D-16)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims import deadlines
from claims.choices import PAYABLE, RETURNED, TAX_WAITING, ClaimStatus, PaymentStatus, TaxInvoiceState
from claims.models import Payment, PaymentRun
from core import clock
from core.errors import Problem, RuleViolation
from core.money import format_amount
from incentives import ledger
from incentives.choices import PayoutState
from incentives.models import PayingAccount, PayoutProfile, Program
from incentives.rates import rate_of
from proofs.choices import DocumentState

MINIMUM_USD = Decimal(200)  # per enrolment and program, R-CUR-07


@dataclass(frozen=True)
class Conversion:
    """The amount for the bank account at the two rates of the month of approval (D-12 c)."""

    amount: Decimal
    currency: str
    fund_rate: Decimal
    pay_rate: Decimal
    month: date


@dataclass
class Candidate:
    """A payment that might go into a run. partner_owes: what stops it is the partner's to bring (R-CUR-08)."""

    payment: Payment
    profile: PayoutProfile | None
    conversion: Conversion | None = None
    problems: list[Problem] = field(default_factory=list)
    partner_owes: bool = False

    @property
    def amount(self) -> Decimal:
        return self.conversion.amount if self.conversion else self.payment.wanted_amount

    @property
    def currency(self) -> str:
        return self.conversion.currency if self.conversion else self.payment.wanted_currency


def needs_tax_invoice(payment: Payment) -> bool:
    """R-CUR-09: the countries are the program's data."""
    enrollment = payment.enrollment
    return enrollment.location.country in enrollment.program.tax_invoice_countries


class Rates:
    """The vendor's rates, each month and currency asked for once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], Decimal] = {}

    def of(self, currency: str, day: date) -> Decimal:
        """Raises RuleViolation that names currency and month of a missing rate."""
        key = (currency, day.replace(day=1))
        if key not in self._known:
            self._known[key] = rate_of(currency, day)
        return self._known[key]


def conversion_of(payment: Payment, currency: str, rates: Rates | None = None) -> Conversion:
    """D-12 c. Raises RuleViolation that names currency and month of a missing rate."""
    rates = rates or Rates()
    day = payment.enrollment.program.today(payment.approved_at)
    fund_rate, pay_rate = rates.of(payment.currency, day), rates.of(currency, day)
    amount = payment.amount
    if currency != payment.currency:
        amount = ledger.converted(payment.amount, fund_rate, pay_rate, currency)
    return Conversion(amount, currency, fund_rate, pay_rate, day.replace(day=1))


def _profile_problem(profile: PayoutProfile | None) -> tuple[Problem | None, bool]:
    """(what is wrong with the bank data, whether the partner owes it); D-16."""
    if profile is None:
        return Problem("bank_missing", _("Bank and tax data are missing."), "D-16"), True
    if profile.state == PayoutState.REJECTED:
        return Problem("bank_rejected", _("Bank and tax data were rejected; new ones are awaited."), "D-16"), True
    if profile.state == PayoutState.SUBMITTED:
        return Problem("bank_not_validated", _("Bank and tax data wait for validation."), "D-16"), False
    if not profile.is_ready:
        text = _("Bank data were changed after an approval: a second person must confirm them.")
        return Problem("bank_second", text, "D-16"), False
    return None, False


def _status_problems(payment: Payment) -> list[Problem]:
    label = str(PaymentStatus(payment.status).label)
    if payment.status in TAX_WAITING:
        return [Problem("tax_invoice", label, "R-CUR-09")]
    if payment.status in RETURNED:
        text = _("%(status)s: say on its page that it is paid again.") % {"status": label}
        return [Problem("returned", text, "R-CLM-30")]
    return []


def judge(payment: Payment, profile: PayoutProfile | None, rates: Rates | None = None) -> Candidate:
    """One payment by itself: everything that keeps it out of a run, but for the minimum."""
    found = Candidate(payment, profile)
    found.problems = _status_problems(payment)
    found.partner_owes = payment.status in (PaymentStatus.PENDING_TAX_INVOICE, PaymentStatus.TAX_INVOICE_REJECTED)
    bank, owes = _profile_problem(profile)
    if bank is not None:
        found.problems.append(bank)
        found.partner_owes = found.partner_owes or owes
    if clock.now() < payment.approved_at + deadlines.UNDO:
        text = _("The approval can still be undone for some minutes.")
        found.problems.append(Problem("undo_window", text, "D-15"))
    if payment.held:
        found.problems.append(Problem("held", _("Held back: %(why)s") % {"why": payment.held}))
    if payment.claim is not None and payment.claim.status != ClaimStatus.APPROVED:
        found.problems.append(Problem("claim_open", _("Its claim is being decided again."), "R-CLM-24"))
    if profile is not None:
        try:
            found.conversion = conversion_of(payment, profile.currency, rates)
        except RuleViolation as missing:
            found.problems += missing.problems
    return found


def newest_profiles(enrollments: Iterable[Any]) -> dict[Any, PayoutProfile]:
    rows = PayoutProfile.objects.filter(enrollment__in=list(enrollments)).newest()
    return {one.enrollment_id: one for one in rows}


def candidates(program: Program, currency: str) -> list[Candidate]:
    """Every unpaid payment of the program whose bank account has this currency, judged; those without bank data are
    listed under the currency of their fund. Oldest approval first."""
    waiting = (
        Payment.objects.filter(enrollment__program=program, status__in=(*PAYABLE, *TAX_WAITING, *RETURNED))
        .select_related("claim", "enrollment__location__partner", "enrollment__program")
        .order_by("approved_at", "id")
    )
    rows = list(waiting)
    profiles = newest_profiles({one.enrollment_id for one in rows})
    rates = Rates()
    judged = [judge(one, profiles.get(one.enrollment_id), rates) for one in rows]
    found = [one for one in judged if (one.profile.currency if one.profile else one.payment.currency) == currency]
    _add_minimum(found, program, rates)
    return found


def _add_minimum(found: list[Candidate], program: Program, rates: Rates) -> None:
    """R-CUR-07, D-12 d: what an enrolment would get in this run is at least 200 USD, at the rate of the month."""
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    ready = [one for one in found if not one.problems]
    for one in ready:
        sums[one.payment.enrollment_id] += one.amount
    for one in ready:
        together = sums[one.payment.enrollment_id]
        try:
            rate = rates.of(one.currency, program.today())
        except RuleViolation as missing:
            one.problems += missing.problems
            continue
        usd = ledger.converted(together, rate, Decimal(1), ledger.USD)
        if usd < MINIMUM_USD:
            text = _("Below the minimum of %(least)s: together %(sum)s. It waits for more.") % {
                "least": format_amount(MINIMUM_USD, ledger.USD),
                "sum": format_amount(usd, ledger.USD),
            }
            one.problems.append(Problem("below_minimum", text, "R-CUR-07"))


def run_problems(run: PaymentRun, found: Iterable[Candidate]) -> list[Problem]:
    """What forbids to confirm the whole run: nothing to pay, no paying account, a rate of the run's month missing."""
    judged = list(found)
    problems = []
    if not any(not one.problems for one in judged):
        problems.append(Problem("run_empty", _("No payment can go into this run; the list says why.")))
    try:
        rate_of(run.currency, run.program.today())
    except RuleViolation as missing:
        problems += missing.problems
    if not PayingAccount.objects.filter(program=run.program, currency=run.currency).exists():
        text = _("Enter first from which account payments in %(currency)s are made.") % {"currency": run.currency}
        problems.append(Problem("paying_account", text))
    return problems


def tax_invoice_is_sound(payment: Payment, context: Mapping[str, Any]) -> list[Problem]:
    """The file has passed its checks, and the amount is the payment's (R-CUR-09)."""
    invoice = payment.tax_invoices.filter(state=TaxInvoiceState.SUBMITTED).select_related("document").first()
    if invoice is None:
        return [Problem("tax_invoice", _("There is no tax invoice to accept."), "R-CUR-09")]
    problems = []
    if invoice.document.state != DocumentState.CLEAN:
        text = _("The file of the tax invoice has not passed its checks.")
        problems.append(Problem("tax_invoice_file", text, "R-CUR-09"))
    return problems + tax_invoice_problems(payment, invoice.amount, invoice.currency)


def tax_invoice_problems(payment: Payment, amount: Decimal, currency: str) -> list[Problem]:
    """A tax invoice is over what is paid, tax on top or not: never less (R-CUR-09)."""
    wanted = {payment.currency: payment.amount, payment.wanted_currency: payment.wanted_amount}
    if currency not in wanted:
        text = _("The tax invoice must be in %(currency)s.") % {"currency": payment.currency}
        return [Problem("tax_invoice_currency", text, "R-CUR-09", "id_currency")]
    if amount < wanted[currency]:
        text = _("The tax invoice must be over at least %(amount)s.")
        told = format_amount(wanted[currency], currency)
        return [Problem("tax_invoice_amount", text % {"amount": told}, "R-CUR-09", "id_amount")]
    return []


def lapses_on(payment: Payment) -> date:
    """R-CUR-08: up to this day what the partner owes may come; then the payment lapses."""
    return deadlines.held_until(payment.enrollment.program.today(payment.approved_at))


def expected(payment: Payment) -> str:
    """When the money comes, in words (R-CLM-31); empty when nothing more is expected."""
    if payment.status == PaymentStatus.SENT and payment.sent_on:
        return _("sent on %(day)s") % {"day": date_format(payment.sent_on)}
    if payment.status in TAX_WAITING:
        return _("within %(days)s days after the tax invoice is accepted") % {"days": deadlines.TAX_INVOICE_DAYS}
    if payment.status in (*PAYABLE, PaymentStatus.IN_PROGRESS) and payment.promised_by:
        return _("by %(day)s") % {"day": date_format(payment.promised_by)}
    return ""


def rates_text(payment: Payment) -> str:
    """The rates of the conversion for people; empty where fund and account have the same currency (D-12)."""
    if payment.rate_month is None or payment.pay_currency == payment.currency:
        return ""
    rates = ((payment.fund_rate, payment.currency), (payment.pay_rate, payment.pay_currency))
    figures = ", ".join(f"{rate.normalize():f} {code}" for rate, code in rates if rate is not None)
    return _("%(month)s: %(rates)s for one USD") % {"month": date_format(payment.rate_month, "F Y"), "rates": figures}
