"""Base classes of our pages: sign-in, scoped fetch, named permission, form, move.

Every page names its permission or says why it is public; a page that does neither refuses to be mounted.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from core import clock, history, kept_input
from core.errors import Denied, RuleViolation, StateConflict
from core.permissions import require
from core.workflow import Workflow, available


class Page(View):
    """A page for signed-in people.

    model: fetched by the URL's pk through `visible_to(user)`, so that a foreign object answers 404.
    permission: registered name asked with that object (or None). public: the reason why no sign-in is needed.
    """

    model: Any = None
    select_related: tuple[str, ...] = ()
    permission: str = ""
    public: str = ""
    template: str = ""
    status = 200

    @classmethod
    def as_view(cls, **kwargs: Any) -> Callable[..., HttpResponse]:
        if not (cls.permission or cls.public):
            raise TypeError(f"{cls.__name__} names neither a permission nor why it is public")
        return super().as_view(**kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.public:
            return super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return self.ask_to_sign_in()
        self.object = self.get_object() if self.model is not None else None
        require(request.user, self.permission, self.object)
        with timezone.override(clock.person_zone(request.user)):
            return super().dispatch(request, *args, **kwargs)

    def ask_to_sign_in(self) -> HttpResponse:
        if self.request.method == "POST" and kept_input.keep(self.request):
            messages.warning(
                self.request,
                _("Your session had ended. Sign in again: what you typed is kept, files must be chosen again."),
            )
        return redirect_to_login(self.request.get_full_path())

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.request.user).select_related(*self.select_related)

    def get_object(self) -> Any:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"object": self.object, **extra}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def render(self, template: str = "", status: int | None = None, **extra: Any) -> HttpResponse:
        return render(self.request, template or self.template, self.get_context(**extra), status=status or self.status)


class FormPage(Page):
    """A form with its own address: GET shows it, POST saves it or shows it again with everything that was typed.

    Subclasses give `form_class`, `save(form)` (one service call, returns the object) and `get_success_url(result)`.
    """

    form_class: Any = None
    success_message: Any = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def get_form(self, data: QueryDict | None = None, files: Any = None) -> Any:
        return self.form_class(data, files, **self.get_form_kwargs())

    def save(self, form: Any) -> Any:
        raise TypeError(f"{type(self).__name__} does not say how to save")

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = kept_input.take(request)
        if kept is not None:
            messages.info(request, _("Here is what you had typed. Files must be chosen again."))
        return self.render(form=self.get_form(kept))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form, status=422)
        try:
            result = self.save(form)
        except (RuleViolation, StateConflict) as refused:
            done = self.done_already(form)
            if done is not None:
                return self.answer_repeat(done)
            if isinstance(refused, StateConflict):
                raise
            add_problems(form, refused)
            return self.render(form=form, status=422, problems=refused.problems)
        if self.success_message:
            messages.success(request, self.success_message)
        return HttpResponseRedirect(self.get_success_url(result))

    def done_already(self, form: Any) -> Any:
        """What `save` would return, when this person has just done exactly this (a double click); else None."""
        return None

    def answer_repeat(self, done: Any) -> HttpResponse:
        messages.info(self.request, _("Your first click did this already. Nothing was done twice."))
        return HttpResponseRedirect(self.get_success_url(done))


def add_problems(form: Any, refused: RuleViolation) -> None:
    """Show each problem next to its cause: anchors `id_<field>` go to the field, the rest to the top."""
    for problem in refused.problems:
        name = problem.anchor.removeprefix("id_")
        form.add_error(name if name in form.fields else None, str(problem.message))


class MovePage(FormPage):
    """One move of a workflow: GET shows what it will do and asks to confirm, POST does it.

    workflow: the table · moves: name in the URL -> service(pk, *, actor, comment, **fields of the form) ·
    forms: name -> form class with further fields · outcome: field of the form -> what keeps it on the object.
    """

    workflow: Workflow
    moves: Mapping[str, Callable[..., Any]] = {}
    forms: Mapping[str, Any] = {}
    outcome: Mapping[str, str] = {}
    template = "components/move_page.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["move"] not in self.moves:
            raise Http404
        self.transition = self.workflow[kwargs["move"]]
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, data: QueryDict | None = None, files: Any = None) -> Any:
        form_class = self.forms.get(self.transition.name, self.form_class)
        return form_class(data, files, transition=self.transition, obj=self.object, **self.get_form_kwargs())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_when_not_open()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.refuse_when_not_open()  # before the form is judged: who may not is not told what is missing
        except StateConflict:
            form = self.get_form(request.POST, request.FILES)
            done = self.done_already(form) if form.is_valid() else None
            if done is None:
                raise
            return self.answer_repeat(done)
        return super().post(request, *args, **kwargs)

    def done_already(self, form: Any) -> Any:
        obj, typed = self.get_object(), form.cleaned_data
        action = f"{self.workflow.name}.{self.transition.name}"
        if obj.status != self.transition.target or not history.is_last_move(
            obj, action, actor=self.request.user, comment=typed.get("comment", "")
        ):
            return None
        kept = {name: getattr(obj, kept) for name, kept in self.outcome.items() if typed.get(name) is not None}
        return obj if all(typed[name] == value for name, value in kept.items()) else None

    def refuse_when_not_open(self) -> None:
        """Show 409 or 403 instead of a form that could not be sent."""
        for move in available(self.workflow, self.object, self.request.user):
            if move.name == self.transition.name:
                if not move.allowed:
                    raise Denied(move.reason)
                return
        if self.object.status not in self.transition.sources:
            label = self.workflow.states(self.object.status).label
            raise StateConflict(
                _("This is meanwhile “%(status)s”. Look at it again before you decide.") % {"status": label},
                self.object.status,
            )
        raise Denied(_("This is for other people to decide."))

    def save(self, form: Any) -> Any:
        service = self.moves[self.transition.name]
        return service(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(transition=self.transition, **extra)
