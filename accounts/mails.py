"""The one mail that carries a secret: it leaves at once and is stored nowhere."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.languages import language_of
from core.ui import date

log = logging.getLogger(__name__)


def invitation_link(token: str) -> str:
    return f"{settings.SITE_URL}/invitation/{token}/"


def send_invitation(user: User, token: str, inviter: Any) -> bool:
    """Mail the single-use link; False when it could not be sent (the page shows the link to the inviter anyway)."""
    with translation.override(language_of(user)):
        newest = user.invitations.order_by("-id").first()
        context = {
            "name": user.display_name,
            "inviter": inviter.display_name,
            "link": invitation_link(token),
            "until": date(newest.expires_at) if newest else "",
            "vendor_name": settings.VENDOR_NAME,
            "subject": _("%(name)s invites you to Proofline") % {"name": inviter.display_name},
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(context["subject"].split()),
            body=render_to_string("mail/invitation.txt", context, using="jinja2"),
            to=[user.email],
        )
        mail.attach_alternative(render_to_string("mail/invitation.html", context, using="jinja2"), "text/html")
    try:
        mail.send()
    except OSError:
        log.exception("invitation not mailed")
        return False
    return True
