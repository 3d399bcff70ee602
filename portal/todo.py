"""What a partner's person can act on now, and what the vendor has in hand. A fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import OPEN_QUEUE, ClaimStatus
from claims.models import Claim
from core import clock
from core.models import HistoryEntry
from core.ui import date as day_text
from incentives.access import access_of
from incentives.choices import PartnerRole, Settlement
from incentives.models import IncentiveRole, Program
from plans.choices import NEEDS_PARTNER, WITH_VENDOR, PlanStatus
from plans.deadlines import first_submission_last_day, resubmission_last_day
from plans.models import Activity, Plan
from portal.limits import limit_tasks
from proofs.choices import UNDECIDED, UNUSABLE, FindingState, ProofStatus
from proofs.evidence import Dossier, checklist_of
from proofs.models import Document, Proof

MOST = 50  # rows of one kind; who has more works from the lists
SHARED = {"zone": F("enrollment__program__deadline_zone")}


@dataclass
class Todo:
    """Tasks as the task list draws them, with counts by kind; cut: there are more than are shown."""

    tasks: list[dict[str, Any]]
    plans: int = 0
    proofs: int = 0
    claims: int = 0
    cut: bool = False

    @property
    def first_is_late(self) -> bool:
        if not self.tasks or self.tasks[0]["due"] is None:
            return False
        return _as_day(self.tasks[0]) < clock.today(self.tasks[0]["zone"])

    @property
    def count(self) -> str:
        return f"{len(self.tasks)}+" if self.cut else str(len(self.tasks))


@dataclass
class Windows:
    """The claiming periods of the programs one sees."""

    programs: list[Program] = field(default_factory=list)

    def closes_on(self, program_id: int, day: date | None) -> date | None:
        """Last day on which work of that day can be claimed; without a day the period that is open now."""
        for program in self.programs:
            if program.pk == program_id:
                today = program.today()
                for period in program.periods.all():
                    is_it = (
                        period.claiming_start <= today <= period.claiming_end
                        if day is None
                        else period.usage_start <= day <= period.usage_end
                    )
                    if is_it:
                        return period.claiming_end
        return None


def todo_of(user: Any, windows: Windows) -> Todo:
    """Everything the person may act on, by date; what has no date comes last."""
    askers = _askers(user)
    plans, proofs, claims = _plans(user, askers), _proofs(user, windows, askers), _claims(user, askers)
    plans += limit_tasks(user, MOST)
    tasks = sorted([*claims, *plans, *proofs], key=lambda task: (task["due"] is None, _as_day(task)))
    cut = any(len(rows) >= MOST for rows in (plans, proofs, claims))
    for task in tasks:
        days = (_as_day(task) - clock.today(task["zone"])).days if task["due"] is not None else 0
        task["late"] = days < 0
    for task in tasks[:1]:
        task["primary"] = True
    return Todo(tasks, len(plans), len(proofs), len(claims), cut)


def _as_day(task: dict[str, Any]) -> date:
    due = task["due"]
    if isinstance(due, datetime):
        return clock.date_in(due, task["zone"])
    return due or date.max


def _plans(user: Any, askers: dict[Any, str]) -> list[dict[str, Any]]:
    access = access_of(user)
    mine = Q(enrollment__in=access.works_on)
    if access.global_admin or access.billing_admin:  # D-01: plans as a partner admin
        mine |= Q(enrollment__location__partner_id=access.company)
    asked = HistoryEntry.objects.filter(thread=OuterRef("pk"), action="plans.request_action").order_by("-id")
    rows = (
        Plan.objects.visible_to(user)
        .filter(mine, status__in=NEEDS_PARTNER)
        .values(
            "pk", "number", "name", "status", "version", "first_submitted_at", "currency", "enrollment_id", **SHARED,
            ends_on=F("program_year__ends_on"),
            has_activity=Exists(Activity.objects.filter(campaign__plan=OuterRef("pk"))),
            asked=Subquery(asked.values("comment")[:1]),
        )
        .order_by("program_year__ends_on", "pk")[:MOST]
    )  # fmt: skip
    if access.global_admin or access.billing_admin:
        askers = {}
    return [_plan_task(row, askers.get(row["enrollment_id"], "")) for row in rows]


def _plan_task(row: dict[str, Any], ask: str) -> dict[str, Any]:
    returned = row["status"] == PlanStatus.ACTION_REQUIRED
    again = row["first_submitted_at"] is not None
    last = resubmission_last_day if again else first_submission_last_day
    if returned:
        text = _("Returned: %(reason)s") % {"reason": row["asked"] or _("changes are needed")}
    elif row["version"]:
        ready = format_html(_("A change is not sent yet: ask {} to send it"), ask)
        text = ready if ask else _("A change is not sent yet; the approved version stays in force")
    elif not row["has_activity"]:
        text = _("Draft, no activity yet")
    else:
        ready = format_html(_("Draft: complete it, then ask {} to send it"), ask)
        text = ready if ask else _("Draft, ready to check and send")
    return {
        "icon": "rotate-clockwise" if returned else "map-2",
        "tone": "amber" if returned else "",
        "title": row["name"],
        "text": text,
        "number": row["number"],
        "due": last(row["ends_on"]),
        "zone": row["zone"],
        "action": _("See what to change") if returned else _("Continue plan"),
        "href": reverse("portal:plan", args=[row["pk"]]),
    }


def _proofs(user: Any, windows: Windows, askers: dict[Any, str]) -> list[dict[str, Any]]:
    current = Q(documents__removed_at__isnull=True)
    rows = (
        Proof.objects.visible_to(user)
        .filter(_workable(user, "activity"), status=ProofStatus.EDITING)
        .values(
            "pk", "number", "name", "amount", "currency", "executed_to", "enrollment_id", "activity_id", **SHARED,
            program=F("enrollment__program_id"), settlement=F("enrollment__program__settlement"),
            year_end=F("activity_type__program_year__ends_on"), from_day=F("period__claiming_start"),
            last_day=F("period__claiming_end"),
            files=Count("documents", filter=current),
            unusable=Count("documents", filter=current & Q(documents__state__in=UNUSABLE)),
            checking=Count("documents", filter=current & Q(documents__state__in=UNDECIDED)),
        )
        .order_by("created_at", "pk")[:MOST]
    )  # fmt: skip
    found = list(rows)
    maybe = [
        row["pk"] for row in found
        if row["enrollment_id"] in askers and row["activity_id"]  # without plan nobody else has to be asked (D-01)
        and row["files"] and not row["unusable"] and not row["checking"]
    ]  # fmt: skip
    ready = _complete(maybe)
    return [
        _proof_task(
            row, windows, askers.get(row["enrollment_id"], "") if row["activity_id"] else "", row["pk"] in ready
        )
        for row in found
    ]


def _workable(user: Any, activity: str) -> Q:
    """Dossiers one may work on: of one's pairs, and for the global admin the company's without plan (D-01)."""
    access = access_of(user)
    mine = Q(enrollment__in=access.works_on)
    if access.global_admin:
        mine |= Q(**{f"{activity}__isnull": True}, enrollment__location__partner_id=access.company)
    return mine


def _askers(user: Any) -> dict[Any, str]:
    """Enrolment -> markup with the names of its incentives admins, for those where the person cannot send (D-01)."""
    asked = access_of(user).user_of - access_of(user).admin_of
    found: dict[Any, list[tuple[str, str]]] = {pk: [] for pk in asked}
    if asked:
        rows = IncentiveRole.objects.filter(enrollment__in=asked, role=PartnerRole.ADMIN, user__is_active=True)
        for role in rows.select_related("user").order_by("user__name", "user__email"):
            found[role.enrollment_id].append((role.user.email, role.user.display_name))
    link = '<a href="mailto:{}">{}</a>'
    return {pk: format_html_join(", ", link, people) or _("an incentives admin") for pk, people in found.items()}


def _complete(pks: list[Any]) -> set[Any]:
    """Those of these drafts whose checklist asks for nothing more. A fixed number of queries."""
    if not pks:
        return set()
    current = Prefetch("documents", Document.objects.current().select_related("reading"), to_attr="current_documents")
    drafts = (
        Proof.objects.filter(pk__in=pks)
        .select_related("activity__campaign", "activity_type", "enrollment__program", "certification")
        .prefetch_related(current, "invoices__lines", "certification__lines")
    )
    ready = set()
    for proof in drafts:
        report = getattr(proof, "certification", None)
        rows = Dossier(proof, tuple(proof.current_documents), tuple(proof.invoices.all()), report)
        if not checklist_of(proof, rows).problems:
            ready.add(proof.pk)
    return ready


def _proof_task(row: dict[str, Any], windows: Windows, ask: str, complete: bool) -> dict[str, Any]:
    """ask: names of who can send it, empty when the person can."""
    if row["settlement"] == Settlement.PLAN_PAYOUT:
        due = resubmission_last_day(row["year_end"])
    elif row["last_day"]:
        due = row["last_day"]
    else:
        due = windows.closes_on(row["program"], row["executed_to"])
    if row["unusable"]:
        text = ngettext("%(num)s file cannot be used", "%(num)s files cannot be used", row["unusable"])
        text, action = text % {"num": row["unusable"]}, _("Replace the file")
    elif row["checking"]:
        text = ngettext("%(num)s file is being checked", "%(num)s files are being checked", row["checking"])
        text, action = text % {"num": row["checking"]}, _("Open the proof")
    elif not row["files"]:
        text, action = _("Draft, no file yet"), _("Add files")
    elif row["from_day"] and row["from_day"] > clock.today(row["zone"]):
        text, action = _("Draft, can be sent from %(day)s") % {"day": day_text(row["from_day"])}, _("Open the proof")
    elif not ask:
        text, action = _("Draft, not sent yet"), _("Check and send")
    elif complete:
        text, action = format_html(_("Ready: ask {} to send it"), ask), _("Open the proof")
    else:
        text, action = _("Draft, not complete yet"), _("Complete it")
    return {
        "icon": "alert-triangle" if row["unusable"] else "photo-check",
        "tone": "amber" if row["unusable"] else "",
        "title": row["name"] or _("Proof without a name"),
        "text": text,
        "number": row["number"],
        "due": due,
        "zone": row["zone"],
        "amount": row["amount"],
        "currency": row["currency"],
        "action": action,
        "href": reverse("portal:proof", args=[row["pk"]]),
    }


def _claims(user: Any, askers: dict[Any, str]) -> list[dict[str, Any]]:
    left = Q(proof__findings__state=FindingState.OPEN, proof__findings__sent=True)
    rows = (
        Claim.objects.visible_to(user)
        .filter(_workable(user, "proof__activity"), status=ClaimStatus.ACTION_REQUIRED)
        .values(
            "number", "amount", "currency", "due_at", "proof_id", "enrollment_id", name=F("proof__name"), **SHARED,
            left=Count("proof__findings", filter=left), planned=F("proof__activity_id"),
        )
        .order_by("due_at", "pk")[:MOST]
    )  # fmt: skip
    return [_claim_task(row, askers.get(row["enrollment_id"], "") if row["planned"] else "") for row in rows]


def _claim_task(row: dict[str, Any], ask: str) -> dict[str, Any]:
    left = row["left"]
    if ask:
        done, verb = format_html(_("Returned: everything is fixed, ask {} to send it back"), ask), _("Open the proof")
    else:
        done, verb = _("Returned: everything is fixed, send it back"), _("Send back")
    text = ngettext("Returned: %(num)s thing to fix", "Returned: %(num)s things to fix", left) % {"num": left}
    return {
        "icon": "rotate-clockwise",
        "tone": "amber",
        "title": row["name"],
        "text": text if left else done,
        "number": row["number"],
        "due": row["due_at"],
        "zone": row["zone"],
        "amount": row["amount"],
        "currency": row["currency"],
        "action": _("Fix it") if left else verb,
        "href": reverse("portal:proof", args=[row["proof_id"]]),
    }


def with_vendor(user: Any) -> list[dict[str, Any]]:
    """Plans and claims the vendor has in hand, the earliest promise first."""
    common = ("pk", "number", "status", "holder_since", "due_at", "currency")
    held = {**SHARED, "who": F("assigned_to__name")}
    plans = (
        Plan.objects.visible_to(user).with_amount_asked().filter(status__in=WITH_VENDOR).order_by("due_at", "pk")
        .values(*common, "asked", title=F("name"), **held)[:MOST]
    )  # fmt: skip
    claims = (
        Claim.objects.visible_to(user).filter(status__in=OPEN_QUEUE).order_by("due_at", "pk")
        .values(*common, "amount", title=F("proof__name"), **held)[:MOST]
    )  # fmt: skip
    rows = [
        {**row, "amount": row["asked"], "label": PlanStatus(row["status"]).label,
         "href": reverse("portal:plan", args=[row["pk"]])} for row in plans
    ] + [
        {**row, "label": ClaimStatus(row["status"]).label, "href": reverse("portal:claim", args=[row["pk"]])}
        for row in claims
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["due_at"] or row["holder_since"] + timedelta(days=365))
