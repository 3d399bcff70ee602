"""The certification statement and report: its form, its signature, its blank template (D-19)."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.downloads import serve_stream
from core.errors import Denied
from proofs import forms, rules, services
from proofs.certification import render_template
from proofs.models import CertificationReport
from proofs.requirements.costs import CERTIFICATION_SLUG
from proofs.requirements.evidence import SOUND
from proofs.services.certification import REPORT_FIELDS, signing_problems
from proofs.signature import digest_of, signature_of
from proofs.views.base import OfProof, PartForm
from proofs.views.costs import WithLinesPage

WORK_FIELDS = ("person", "role", "period", "hours", "rate")


class Certification(WithLinesPage):
    """The certification statement and report; a change of a signed one voids its signature."""

    template = "proofs/certification_form.html"
    prefixes = ("work", "costs")
    card = CERTIFICATION_SLUG
    title = _("Certification statement and report")
    select_related = (*PartForm.select_related, "certification")

    def report(self) -> Any:
        return getattr(self.object, "certification", None)

    def get_form(self, data: Any = None, files: Any = None) -> forms.CertificationForm:
        report = self.report()
        lines = list(report.lines.all()) if report else []
        work = [{name: getattr(one, name) for name in WORK_FIELDS} for one in lines if one.is_work]
        costs = [{"description": one.description, "amount": one.amount} for one in lines if not one.is_work]
        initial = {name: getattr(report, name) for name in REPORT_FIELDS} if report else {}
        return forms.CertificationForm(data, currency=self.object.currency, work=work, costs=costs, initial=initial)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        program = self.object.enrollment.program
        report = self.report()
        return super().get_context(
            report=report,
            statement=program.certification_statement,
            signed=bool(report and report.signed_digest),
            **extra,
        )

    def get_success_url(self, result: Any) -> str:
        """On to the signature, where it is wished and nothing else is missing."""
        if "sign" in self.request.POST and not signing_problems(self.object, result):
            return reverse("proofs:certification_sign", args=[self.object.pk])
        return super().get_success_url(result)

    def save(self, form: Any) -> Any:
        fields = {name: form.cleaned_data[name] for name in REPORT_FIELDS if name != "currency"}
        return services.save_certification(
            self.object.pk, actor=self.request.user, lines=form.line_rows(), currency=self.object.currency, **fields
        )


class RemoveCertification(PartForm):
    form_class = forms.EmptyForm
    template = "proofs/confirm.html"
    title = _("Remove the certification report?")
    verb = _("Remove")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"icon": "trash", "text": _g("The report, its signature and its PDF are taken out of the draft.")}]
        return super().get_context(name="", consequences=lines, kind="danger", **extra)

    def card_slug(self) -> str:
        return CERTIFICATION_SLUG

    def save(self, form: Any) -> Any:
        return services.remove_certification(self.object.pk, actor=self.request.user)


class SignCertification(PartForm):
    """What is signed, to the letter, and the signature under it: the certifier's name typed, a box ticked.

    No password is asked for: the signed-in account and its second factor say who it is.
    """

    template = "proofs/certification_sign.html"
    title = _("Sign the certification report")
    success_message = _("Signed. The report is a document of this proof now.")

    def card_slug(self) -> str:
        return CERTIFICATION_SLUG

    @cached_property
    def report(self) -> CertificationReport:
        reports = CertificationReport.objects.filter(proof=self.object).select_related("signed_by")
        found = reports.prefetch_related("lines").first()
        if found is None:
            raise Http404
        return found

    def get_form(self, data: Any = None, files: Any = None) -> forms.SignatureForm:
        if not rules.takes_signature(self.object):
            raise Denied(_g("Only what the reviewer sent back can be changed now."))
        return forms.SignatureForm(data, initial={"seen": digest_of(self.report)})

    def get_context(self, **extra: Any) -> dict[str, Any]:
        report, own = self.report, self.request.user
        lines = list(report.lines.all())
        gaps = signing_problems(self.object, report)
        standing = signature_of(report)
        return super().get_context(
            report=report,
            work=[line for line in lines if line.is_work],
            costs=[line for line in lines if not line.is_work],
            digest=digest_of(report),
            signature=standing,
            gaps=gaps,
            may_sign=not gaps and standing != SOUND,
            other_name=own.display_name if own.display_name.casefold() != report.certifier_name.casefold() else "",
            zone=self.object.enrollment.program.deadline_zone,
            **extra,
        )

    def save(self, form: Any) -> Any:
        return services.sign_certification(
            self.object.pk, actor=self.request.user, name=form.cleaned_data["name"], seen=form.cleaned_data["seen"]
        )


class CertificationTemplate(OfProof):
    """The blank report as a PDF form, for who collects the figures away from here."""

    permission = "proofs.view"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        name = f"{_g('Certification report')} {self.object.number} {_g('template')}.pdf"
        return serve_stream(iter([render_template(self.object)]), name, "application/pdf")
