"""Payment runs, for the vendor's incentives admins (D-01)."""

from collections import Counter
from typing import Any

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims import bankresult, paying, services
from claims.choices import PAYABLE, RETURNED, TAX_WAITING, LineState, RunState
from claims.forms import BankResultForm, NewRunForm, PayingAccountForm, RunMoveForm
from claims.models import Payment, PaymentRun
from claims.views.bank import secret_number
from claims.workflow import RUN
from core import history
from core.downloads import serve
from core.paging import keyset_page
from core.ui import money_text
from core.views import FormPage, MovePage, Page
from core.workflow import available
from incentives import services as incentives
from incentives.models import PayingAccount, Program
from proofs.views.documents import as_line

log = structlog.get_logger("claims.runs")
MOVES = {"confirm": services.confirm_run, "make_file": services.make_run_file, "cancel": services.cancel_run}
COLUMNS = (
    "id", "number", "status", "currency", "total", "program__name", "created_at", "confirmed_at", "made_at",
    "created_by__name",
)  # fmt: skip
HISTORY_ROWS = 100


class RunList(Page):
    permission = "payments.runs"
    template = "claims/runs.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        runs = PaymentRun.objects.visible_to(self.request.user)
        return {
            "page": keyset_page(runs.values(*COLUMNS), self.request.GET),
            "status_labels": dict(RunState.choices),
            **extra,
        }


class NewRun(FormPage):
    """Choose program and currency of what waits to be paid."""

    permission = "payments.runs"
    template = "claims/money_form.html"
    form_class = NewRunForm

    def waiting(self) -> list[tuple[str, str]]:
        """ "program:currency" of unpaid payments with how many there are; by the bank account's currency."""
        programs = {one.pk: one for one in Program.objects.administered_by(self.request.user)}
        rows = list(
            Payment.objects.filter(
                enrollment__program__in=programs, status__in=(*PAYABLE, *TAX_WAITING, *RETURNED)
            ).values_list("enrollment_id", "enrollment__program_id", "currency")
        )
        profiles = paying.newest_profiles({enrollment for enrollment, _program, _currency in rows})
        counts: Counter[tuple[int, str]] = Counter()
        for enrollment, program, currency in rows:
            profile = profiles.get(enrollment)
            counts[program, profile.currency if profile else currency] += 1
        found = sorted(
            (programs[program].name, program, currency, count) for (program, currency), count in counts.items()
        )
        return [(f"{program}:{currency}", _waiting(name, currency, count)) for name, program, currency, count in found]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"waiting": self.waiting()}

    def save(self, form: NewRunForm) -> PaymentRun:
        program, _sep, currency = form.cleaned_data["what"].partition(":")
        chosen = Program.objects.administered_by(self.request.user).filter(pk=int(program)).first()
        if chosen is None:
            raise Http404
        return services.open_run(chosen, currency, actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=_("New payment run"),
            verb=_("Show the preview"),
            back_href=reverse("claims:runs"),
            empty="" if self.waiting() else _("No payment waits in your programs."),
            **extra,
        )


def _waiting(name: str, currency: str, count: int) -> str:
    text = ngettext("%(name)s, %(currency)s: %(count)s payment", "%(name)s, %(currency)s: %(count)s payments", count)
    return text % {"name": name, "currency": currency, "count": count}


class RunPage(Page):
    """In the preview: what would be paid and what not, with the reason. Later: what was, and what the bank said."""

    model = PaymentRun
    permission = "runs.manage"
    select_related = ("program", "confirmed_by", "created_by")
    template = "claims/run.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        run, user = self.object, self.request.user
        found = paying.candidates(run.program, run.currency) if run.status == RunState.PREVIEW else []
        lines = list(
            run.lines.select_related("payment__claim", "payment__enrollment__location__partner", "profile")
        )  # fmt: skip
        chosen = [one for one in found if not one.problems]
        entries = history.for_page(run.history_thread, side="vendor")[:HISTORY_ROWS]
        return super().get_context(
            run=run,
            status_label=RunState(run.status).label,
            chosen=chosen,
            left=[one for one in found if one.problems],
            total=sum((one.amount for one in chosen), start=0) if run.total is None else run.total,
            run_problems=paying.run_problems(run, found) if run.status == RunState.PREVIEW else [],
            lines=lines,
            line_labels=dict(LineState.choices),
            results=list(run.results.select_related("imported_by")),
            account=PayingAccount.objects.filter(program=run.program, currency=run.currency).first(),
            moves=available(RUN, run, user),
            may_import=run.status in (RunState.FILE_MADE, RunState.CLOSED),
            zone=run.program.deadline_zone,
            entries=[as_line(entry) for entry in entries],
            **extra,
        )


