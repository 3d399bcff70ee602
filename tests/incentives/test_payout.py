"""Bank and tax data: checked, versioned, judged by the vendor, sealed (D-16, R-ENR-05, R-ENR-06)."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.utils import InternalError

from core.cipher import CannotUnseal, seal, unseal
from core.errors import Denied, RuleViolation, StateConflict
from incentives import services
from incentives.models import PayoutProfile
from incentives.rules import newest_profile, payout_data_problems, payout_data_warning
from tests.factories.incentives import make_enrollment, make_year
from tests.factories.payments import BANK, IBAN, OTHER_IBAN, make_paying_account, make_profile
from tests.factories.people import make_incentive_admin, make_incentive_user, make_member, make_vendor_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment():
    return make_enrollment()


@pytest.fixture
def admin(enrollment):
    return make_incentive_admin(enrollment)


def submit(enrollment, admin, number=IBAN, **data):
    return services.submit_payout_profile(
        enrollment.pk, actor=admin, after_approval=False, account_number=number, **{**BANK, **data}
    )


def codes(enrollment, admin, number=IBAN, **data):
    with pytest.raises(RuleViolation) as refused:
        submit(enrollment, admin, number, **data)
    assert number not in str(refused.value) or not number
    return [problem.code for problem in refused.value.problems]


def test_the_number_is_sealed_and_only_its_end_is_plain(enrollment, admin):
    profile = submit(enrollment, admin, "DE89 3704 0044 0532 0130 00")
    assert (profile.masked, profile.last_four, profile.version, profile.state) == ("•••• 3000", "3000", 1, "submitted")
    assert unseal(profile.account_sealed.encode()).decode() == IBAN
    assert IBAN not in profile.account_sealed


@pytest.mark.parametrize(
    ("number", "data", "expected"),
    [
        ("DE89370400440532013001", {}, ["iban"]),
        (IBAN, {"bank_country": "FR", "bic": "BNPAFRPP"}, ["iban_country"]),
        (IBAN, {"bic": "BNPAFRPP"}, ["bic_country"]),
        (IBAN, {"bic": "COBADEF"}, ["bic"]),
        (IBAN, {"tax_number": "DE136695975"}, ["tax_number"]),
        (IBAN, {"tax_number": ""}, ["tax_number_missing"]),
        (IBAN, {"currency": "EURO"}, ["currency"]),
        (IBAN, {"holder": "A<b>"}, ["text"]),
        (IBAN, {"holder": " "}, ["holder"]),
        (IBAN, {"country": "ZZ"}, ["country"]),
        ("", {}, ["iban"]),
        ("1234", {"kind": "other"}, ["account_number"]),
        ("000123456789", {"kind": "other", "bic": ""}, ["bic_missing"]),
        ("12", {"bic": "X", "tax_number": "1", "currency": ""}, ["currency", "iban", "bic", "tax_number"]),
    ],
)
def test_everything_wrong_is_said_at_once(enrollment, admin, number, data, expected):
    assert codes(enrollment, admin, number, **data) == expected
    assert not PayoutProfile.objects.exists()


def test_an_account_without_iban_in_a_land_without_vat_numbers(enrollment, admin):
    profile = submit(
        enrollment, admin, "0001 2345", kind="other", bank_country="US", bic="", routing_code="021000021",
        tax_country="US", tax_number="12-3456789",
    )  # fmt: skip
    assert profile.masked == "•••• 2345"


def test_each_change_is_a_version_and_none_goes_away(enrollment, admin):
    first, second = submit(enrollment, admin), submit(enrollment, admin, "", bank_name="Another name")
    assert (second.version, newest_profile(enrollment).pk) == (2, second.pk)
    assert unseal(second.account_sealed.encode()).decode() == IBAN  # kept, since none was typed
    with pytest.raises(InternalError), transaction.atomic():
        first.delete()
    with pytest.raises(InternalError), transaction.atomic():
        PayoutProfile.objects.filter(pk=first.pk).update(holder="Somebody else")
    with pytest.raises(StateConflict):
        services.validate_payout_profile(first.pk, actor=make_vendor_admin(enrollment.program))


def test_who_enters_and_who_validates(enrollment, admin):
    partner = enrollment.location.partner
    profile = submit(enrollment, admin)
    strangers = [
        make_incentive_user(enrollment),
        make_member(partner, global_admin=True),
        make_member(partner, billing_admin=True),
        make_vendor_admin(make_year().program),
    ]
    for person in strangers:
        with pytest.raises(Denied):
            submit(enrollment, person)
        with pytest.raises(Denied):
            services.validate_payout_profile(profile.pk, actor=person)
        assert list(PayoutProfile.objects.visible_to(person)) == []
    with pytest.raises(Denied):
        services.validate_payout_profile(profile.pk, actor=admin)
    vendor_admin = make_vendor_admin(enrollment.program)
    assert list(PayoutProfile.objects.visible_to(admin)) == [profile]
    assert list(PayoutProfile.objects.visible_to(vendor_admin)) == [profile]
    services.validate_payout_profile(profile.pk, actor=vendor_admin)
    with pytest.raises(StateConflict):
        services.reject_payout_profile(profile.pk, actor=vendor_admin, reason="Too late.")


def test_missing_or_rejected_data_stop_a_claim_and_say_nothing_of_them(enrollment, admin):
    assert [problem.code for problem in payout_data_problems(enrollment)] == ["payout_data_missing"]
    profile = submit(enrollment, admin)
    assert (payout_data_problems(enrollment), payout_data_warning(enrollment)) == ([], "")
    with pytest.raises(RuleViolation):
        services.reject_payout_profile(profile.pk, actor=make_vendor_admin(enrollment.program), reason=" ")
    services.reject_payout_profile(profile.pk, actor=make_vendor_admin(enrollment.program), reason="Wrong holder.")
    [problem] = payout_data_problems(enrollment)
    assert (problem.code, "3000" in str(problem.message)) == ("payout_data_rejected", False)


def test_the_data_of_the_same_location_are_taken_over_and_validated_anew(enrollment, admin):
    other = make_enrollment(make_year().program, enrollment.location)
    source = make_profile(other, actor=make_incentive_admin(other))
    with pytest.raises(StateConflict):  # not visible to this admin: as if it were not there
        services.take_over_payout_profile(enrollment.pk, source.pk, actor=admin, after_approval=False)
    other.roles.create(user=admin, role="admin")
    admin = type(admin).objects.get(pk=admin.pk)
    copy = services.take_over_payout_profile(enrollment.pk, source.pk, actor=admin, after_approval=False)
    assert (copy.masked, copy.state, copy.enrollment_id) == (source.masked, "submitted", enrollment.pk)
    elsewhere = make_profile(make_enrollment(enrollment.program))
    with pytest.raises(StateConflict):
        services.take_over_payout_profile(enrollment.pk, elsewhere.pk, actor=admin, after_approval=False)


def test_the_vendors_own_account_is_kept_the_same_way(enrollment):
    account = make_paying_account(enrollment.program)
    assert account.masked == "•••• 5432"
    with pytest.raises(Denied):
        make_paying_account(enrollment.program, actor=make_vendor_admin(make_year().program))


# Keys -------------------------------------------------------------------------------------------------------


def test_a_new_key_reads_the_old_values_and_reseals_them(enrollment, admin, settings, capsys):
    profile = submit(enrollment, admin, OTHER_IBAN)
    settings.FIELD_KEYS = ["a-new-key-of-32-characters-or-more-1"]
    call_command("reseal_accounts")
    assert capsys.readouterr().out == "1 account numbers encrypted anew.\n"
    settings.SECRET_KEY = "the-old-key-is-gone-now-for-everybody-here"
    profile.refresh_from_db()
    assert unseal(profile.account_sealed.encode()).decode() == OTHER_IBAN
    settings.FIELD_KEYS = ["b-new-key-of-32-characters-or-more-2"]
    with pytest.raises(CannotUnseal):
        unseal(profile.account_sealed.encode())


def test_the_same_value_is_sealed_differently_each_time():
    assert seal(b"x") != seal(b"x")
