"""The plan page: the plan with the proofs and claims that came of it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import OPEN_QUEUE, ClaimStatus
from claims.models import Claim
from core.models import Holder
from core.permissions import Decision, can
from core.ui import date, datetime
from core.views import Page
from core.workflow import available
from plans import deadlines, rules
from plans.choices import PATH, PlanStatus
from plans.forms import type_name
from plans.models import Plan
from plans.workflow import PLAN
from portal.timeline import timeline_of
from proofs.choices import ProofStatus
from proofs.models import Proof

S = PlanStatus
CATEGORY_ICONS = {
    "demand_generation": "speakerphone",
    "market_development": "trending-up",
    "partner_readiness": "school",
}
IN_REVIEW = (*OPEN_QUEUE, ClaimStatus.ACTION_REQUIRED)
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
            "budget": self.budget(planned, claims),
            "left": self.left(edit, rows),
            "people": self.people(),
            "may_comment": can(user, "plans.comment", plan),
            "other_side": plan.enrollment.location.partner.name if user.is_vendor else settings.VENDOR_NAME,
            "history": timeline_of(plan.history_thread, user, only),
            "history_only": only,
            "until": deadlines.resubmission_last_day(plan.program_year.ends_on),
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
        if self.object.status != S.APPROVED:
            return None
        decision = can(self.request.user, "proofs.create", activity)
        return decision if decision.shown else None

    def budget(self, planned: Decimal, claims: list[Claim]) -> dict[str, Any]:
        """What was planned, asked and approved, and how far claims have come; no payments."""
        plan = self.object
        asked = planned if plan.requested_limit is None else plan.requested_limit
        approved = sum((one.approved_amount for one in claims if one.status == ClaimStatus.APPROVED), Decimal(0))
        review = sum((one.amount for one in claims if one.status in IN_REVIEW), Decimal(0))
        limit = plan.approved_limit if plan.approved_limit is not None else asked
        rest = max(limit - approved - review, Decimal(0))
        label = _("Not claimed yet") if plan.status == S.APPROVED else _("Asked for")
        parts = [{"kind": "free", "label": label, "amount": rest, "href": ""}]
        if claims:
            parts[:0] = [
                {"kind": "approved", "label": _("Approved"), "amount": approved, "href": "#claims"},
                {"kind": "review", "label": _("In review"), "amount": review, "href": "#claims"},
            ]
        return {"planned": planned, "asked": asked, "limit": limit, "parts": parts}

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

    # What is left ----------------------------------------------------------------------------------------

    def left(self, edit: Decision, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The checklist of the right column: items, and one line that sums them up."""
        plan = self.object
        if plan.status == S.EDITING and not self.request.user.is_vendor:
            return self.left_to_send()
        if plan.status in (S.ACTION_REQUIRED, S.REJECTED):
            day = date(deadlines.resubmission_last_day(plan.program_year.ends_on))
            item = {
                "state": "attention",
                "label": _("Open the plan for editing and send it again"),
                "href": "",
                "note": _("possible until %(day)s") % {"day": day},
            }
            return {"items": [item], "summary": _("Sent back: see the history for the reason")}
        if plan.status == S.APPROVED:
            return self.left_to_prove(rows)
        return {"items": [], "summary": _("Nothing to do before the answer") if plan.due_at else ""}

    def left_to_send(self) -> dict[str, Any]:
        problems = rules.submission_problems(self.object)
        edit_page = reverse("plans:edit", args=[self.object.pk])
        items = [
            {
                "state": "missing",
                "label": f"{one.subject}: {one.message}" if one.subject else one.message,
                "href": edit_page if one.anchor == "edit" else f"#{one.anchor}" if one.anchor else "",
                "note": "",
            }
            for one in problems
        ]
        if not items:
            return {
                "items": [{"state": "good", "label": _("Everything is there"), "href": "", "note": ""}],
                "summary": _("Ready to be sent"),
            }
        text = ngettext("%(num)s thing before it can be sent", "%(num)s things before it can be sent", len(items))
        return {"items": items, "summary": text % {"num": len(items)}}

    def left_to_prove(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        due = [row for row in rows if not row["proofs"] and not row["starts_later"]]
        later = sum(not row["proofs"] and row["starts_later"] for row in rows)
        proven = sum(row["proven"] for row in rows)
        items = [
            {
                "state": "missing",
                "label": _("%(name)s: no proof yet") % {"name": row["activity"].name},
                "href": f"#activity-{row['activity'].pk}",
                "note": (_("ended %(day)s") if row["ended"] else _("until %(day)s"))
                % {"day": date(row["activity"].ends_on)},
            }
            for row in due[:5]
        ]
        if len(due) > 5:
            items.append(
                {
                    "state": "missing",
                    "label": _("%(num)s more without proof") % {"num": len(due) - 5},
                    "href": "#campaigns",
                    "note": "",
                }
            )
        if proven:
            text = ngettext("%(num)s activity proven", "%(num)s activities proven", proven) % {"num": proven}
            items.append({"state": "accepted", "label": text, "href": "", "note": ""})
        if later:
            text = ngettext("%(num)s activity begins later", "%(num)s activities begin later", later) % {"num": later}
            items.append({"state": "not_due", "label": text, "href": "", "note": ""})
        summary = ngettext("%(num)s activity has no proof yet", "%(num)s activities have no proof yet", len(due))
        return {"items": items, "summary": summary % {"num": len(due)} if due else _("Nothing is due")}


def _phase(campaign: Any, today: Any) -> str:
    if today < campaign.starts_on:
        days = (campaign.starts_on - today).days
        return ngettext("starts in %(days)s day", "starts in %(days)s days", days) % {"days": days}
    if today <= campaign.ends_on:
        days = (campaign.ends_on - today).days
        return ngettext("running, %(days)s day left", "running, %(days)s days left", days) % {"days": days}
    days = (today - campaign.ends_on).days
    return ngettext("ended %(days)s day ago", "ended %(days)s days ago", days) % {"days": days}
