"""The moves of a plan, each with what it will do."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.forms import MoveForm
from core.ui import date, money_text
from core.views import MovePage
from plans import approvals, deadlines, rules, services
from plans.forms import ApproveForm
from plans.models import Plan
from plans.workflow import PLAN


class PlanMove(MovePage):
    model = Plan
    select_related = (
        "enrollment__location__partner",
        "enrollment__program",
        "program_year",
        "reviewer",
        "created_by",
    )
    permission = "plans.view"
    workflow = PLAN
    form_class = MoveForm
    forms: Mapping[str, Any] = {"approve": ApproveForm}
    outcome: Mapping[str, str] = {"limit": "newest_limit"}
    moves: Mapping[str, Any] = {
        "submit": services.submit_plan,
        "take": services.take_plan,
        "request_action": services.request_plan_action,
        "approve": services.approve_plan,
        "reject": services.reject_plan,
        "reopen": services.reopen_plan,
        "amend": services.amend_plan,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().with_parts()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title, lines = getattr(self, f"about_{self.transition.name}")(self.object)
        if self.transition.name == "submit" and "problems" not in extra:
            extra["problems"] = rules.submission_problems(self.object)
        return super().get_context(
            title=title,
            consequences=[{"icon": icon, "text": text} for icon, text in lines],
            trail=[(_("Plans"), reverse("plans:list")), (self.object.number, self.object.get_absolute_url())],
            **extra,
        )

    def about_submit(self, plan: Plan) -> Any:
        program = plan.enrollment.program
        due = deadlines.review_due(program.today(), program.plan_review_days, program.work_days)
        lines = [("coins", _("You ask for a limit of %(sum)s") % {"sum": _sum(plan)})]
        activities = [one for campaign in plan.campaigns.all() for one in campaign.activities.all()]
        if activities:
            text = ngettext(
                "%(count)s activity, from %(first)s to %(last)s",
                "%(count)s activities, from %(first)s to %(last)s",
                len(activities),
            )
            first, last = min(one.starts_on for one in activities), max(one.ends_on for one in activities)
            lines.append(("calendar", text % {"count": len(activities), "first": date(first), "last": date(last)}))
        begun = sum(one.starts_on < program.today() for one in activities)
        if begun:
            text = ngettext("%(count)s activity began before today", "%(count)s activities began before today", begun)
            lines.append(("alert-triangle", text % {"count": begun}))
        if plan.reviewer is not None:
            text = _("It goes to %(name)s, %(vendor)s. An answer is promised by %(day)s")
            names = {"name": plan.reviewer.display_name, "vendor": settings.VENDOR_NAME}
            lines.append(("send", text % {**names, "day": date(due, weekday=True)}))
        lines.append(("lock", _("You cannot edit it after this until it is sent back")))
        if plan.version:
            lines.append(("shield-check", _("Version %(number)s stays in force until then") % {"number": plan.version}))
        return _("Send “%(name)s” for approval?") % {"name": plan.name}, lines

    def about_take(self, plan: Plan) -> Any:
        return _("Start the review of “%(name)s”?") % {"name": plan.name}, [
            ("user", _("The plan is yours from now on; others see your name")),
            ("eye", _("%(partner)s sees that the review has begun") % _partner(plan)),
        ]

    def about_request_action(self, plan: Plan) -> Any:
        return _("Send “%(name)s” back for changes?") % {"name": plan.name}, [
            ("mail", _("%(partner)s is told now, with your text") % _partner(plan)),
            ("pencil", _("They can change the plan and send it again until %(day)s") % _until(plan)),
        ]

    def about_approve(self, plan: Plan) -> Any:
        counts_from = approvals.limit_starts_on(plan.enrollment.program.today(), plan.version + 1)
        text = _("The limit you approve counts from %(day)s on") % {"day": date(counts_from)}
        if plan.version:
            text = _("The limit you approve counts from %(day)s on, until then %(old)s") % {
                "day": date(counts_from),
                "old": money_text(approvals.limit_on(plan, plan.enrollment.program.today()), plan.currency),
            }
        return _("Approve “%(name)s” of %(partner)s?") % {"name": plan.name, **_partner(plan)}, [
            ("coins", _("%(partner)s asks for %(sum)s") % {"sum": _sum(plan), **_partner(plan)}),
            ("calendar", text),
            ("photo-plus", _("Proofs of its activities can be added from now on")),
            ("mail", _("%(partner)s is told now") % _partner(plan)),
            ("lock", _("This cannot be undone")),
        ]

    def about_reject(self, plan: Plan) -> Any:
        return _("Reject “%(name)s” of %(partner)s?") % {"name": plan.name, **_partner(plan)}, [
            ("mail", _("%(partner)s is told now, with your reason") % _partner(plan)),
            ("pencil", _("They can revise this plan and send it again until %(day)s") % _until(plan)),
        ]

    def about_amend(self, plan: Plan) -> Any:
        return _("Change “%(name)s”?") % {"name": plan.name}, [
            ("pencil", _("You change version %(number)s; it must be approved again") % {"number": plan.version + 1}),
            (
                "shield-check",
                _("Version %(number)s stays in force until then: it takes proofs and its limit counts")
                % {"number": plan.version},
            ),
            ("calendar", _("It must be sent by %(day)s") % _until(plan)),
        ]

    def about_reopen(self, plan: Plan) -> Any:
        return _("Open “%(name)s” for editing?") % {"name": plan.name}, [
            ("pencil", _("Campaigns and activities can be changed again")),
            ("calendar", _("It must be sent again by %(day)s") % _until(plan)),
        ]


def _sum(plan: Plan) -> str:
    return money_text(plan.limit_asked(), plan.currency)


def _partner(plan: Plan) -> dict[str, str]:
    return {"partner": plan.enrollment.location.partner.name}


def _until(plan: Plan) -> dict[str, str]:
    return {"day": date(deadlines.resubmission_last_day(plan.program_year.ends_on))}
