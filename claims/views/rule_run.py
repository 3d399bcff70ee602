"""One comparison of a draft with past claims: its progress, its sums and its table of differences."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property

from claims.choices import CompareState
from claims.models import RuleDifference, RuleRun
from claims.services.rule_runs import OPEN
from claims.views.rules import OfProgram
from core.ui import query

ROWS = 50  # on one page
REFRESH_MS = 2000


class RunOfRules(OfProgram):
    """?all=1 shows the claims that stay as they are too; ?after=position the next page."""

    template = "claims/rule_run.html"

    @cached_property
    def run(self) -> RuleRun:
        rows = RuleRun.objects.filter(draft__program=self.object).select_related(
            "draft", "period", "program_year", "created_by"
        )
        found: RuleRun | None = rows.filter(pk=self.kwargs["run"]).first()
        if found is None:
            raise Http404
        return found

    def get_context(self, **extra: Any) -> dict[str, Any]:
        run, params = self.run, self.request.GET
        after = params.get("after", "")
        start = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        rows = self._rows(bool(params.get("all")), start) if run.state == CompareState.DONE else []
        more = len(rows) > ROWS
        return super().get_context(
            run=run,
            working=run.state in OPEN,
            every=REFRESH_MS if run.state in OPEN else 0,
            newest=self.draft is not None and (run.draft_id, run.draft_version) == (self.draft.pk, self.draft.version),
            rows=rows[:ROWS],
            everything=bool(params.get("all")),
            first_href=query(params, after="") if start else "",
            next_href=query(params, after=rows[ROWS - 1].position) if more else "",
            **extra,
        )

    def _rows(self, everything: bool, start: int) -> list[RuleDifference]:
        rows = self.run.differences.filter(position__gt=start).select_related("claim__enrollment__location__partner")
        return list((rows if everything else rows.filter(changed=True))[: ROWS + 1])