class RunMove(MovePage):
    model = PaymentRun
    permission = "runs.manage"
    select_related = ("program",)
    workflow = RUN
    moves = MOVES
    form_class = RunMoveForm
    success_message = gettext_lazy("Done.")

    def chosen(self) -> list[paying.Candidate]:
        if self.transition.name != "confirm":
            return []
        if not hasattr(self, "_chosen"):
            found = paying.candidates(self.object.program, self.object.currency)
            self._chosen = [one for one in found if not one.problems]
        return self._chosen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"seen": services.preview_digest(self.chosen())} if self.request.method == "GET" else {}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        run = self.object
        texts = {
            "confirm": [
                ("coins", self._sum()),
                ("lock", _("These payments are frozen: approvals behind them can no longer be undone")),
            ],
            "make_file": [
                ("file-text", _("A pain.001 file and a CSV are written, checked and kept encrypted")),
                ("alert-triangle", _("Give only one of the two to the bank; after this the run cannot be cancelled")),
            ],
            "cancel": [("arrow-back-up", _("Its payments wait for the next run"))],
        }
        lines = [{"icon": icon, "text": text} for icon, text in texts[self.transition.name]]
        return super().get_context(
            title=f"{self.transition.label}: {run.number}",
            consequences=lines,
            back_href=run.get_absolute_url(),
            **extra,
        )

    def _sum(self) -> str:
        total = sum((one.amount for one in self.chosen()), start=0)
        text = ngettext("%(count)s payment, %(sum)s", "%(count)s payments, %(sum)s", len(self.chosen()))
        return text % {"count": len(self.chosen()), "sum": money_text(total, self.object.currency)}


class RunFileDownload(Page):
    """The payment file or its CSV twin, decrypted on the way out; the download stands in the log."""

    model = PaymentRun
    permission = "runs.manage"
    select_related = ("program",)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if kwargs["kind"] not in ("xml", "csv"):
            raise Http404
        item = services.RunFile(self.object, kwargs["kind"])
        log.info("payment file download", run=self.object.number, kind=kwargs["kind"], user=str(request.user.pk))
        response = serve(item, item)  # type: ignore[arg-type]
        response["Cache-Control"] = "private, no-store"
        return response


class ImportResult(FormPage):
    """The bank's file: everything in it, or nothing and why, line by line."""

    model = PaymentRun
    permission = "runs.manage"
    select_related = ("program",)
    template = "claims/money_form.html"
    form_class = BankResultForm
    success_message = gettext_lazy("The bank's answers are booked.")

    def save(self, form: BankResultForm) -> PaymentRun:
        file = form.cleaned_data["file"]
        content = file.read(bankresult.MAX_BYTES + 1)
        name = getattr(file, "sent_name", file.name)
        services.import_bank_result(self.object.pk, actor=self.request.user, name=name, content=content)
        return self.object

    def get_context(self, **extra: Any) -> dict[str, Any]:
        columns = ", ".join(bankresult.COLUMNS)
        return super().get_context(
            title=_("The bank's result of %(number)s") % {"number": self.object.number},
            verb=_("Take it in"),
            back_href=self.object.get_absolute_url(),
            hint=_("A CSV has the columns %(columns)s. Status is one of %(states)s.")
            % {"columns": columns, "states": ", ".join(bankresult.CSV_STATES)},
            **extra,
        )


@secret_number
class EditPayingAccount(FormPage):
    """From which account the program's payments in the run's currency are made."""

    model = PaymentRun
    permission = "runs.manage"
    select_related = ("program",)
    template = "claims/money_form.html"
    form_class = PayingAccountForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        run = self.object
        return {"before": PayingAccount.objects.filter(program=run.program, currency=run.currency).first()}

    def save(self, form: PayingAccountForm) -> PaymentRun:
        run = self.object
        incentives.save_paying_account(
            run.program_id, actor=self.request.user, currency=run.currency, **form.cleaned_data
        )
        return run

    def get_context(self, **extra: Any) -> dict[str, Any]:
        run = self.object
        return super().get_context(
            title=_("Account for payments in %(currency)s") % {"currency": run.currency},
            verb=_("Save"),
            back_href=run.get_absolute_url(),
            hint=_("%(vendor)s's own account. It is the debtor of the payment file.")
            % {"vendor": settings.VENDOR_NAME},
            **extra,
        )
