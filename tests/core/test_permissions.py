import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Denied
from core.permissions import ALLOWED, Decision, can, denied, not_yours, permission, registered, require
from tests.factories.people import make_user


def test_a_decision_is_true_or_carries_its_reason():
    assert bool(ALLOWED) is True
    no = denied("Ask an admin.")
    assert (bool(no), no.reason, no.shown) == (False, "Ask an admin.", True)
    other = not_yours("The vendor decides.")
    assert (bool(other), other.shown) == (False, False)


def test_an_unknown_name_is_an_error_and_no_silent_no():
    with pytest.raises(KeyError):
        can(AnonymousUser(), "plans.explode")


def test_a_name_cannot_be_given_twice():
    name = "plans.view"
    before = registered()[name]
    with pytest.raises(ValueError, match=r"plans\.view is registered twice"):
        permission(name)(lambda user, obj: ALLOWED)
    assert registered()[name] is before
    assert permission(name)(before) is before


def test_nobody_and_the_anonymous_are_asked_to_sign_in():
    for nobody in (None, AnonymousUser()):
        assert can(nobody, "accounts.use") == Decision(False, "Sign in first.")


@pytest.mark.django_db
def test_a_closed_account_may_nothing():
    user = make_user()
    assert can(user, "accounts.use") == ALLOWED
    user.is_active = False
    assert can(user, "accounts.use") == Decision(False, "Sign in first.")


@pytest.mark.django_db
def test_require_raises_with_the_reason():
    user = make_user()
    require(user, "accounts.use")
    with pytest.raises(Denied) as refused:
        require(user, "plans.list")
    assert refused.value.reason == "You have no incentives role yet. The home page says who can give you one."
