"""Bank and tax data of the demo's locations, and the payment runs of the last months."""

from claims import services as claims
from claims.models import Payment
from core import clock
from core.errors import RuleViolation
from demo.seed.calendar import Days
from demo.seed.cast import CSP, FIRST_ADMIN
from demo.seed.people import House
from incentives import services as incentives
from incentives.choices import PartnerRole
from incentives.models import Enrollment, Program

BANKS = {
    "DE": ("DE66701500000001234567", "SSKMDEMMXXX", "Stadtsparkasse München", "DE136695976"),
    "AT": ("AT611904300234573201", "BKAUATWWXXX", "Bank Austria", "ATU13585627"),
    "GB": ("GB29NWBK60161331926819", "NWBKGB2LXXX", "NatWest", "GB980780684"),
    "FR": ("FR1420041010050500013M02606", "PSSTFRPPLIL", "La Banque Postale", "FR40303265045"),
    "NL": ("NL91ABNA0417164300", "ABNANL2AXXX", "ABN AMRO", "NL4495445B01"),
    "ES": ("ES9121000418450200051332", "CAIXESBBXXX", "CaixaBank", "ESB58378431"),
}
PAYING = ("GB82WEST12345698765432", "MIDLGB22XXX", "Midland")
WITHOUT = ("Madrid", "Manchester")  # whose newest data still wait for the vendor's word


def make_bank_data(house: House) -> None:
    """Sent by each location's admin, accepted by the vendor, for all but a few; the accounts the vendor pays from."""
    boss = house.users[FIRST_ADMIN.name]
    for (city, _slug), enrollment in house.enrollments.items():
        role = enrollment.roles.filter(role=PartnerRole.ADMIN).select_related("user").order_by("user__name").first()
        if role is None:
            continue
        profile = _send(enrollment, role.user)
        if city not in WITHOUT:
            incentives.validate_payout_profile(profile.pk, actor=boss)
    for program in house.programs.values():
        for currency in ("EUR", "GBP"):
            number, bic, bank, *_rest = PAYING
            incentives.save_paying_account(
                program.pk, actor=boss, currency=currency, account_number=number, bic=bic, bank_name=bank,
                holder="Contoso Ltd", bank_country="GB", kind="iban", routing_code="",
            )  # fmt: skip


def _send(enrollment: Enrollment, actor: object) -> object:
    location = enrollment.location
    number, bic, bank, tax = BANKS[location.country]
    return incentives.submit_payout_profile(
        enrollment.pk, actor=actor, after_approval=False, account_number=number, holder=location.partner.name[:70],
        country=location.country, bank_country=location.country, kind="iban", bic=bic, routing_code="",
        bank_name=bank, currency=enrollment.currency, tax_country=location.country, tax_number=tax,
    )  # fmt: skip


def pay(house: House, days: Days) -> None:
    """A run a currency that the bank carried out yesterday, when all that is told here had happened; one in preview."""
    boss = house.users[FIRST_ADMIN.name]
    program = house.programs[CSP]
    for currency in ("EUR", "GBP"):
        with clock.at(days.ago(1)):
            _run(program, currency, boss, answered=True)
    with clock.at(days.ago(0)):
        _run(program, "EUR", boss, answered=False)


def _run(program: Program, currency: str, boss: object, *, answered: bool) -> None:
    run = claims.open_run(program, currency, actor=boss)
    if not answered:
        return
    try:
        claims.confirm_run(run.pk, actor=boss)
    except RuleViolation:
        return  # nothing was ready for payment in this currency
    claims.make_run_file(run.pk, actor=boss)
    day = clock.now().date().isoformat()
    rows = [f"{number},sent,{day}," for number in _numbers(run)]
    content = "\n".join(["payment,status,date,reason", *rows]).encode()
    claims.import_bank_result(run.pk, actor=boss, name="bank-result.csv", content=content)


def _numbers(run: object) -> list[str]:
    return list(Payment.objects.filter(lines__run=run).values_list("number", flat=True))
