from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: people come in by invitation (D-03), which has confirmed their address.

    The address is on record as confirmed, so that a new one counts only after its owner has confirmed it, too: people
    are known by their address, and nobody may pass for somebody else.
    """

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> Any:
        if user.is_active:
            self.confirmed(user)
        return super().pre_login(request, user, **options)

    def confirmed(self, user: Any) -> None:
        state = {"verified": True, "primary": True}
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults=state)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["email", "name"]

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name."""
