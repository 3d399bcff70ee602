"""What the frame round every page shows: where one is, what applies to one (R-ROLE-10), what waits in the inbox."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core.notify import unread_count
from incentives.access import Access, access_of


@dataclass(frozen=True)
class NavEntry:
    label: str
    url: str
    icon: str
    active: bool = False
    count: int = 0


@dataclass(frozen=True)
class Frame:
    nav: tuple[NavEntry, ...] = ()
    inbox_count: int = 0
    company_name: str = "Proofline"
    company_note: str = ""
    user_name: str = ""
    user_initials: str = ""
    vendor_name: str = ""
    environment_note: str = ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: read only when a page asks for it."""
    return {"frame": SimpleLazyObject(lambda: _build(request)), "vendor_name": settings.VENDOR_NAME}


def _build(request: HttpRequest) -> Frame:
    note = _("Demo data") if settings.DEMO else ""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Frame(vendor_name=settings.VENDOR_NAME, environment_note=note)
    access = access_of(user)
    company = settings.VENDOR_NAME if user.is_vendor else ""
    membership = None if user.is_vendor else getattr(user, "membership", None)
    if membership is not None:
        company = membership.partner.name
    return Frame(
        nav=tuple(_nav(request.path, access)),
        inbox_count=unread_count(user),
        company_name=company or user.display_name,
        company_note="" if user.is_vendor else _("%(vendor)s programs") % {"vendor": settings.VENDOR_NAME},
        user_name=user.display_name,
        user_initials=initials(user.display_name),
        vendor_name=settings.VENDOR_NAME,
        environment_note=note,
    )


def initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


# Pages that belong to an entry whose address they do not begin with.
BELONGS = {"/claims/runs/": "/claims/payments/"}


def _nav(path: str, access: Access) -> list[NavEntry]:
    """Only what applies to the person; who has no role sees Home and, where there is one, the team."""
    entries = [(_("Home"), "/", "home")]
    if access.is_vendor and access.has_any_role:
        entries.append((_("Queue"), "/queue/", "inbox"))
    if access.has_any_role:
        entries += [
            (_("Plans"), "/plans/", "map-2"),
            (_("Proofs"), "/proofs/", "photo-check"),
        ]
    if not access.is_vendor and (access.works_on or access.global_admin):
        entries.append((_("Receipt bin"), "/proofs/bin/", "archive"))
    if access.has_any_role:
        entries.append((_("Claims"), "/claims/", "receipt-2"))
    if access.has_coop and access.has_any_role:
        entries += [(_("Funds"), "/funds/", "wallet"), (_("Payments"), "/claims/payments/", "cash")]
    if access.is_vendor and (access.administers or access.administers_all):
        entries.append((_("Earnings"), "/programs/earnings/", "coins"))
    if access.has_any_role:
        entries.append((_("Programs"), "/programs/", "book-2"))
    if access.is_vendor and access.has_any_role:
        entries.append((_("Partners"), "/programs/partners/", "building-store"))
        entries.append((_("Reports"), "/reports/", "chart-bar"))
    if access.company is not None or access.is_vendor:
        entries.append((_("Team"), "/team/", "users"))
    path = next((other for own, other in BELONGS.items() if path.startswith(own)), path)
    current = max((url for _label, url, _icon in entries if path.startswith(url)), key=len, default="/")
    return [NavEntry(label, url, icon, active=url == current) for label, url, icon in entries]
