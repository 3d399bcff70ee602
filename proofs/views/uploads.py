"""Files and typed proofs put onto a card. One address for the plain form and for the script."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Problem
from core.uploads import MAX_FILE_BYTES
from core.views import FormPage
from incentives.catalogue.vocabulary import TYPED_KINDS
from proofs import forms, services
from proofs.checks.kinds import accept_attribute, accepts
from proofs.choices import Section
from proofs.evidence import checklist_of
from proofs.models import Proof
from proofs.requirements import Card, kinds_of
from proofs.requirements.costs import INVOICES_SLUG
from proofs.services import Received
from proofs.views.base import PartForm, refuse_closed

MAX_AT_ONCE = 100  # files of one request


class OnCard(PartForm):
    """A form about one card, named by `card` in the body or in the address; an unknown card answers 404."""

    def card_slug(self) -> str:
        return (self.request.POST.get("card") or self.request.GET.get("card", ""))[:160]

    def ask_to_sign_in(self) -> HttpResponse:
        """Comes back to the same card."""
        response = super().ask_to_sign_in()
        if self.request.method == "POST" and self.card_slug():
            named = {name: self.request.POST[name] for name in ("card", "kind") if name in self.request.POST}
            response = redirect_to_login(f"{self.request.path}?{urlencode(named)}")
        return response

    def get_card(self) -> Card:
        try:
            return checklist_of(self.object).card(self.card_slug())
        except KeyError:
            raise Http404 from None


class TakesFiles(FormPage):
    """Takes one or many files. Answers JSON to a script that asks for it, else goes on to where they are; files that
    were not taken are named next to the input."""

    def files(self) -> list[Any]:
        return self.request.FILES.getlist("files") or self.request.FILES.getlist("file")

    def answer(self, form: Any, received: list[Received]) -> HttpResponse:
        problems = [one.problem for one in received if one.problem is not None]
        if self.wants_json():
            status = 422 if len(problems) == len(received) else 200
            return JsonResponse({"ok": not problems, "files": [_as_json(one) for one in received]}, status=status)
        tell(self.request, received)
        if problems:
            return self.refuse(form, problems)
        return HttpResponseRedirect(self.get_success_url(None))

    def refuse(self, form: Any, problems: list[Problem]) -> HttpResponse:
        if self.wants_json():
            errors = [{"name": one.subject, "error": str(one.message)} for one in problems]
            return JsonResponse({"ok": False, "files": errors}, status=422)
        return self.render(form=form, refused=problems, status=422)

    def refuse_empty(self, form: Any) -> HttpResponse:
        return self.refuse(form, [Problem("no_file", _("Choose a file first."))])

    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")


class Upload(TakesFiles, OnCard):
    """Files onto a card."""

    template = "proofs/upload.html"
    title = gettext_lazy("Add files")

    def get_queryset(self) -> Any:
        """Taking files needs little of the proof: nothing else is read while they arrive."""
        if self.request.method == "POST" and self.wants_json():
            few = ("status", "enrollment_id", "activity_type__fingerprint")
            return Proof.objects.visible_to(self.request.user).select_related("activity_type").only(*few)
        return super().get_queryset()

    def get_form(self, data: Any = None, files: Any = None) -> forms.UploadForm:
        return forms.UploadForm(data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_closed(self.object, self.card_slug())
        return super().get(request, *args, **kwargs)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        card = self.get_card()
        kinds = accepts(card.kinds)
        return super().get_context(
            card=card, kinds=kinds, accept=accept_attribute(kinds), max_bytes=MAX_FILE_BYTES, **{"refused": [], **extra}
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, slug = self.get_form(request.POST), self.card_slug()
        if not accepts(kinds_of(self.object.spec, slug)):
            raise Http404
        files = self.files()
        if not files:
            return self.refuse_empty(form)
        if not form.is_valid():
            return self.refuse(form, [Problem("note", str(form.errors["note"][0]))])
        section = Section.INVOICE if slug == INVOICES_SLUG else Section.PROOF
        received = services.add_files(
            self.object.pk, slug, files, actor=request.user, note=form.cleaned_data["note"], section=section
        )
        return self.answer(form, received)


def tell(request: HttpRequest, received: list[Received]) -> None:
    """Say what was added and what was there already (D-20)."""
    fresh = [one for one in received if one.document is not None and not one.again]
    if len(fresh) == 1:
        messages.success(request, _("“%(name)s” was added and is being checked.") % {"name": fresh[0].name})
    elif fresh:
        messages.success(request, _("%(count)s files were added and are being checked.") % {"count": len(fresh)})
    for one in received:
        if one.again:
            messages.info(request, again_text(one))


def again_text(one: Received) -> str:
    there = one.document.name if one.document is not None else ""
    if there == one.name:
        return _("“%(name)s” is already here. It was kept once.") % {"name": one.name}
    return _("“%(name)s” is already here as “%(there)s”. It was kept once.") % {"name": one.name, "there": there}


def _as_json(one: Received) -> dict[str, Any]:
    return {
        "name": one.name,
        "id": str(one.document.pk) if one.document is not None else "",
        "state": one.document.state if one.document is not None else "",
        "again": again_text(one) if one.again else "",
        "error": str(one.problem.message) if one.problem is not None else "",
    }


class AddTyped(OnCard):
    """An address or a text that counts as a document."""

    title = gettext_lazy("Add an address or a text")
    verb = gettext_lazy("Add")

    def kind(self) -> str:
        wanted = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        offered = [kind for kind in TYPED_KINDS if kind in kinds_of(self.object.spec, self.card_slug())]
        if not offered:
            raise Http404
        return wanted if wanted in offered else offered[0]

    def get_form(self, data: Any = None, files: Any = None) -> forms.TypedForm:
        refuse_closed(self.object, self.card_slug())
        return forms.TypedForm(data, kind=self.kind())

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(hidden={"card": self.card_slug(), "kind": self.kind()}, **extra)

    def save(self, form: Any) -> Any:
        return services.add_typed(
            self.object.pk, self.card_slug(), self.kind(), form.cleaned_data["value"], actor=self.request.user,
            note=form.cleaned_data["note"],
        )  # fmt: skip
