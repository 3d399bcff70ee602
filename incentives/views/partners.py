"""The vendor's view of companies, their locations and enrolments."""

from collections import Counter, defaultdict
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from core import history
from core.models import HistoryEntry
from core.paging import keyset_page
from core.permissions import can
from core.views import FormPage, Page
from incentives import services
from incentives.choices import EnrollmentStatus, PartnerRole
from incentives.forms import EnrollmentForm
from incentives.models import Enrollment, IncentiveRole
from incentives.querysets import partners_of

HISTORY_SHOWN = 30
VERBS = {EnrollmentStatus.ENROLLED: _("Enrol again"), EnrollmentStatus.INACTIVE: _("Set inactive")}


class PartnerList(Page):
    permission = "incentives.see_partners"
    template = "incentives/partners.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        params, user = self.request.GET, self.request.user
        partners = partners_of(user)
        words = params.get("q", "").replace("\0", "").strip()
        if words:
            partners = partners.filter(name__icontains=words)
        page = keyset_page(partners, params)
        rows = Enrollment.objects.visible_to(user).filter(location__partner__in=page.rows)
        places: dict[Any, set[Any]] = defaultdict(set)
        states: Counter[Any] = Counter()
        for partner_id, location_id, status in rows.order_by().values_list(
            "location__partner_id", "location_id", "status"
        ):
            places[partner_id].add(location_id)
            states[partner_id, status] += 1
        return {
            "page": page,
            "rows": [
                {
                    "partner": one,
                    "locations": len(places[one.pk]),
                    "enrolled": states[one.pk, EnrollmentStatus.ENROLLED],
                    "inactive": states[one.pk, EnrollmentStatus.INACTIVE],
                }
                for one in page.rows
            ],
            **extra,
        }


class PartnerPage(Page):
    permission = "incentives.see_partners"
    template = "incentives/partner.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.partner: Partner | None = partners_of(request.user).filter(pk=kwargs["pk"]).first()
        if self.partner is None:
            raise Http404
        return self.render()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        user = self.request.user
        rows = list(
            Enrollment.objects.visible_to(user)
            .filter(location__partner=self.partner)
            .select_related("location", "program")
            .order_by("location__name", "program__name")
        )
        admins: dict[Any, list[str]] = defaultdict(list)
        for pk, name, email in IncentiveRole.objects.filter(
            enrollment__in=rows, role=PartnerRole.ADMIN, user__is_active=True
        ).values_list("enrollment_id", "user__name", "user__email"):
            admins[pk].append(name or email)
        return {
            "partner": self.partner,
            "rows": [
                {
                    "enrollment": one,
                    "admins": sorted(admins[one.pk]),
                    "decision": can(user, "incentives.set_enrollment", one),
                    "other": other_status(one),
                    "verb": VERBS[other_status(one)],
                }
                for one in rows
            ],
            "history": _history([one.pk for one in rows]),
            **extra,
        }


def other_status(enrollment: Enrollment) -> EnrollmentStatus:
    enrolled = enrollment.status == EnrollmentStatus.ENROLLED
    return EnrollmentStatus.INACTIVE if enrolled else EnrollmentStatus.ENROLLED


def _history(threads: list[Any]) -> list[dict[str, Any]]:
    entries = HistoryEntry.objects.filter(thread__in=threads).order_by("-id")[:HISTORY_SHOWN]
    return [
        {
            "actor": entry.actor_name,
            "text": f"{history.sentence(entry)} {entry.object_label}",
            "at": entry.at,
            "quote": entry.comment,
            "changes": [_status_change(entry)] if entry.old_status else [],
        }
        for entry in entries
    ]


def _status_change(entry: HistoryEntry) -> dict[str, Any]:
    old, new = EnrollmentStatus(entry.old_status).label, EnrollmentStatus(entry.new_status).label
    return {"label": _g("Enrolment"), "old": old, "new": new}


class SetEnrollment(FormPage):
    """Set a location's enrolment to the status in the address, after a page that says what follows."""

    model = Enrollment
    select_related = ("location__partner", "program")
    permission = "incentives.set_enrollment"
    template = "accounts/confirm.html"
    form_class = EnrollmentForm
    success_message = _("Saved.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs["status"] not in EnrollmentStatus.values:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: Any) -> Any:
        return services.set_enrollment_status(self.object.pk, self.kwargs["status"], actor=self.request.user)

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:partner", args=[self.object.location.partner_id])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        status = EnrollmentStatus(self.kwargs["status"])
        names = {"location": self.object.location.name, "program": self.object.program.name}
        if status == EnrollmentStatus.INACTIVE:
            title = _g("Set %(location)s inactive in %(program)s?")
            texts = [
                ("ban", _g("No plan and no claim can be sent from there until it is enrolled again.")),
                ("history", _g("What was sent before stays in review and can be decided.")),
            ]
        else:
            title = _g("Enrol %(location)s in %(program)s again?")
            texts = [("circle-check", _g("Plans and claims can be sent from there at once."))]
        return super().get_context(
            title=title % names,
            verb=VERBS[status],
            kind="danger" if status == EnrollmentStatus.INACTIVE else "primary",
            consequences=[{"icon": icon, "text": text} for icon, text in texts],
            back_href=self.get_success_url(None),
            **extra,
        )
