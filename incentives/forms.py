from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.choices import PartnerRole, VendorRoleKind

NO_ROLE = ("", _("No role"))


class RolesForm(forms.Form):
    """One choice a location and program: no role, user or admin. Enrolments have location and program joined."""

    def __init__(self, *args: Any, enrollments: Iterable[Any], held: Mapping[Any, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrollments = {self.name_of(one.pk): one for one in enrollments}
        for name, one in self.enrollments.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{one.location.name}, {one.program.name}",
                choices=[NO_ROLE, *PartnerRole.choices],
                initial=held.get(one.pk, ""),
                required=False,
            )

    @staticmethod
    def name_of(pk: Any) -> str:
        return f"role_{pk}"

    def roles(self) -> dict[Any, str | None]:
        return {one.pk: self.cleaned_data[name] or None for name, one in self.enrollments.items()}


class VendorRolesForm(forms.Form):
    """Boxes for each program the giver administers; `program` None stands for every program."""

    def __init__(self, *args: Any, programs: Iterable[Any], held: Iterable[tuple[Any, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.programs = {f"roles_{one.pk if one else 'all'}": one for one in programs}
        held = set(held)
        for name, program in self.programs.items():
            pk = program.pk if program else None
            self.fields[name] = forms.MultipleChoiceField(
                label=program.name if program else _("Every program, also coming ones"),
                choices=VendorRoleKind.choices,
                initial=[str(kind) for kind in VendorRoleKind if (pk, kind) in held],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def roles(self) -> dict[tuple[Any, str], bool]:
        return {
            (program, str(kind)): kind in self.cleaned_data[name]
            for name, program in self.programs.items()
            for kind in VendorRoleKind
        }


class EnrollmentForm(forms.Form):
    """Confirmation of a change of the enrolment's status."""
