from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):
    """Signs in by e-mail; reads person, membership and company of each request in one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("membership__partner").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
