"""The plan page: the plan with the proofs and claims that came of it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import OPEN_QUEUE, ClaimStatus
from claims.models import Claim
from core.models import Holder
from core.permissions import Decision, can
from core.ui import date, datetime, due
from core.views import Page
from core.workflow import available
from plans import deadlines
from plans.choices import PATH, PlanStatus
from plans.forms import type_name
from plans.models import Activity, Plan
from plans.workflow import PLAN
from portal.next_steps import what_is_left
from portal.payouts import limit_warning, payouts_of
from portal.timeline import timeline_of
from portal.versions import versions_of
from proofs.choices import ProofStatus
from proofs.models import Proof

S = PlanStatus
CATEGORY_ICONS = {
    "demand_generation": "speakerphone",
    "market_development": "trending-up",
    "partner_readiness": "school",
}
# The badge of an activity with several proofs is that of the one that needs someone most.
URGENCY = (
    ProofStatus.ACTION_REQUIRED,
    ProofStatus.EDITING,
    ProofStatus.REJECTED,
    ProofStatus.UNDER_REVIEW,
    ProofStatus.SUBMITTED,
    ProofStatus.APPROVED,
)


class PlanPage(Page):
    model = Plan
    select_related = (
        "enrollment__location__partner",
        "enrollment__program",
        "fund_type",
        "program_year",
        "reviewer",
        "assigned_to",
        "created_by",
        "decided_by",
    )
    permission = "plans.view"
    template = "portal/plan.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_parts()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        plan, user = self.object, self.request.user
        only = self.request.GET.get("history") or "all"
        proofs = self.read_proofs()
        claims = self.read_claims()
        edit = can(user, "plans.edit", plan)
        campaigns = self.campaigns(proofs)
        rows = [row for campaign in campaigns for row in campaign["rows"]]
        planned = sum((row["activity"].budget for row in rows), Decimal(0))
        asked = planned if plan.requested_limit is None else plan.requested_limit
        versions = versions_of(plan, asked)
        paid = payouts_of(plan, claims)
        entries, older = timeline_of(plan.history_thread, user, only, everything="all" in self.request.GET)
        return {
            "plan": plan,
            "object": plan,
            "zone": plan.enrollment.program.deadline_zone,
            "status_label": S(plan.status).label,
            "moves": available(PLAN, plan, user),
            "edit": edit,
            "holder": self.holder(),
            "steps": self.steps(),
            "campaigns": campaigns,
            "claims": claims,
            "claim_labels": dict(ClaimStatus.choices),
            "budget": self.budget(planned, asked, versions, [] if paid else claims, paid),
            "versions": versions,
            "payouts": paid,
            "warning": limit_warning(plan, versions, paid),
            "removed": self.removed(proofs),
            "left": what_is_left(plan, rows, user),
            "people": self.people(),
            "may_comment": can(user, "plans.comment", plan),
            "other_side": plan.enrollment.location.partner.name if user.is_vendor else settings.VENDOR_NAME,
            "history": entries,
            "older": older,
            "history_only": only,
            "send_by": self.send_by(),
            **extra,
        }

    def read_proofs(self) -> dict[Any, list[Proof]]:
        by_activity = defaultdict(list)
        rows = Proof.objects.visible_to(self.request.user).filter(activity__campaign__plan=self.object)
        for proof in rows.only("id", "number", "name", "status", "activity_id").order_by("created_at"):
            by_activity[proof.activity_id].append(proof)
        return by_activity

    def read_claims(self) -> list[Claim]:
        rows = Claim.objects.visible_to(self.request.user).filter(proof__activity__campaign__plan=self.object)
        return list(rows.select_related("proof"))

    # The content ---------------------------------------------------------------------------------------

    def campaigns(self, proofs: dict[Any, list[Proof]]) -> list[dict[str, Any]]:
        plan = self.object
        today = plan.enrollment.program.today()
        shown = []
        for campaign in plan.campaigns.all():
            rows = [self.activity(one, proofs.get(one.pk, []), today) for one in campaign.activities.all()]
            shown.append(
                {
                    "campaign": campaign,
                    "rows": rows,
                    "sum": sum((row["activity"].budget for row in rows), Decimal(0)),
                    "phase": _phase(campaign, today),
                    "count": ngettext("%(num)s activity", "%(num)s activities", len(rows)) % {"num": len(rows)},
                }
            )
        return shown

    def activity(self, activity: Any, proofs: list[Proof], today: Any) -> dict[str, Any]:
        kind = activity.activity_type
        approved = sum(proof.status == ProofStatus.APPROVED for proof in proofs)
        first = min(proofs, key=lambda proof: URGENCY.index(ProofStatus(proof.status)), default=None)
        count = _("%(approved)s of %(total)s approved") % {"approved": approved, "total": len(proofs)}
        return {
            "activity": activity,
            "type": type_name(kind.name),
            "category": kind.category_title or kind.category,
            "icon": CATEGORY_ICONS.get(kind.category, "folder"),
            "proofs": proofs,
            "badge": (first.status, ProofStatus(first.status).label) if first else None,
            "count": count if len(proofs) > 1 else "",
            "add": self.may_add(activity),
            "starts_later": activity.starts_on > today,
            "ended": activity.ends_on < today,
            "proven": bool(proofs) and approved == len(proofs),
        }

    def may_add(self, activity: Any) -> Decision | None:
        """None: no button at all, because proofs are not taken yet or belong to the other side."""
        if not activity.in_force:
            return None
        decision = can(self.request.user, "proofs.create", activity)
        return decision if decision.shown else None

    def removed(self, proofs: dict[Any, list[Proof]]) -> dict[str, dict[str, Any]]:
        """By id, the activities that a change takes out and that are in force until it is approved (D-10)."""
        plan = self.object
        if not plan.version or plan.status == S.APPROVED:
            return {}
        today = plan.enrollment.program.today()
        rows = Activity.with_removed.filter(campaign__plan=plan, removed=True).for_page()
        return {str(one.pk): self.activity(one, proofs.get(one.pk, []), today) for one in rows}

    def budget(
        self,
        planned: Decimal,
        asked: Decimal,
        versions: dict[str, Any] | None,
        claims: list[Claim],
        paid: dict[str, Any] | None,
    ) -> dict[str, Any]:
        """What was planned, asked and approved; then how far claims have come, or what was paid of it monthly."""
        approved = sum((one.approved_amount for one in claims if one.status == ClaimStatus.APPROVED), Decimal(0))
        review = sum((one.amount for one in claims if one.status in OPEN_QUEUE), Decimal(0))
        back = sum((one.amount for one in claims if one.status == ClaimStatus.ACTION_REQUIRED), Decimal(0))
        limit = versions["limit"] if versions else asked
        sent = paid["paid"] if paid else Decimal(0)
        rest = max(limit - approved - review - back - sent, Decimal(0))
        label = (_("Not paid yet") if paid else _("Not claimed yet")) if versions else _("Asked for")
        parts = [
            {"kind": "paid", "label": _("Paid"), "amount": sent, "href": "#payouts"},
            {"kind": "approved", "label": _("Approved"), "amount": approved, "href": "#claims"},
            {"kind": "review", "label": _("In review"), "amount": review, "href": "#claims"},
            {"kind": "action", "label": self.name_of_partner(), "amount": back, "href": "#claims"},
        ]
        parts = [part for part in parts if part["amount"]]
        parts.append({"kind": "free", "label": label, "amount": rest, "href": ""})
        return {"planned": planned, "asked": asked, "limit": limit, "parts": parts}

    def name_of_partner(self) -> str:
        if not self.request.user.is_vendor:
            return _("With you")
        return _("With %(name)s") % {"name": self.object.enrollment.location.partner.name}

    # Who and when ----------------------------------------------------------------------------------------

    def holder(self) -> dict[str, Any] | None:
        plan = self.object
        if plan.holder == Holder.NOBODY:
            return None
        mine = (plan.holder == Holder.VENDOR) == self.request.user.is_vendor
        if plan.holder == Holder.PARTNER:
            name = plan.enrollment.location.partner.name
        elif plan.assigned_to is not None:
            name = f"{plan.assigned_to.display_name}, {settings.VENDOR_NAME}"
            mine = plan.assigned_to_id == self.request.user.pk
        else:
            name = settings.VENDOR_NAME
        return {"name": name, "you": mine, "since": plan.holder_since, "until": plan.due_at}

    def steps(self) -> list[dict[str, Any]]:
        """Editing > Submitted > Under review > Approved; a plan sent back or rejected stands where it stopped."""
        plan = self.object
        zone = plan.enrollment.program.deadline_zone
        path: list[PlanStatus] = list(PATH)
        if plan.status == S.ACTION_REQUIRED:
            path[2] = S.ACTION_REQUIRED
        elif plan.status == S.REJECTED:
            path[3] = S.REJECTED
        at = path.index(S(plan.status))
        done = plan.status in (S.APPROVED, S.REJECTED)
        notes = [f"{date(plan.created_at, zone, year=False)}, {plan.created_by.display_name}", "", "", ""]
        if at >= 1 and plan.submitted_at:
            notes[1] = datetime(plan.submitted_at, zone)
        if at >= 2 and plan.assigned_to:
            notes[2] = plan.assigned_to.display_name
        if done and plan.decided_at:
            notes[3] = f"{date(plan.decided_at, zone)}, {plan.decided_by.display_name if plan.decided_by else ''}"
        elif plan.due_at:
            notes[3] = _("by %(day)s") % {"day": date(plan.due_at, zone, weekday=True)}
        return [
            {
                "label": state.label,
                "note": notes[index],
                "state": "done"
                if index < at or (done and plan.status == S.APPROVED)
                else ("current" if index == at else "todo"),
            }
            for index, state in enumerate(path)
        ]

    def send_by(self) -> tuple[str, Any] | None:
        """The day that ends the window, as a fact with its name (R-PLAN-10); none once the plan is approved."""
        plan = self.object
        if plan.status == S.APPROVED:
            return None
        zone = plan.enrollment.program.deadline_zone
        if plan.first_submitted_at is None:
            return _("To be sent by"), due(deadlines.first_submission_last_day(plan.program_year.ends_on), zone)
        return _("Can be sent again until"), due(deadlines.resubmission_last_day(plan.program_year.ends_on), zone)

    def people(self) -> list[dict[str, Any]]:
        plan, user = self.object, self.request.user
        rows = [(plan.created_by, _("Owner"))]
        if plan.reviewer is not None:
            rows.append((plan.reviewer, _("Reviewer, %(vendor)s") % {"vendor": settings.VENDOR_NAME}))
        if plan.assigned_to is not None and plan.assigned_to_id != plan.reviewer_id:
            rows.append((plan.assigned_to, _("Has taken the review, %(vendor)s") % {"vendor": settings.VENDOR_NAME}))
        return [
            {"name": person.display_name, "role": role, "vendor": person.is_vendor, "you": person.pk == user.pk}
            for person, role in rows
        ]


def _phase(campaign: Any, today: Any) -> str:
    if today < campaign.starts_on:
        days = (campaign.starts_on - today).days
        return ngettext("starts in %(days)s day", "starts in %(days)s days", days) % {"days": days}
    if today <= campaign.ends_on:
        days = (campaign.ends_on - today).days
        return ngettext("running, %(days)s day left", "running, %(days)s days left", days) % {"days": days}
    days = (today - campaign.ends_on).days
    return ngettext("ended %(days)s day ago", "ended %(days)s days ago", days) % {"days": days}
