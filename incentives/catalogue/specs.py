"""One activity type as the rest of the house reads it: immutable, self-contained, JSON both ways.

ActivityType.spec stores ActivitySpec.to_dict(), so a claim keeps the wording it was created under (R-ACT-06).
Texts hold the placeholder {vendor}; with_vendor() fills it in when a text is shown.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from incentives.catalogue.vocabulary import (
    CAP_NONE,
    COMPONENTS_FIELD,
    FAMILY_ALL,
    FAMILY_NON_SURFACE,
    FAMILY_SURFACE,
    PER_CONFERENCE,
    PER_PERSON,
)

VENDOR_PLACEHOLDER = "{vendor}"
FINGERPRINT_LENGTH = 16  # hexadecimal digits of the SHA-256; enough to tell versions of one type apart

Rule = dict[str, Any]


class CatalogueError(Exception):
    """The catalogue cannot be used; problems lists every reason, each naming the place."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class ExpenseType:
    """What money was spent on. tax_eligible: its tax counts too (fares and rooms, D-11)."""

    slug: str
    label: str
    description: str
    tax_eligible: bool = False


@dataclass(frozen=True)
class CoreRequirement:
    """Something the piece must show; declared by the partner, judged by the reviewer (D-18)."""

    slug: str
    label: str
    text: str


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class FieldSpec:
    """A question asked only by the activity types whose requirements depend on the answer (D-18)."""

    slug: str
    label: str
    help: str
    multiple: bool
    min_choices: int
    choices: tuple[Choice, ...]

    def label_of(self, value: str) -> str:
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class DocumentSpec:
    """A proof document. from_invoices: the file of an invoice counts, it is not asked for twice."""

    slug: str
    label: str
    description: str
    kinds: tuple[str, ...]
    min_items: int = 1
    from_invoices: bool = False


@dataclass(frozen=True)
class MetricSpec:
    """A result to report; input says how the value is typed (vocabulary.INPUTS)."""

    slug: str
    name: str
    unit: str
    unit_label: str
    input: str
    required: bool


@dataclass(frozen=True)
class Preapproval:
    """required: the pre-approval ID must be given (R-POE-06)."""

    required: bool
    note: str = ""


@dataclass(frozen=True)
class ActivitySpec:
    """An activity type. components holds the specs a union_of_component_rules draws on, else it is empty; vendor_share:
    per cent of vendor content it demands, which replaces the partner's own figure (D-11)."""

    slug: str
    name: str
    enabled: bool
    category: str
    category_name: str
    aliases: tuple[str, ...]
    only_programs: tuple[str, ...]
    excluded_programs: tuple[str, ...]
    preapproval: Preapproval
    core_requirements: tuple[CoreRequirement, ...]
    fields: tuple[FieldSpec, ...]
    proof_documents: tuple[DocumentSpec, ...]
    proof_rule: Rule | None
    cost_evidence: str
    metrics: tuple[MetricSpec, ...]
    metrics_waived_for_expenses: tuple[str, ...]
    eligible_expenses: tuple[ExpenseType, ...]
    caps: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    components: tuple["ActivitySpec", ...] = ()
    vendor_share: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data; from_dict() gives back an equal spec."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The spec stored in data. Raises CatalogueError when data is not what to_dict() writes."""
        try:
            return cls(**{**data, **_built(data)})
        except (KeyError, TypeError) as error:
            raise CatalogueError([f"{data.get('slug', '?')}: stored spec does not fit: {error}"]) from error

    def expense(self, slug: str) -> ExpenseType | None:
        """The expense type when this activity allows it, else None."""
        return next((expense for expense in self.eligible_expenses if expense.slug == slug), None)

    @property
    def asks_for_conference(self) -> bool:
        """Whether a cap counts by conference or by person at one (R-CAP-04): then the proof names them (D-11)."""
        return any(cap["per"] in (PER_CONFERENCE, PER_PERSON) for cap in self.caps)

    @property
    def travel_expenses(self) -> frozenset[str]:
        """Expense types capped by person and conference: each of their lines names its traveller (D-11)."""
        capped = [cap["applies_to_expenses"] for cap in self.caps if cap["per"] == PER_PERSON]
        return frozenset(
            one.slug for one in self.eligible_expenses if any(slugs == "all" or one.slug in slugs for slugs in capped)
        )

    def document(self, slug: str) -> DocumentSpec | None:
        """The proof document of that slug, of the activity or of one of its components."""
        every = [*self.proof_documents, *(doc for part in self.components for doc in part.proof_documents)]
        return next((document for document in every if document.slug == slug), None)

    def chosen_components(self, answers: dict[str, Any]) -> list["ActivitySpec"]:
        """The component activities named in the answers, in catalogue order."""
        chosen = answers.get(COMPONENTS_FIELD) or []
        return [component for component in self.components if component.slug in chosen]


_NESTED = {
    "core_requirements": CoreRequirement,
    "metrics": MetricSpec,
    "eligible_expenses": ExpenseType,
}
_PLAIN_TUPLES = (
    "aliases",
    "only_programs",
    "excluded_programs",
    "metrics_waived_for_expenses",
    "caps",
    "notes",
)


def _built(data: dict[str, Any]) -> dict[str, Any]:
    """The members of a stored spec that are not plain JSON values."""
    built: dict[str, Any] = {name: tuple(data[name]) for name in _PLAIN_TUPLES}
    for name, kind in _NESTED.items():
        built[name] = tuple(kind(**item) for item in data[name])
    built["preapproval"] = Preapproval(**data["preapproval"])
    built["fields"] = tuple(field_from(item) for item in data["fields"])
    built["proof_documents"] = tuple(document_from(item) for item in data["proof_documents"])
    built["components"] = tuple(ActivitySpec.from_dict(item) for item in data["components"])
    return built


def field_from(data: dict[str, Any]) -> FieldSpec:
    return FieldSpec(**{**data, "choices": tuple(Choice(**choice) for choice in data["choices"])})


def document_from(data: dict[str, Any]) -> DocumentSpec:
    return DocumentSpec(**{**data, "kinds": tuple(data["kinds"])})


def fingerprint(spec: ActivitySpec) -> str:
    """Changes when anything in the spec changes; two equal specs have the same one (R-ACT-06)."""
    text = json.dumps(spec.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def with_vendor(text: str, vendor_name: str) -> str:
    """Text of the catalogue with the vendor's name filled in; nothing else in it is interpreted."""
    return text.replace(VENDOR_PLACEHOLDER, vendor_name)


def applies_to_program(spec: ActivitySpec, families: list[str]) -> bool:
    """Whether a program of these families offers the activity: listed when a list exists, never excluded."""
    known = _known(families)
    if known & set(spec.excluded_programs):
        return False
    return not spec.only_programs or bool(known & set(spec.only_programs))


def caps_of(spec: ActivitySpec, families: list[str]) -> list[dict[str, Any]]:
    """The caps that hold in a program of these families, in catalogue order."""
    known = _known(families)
    return [
        cap
        for cap in spec.caps
        if known & set(cap["applies_to_programs"]) and not known & set(cap.get("except_programs", ()))
        if cap["kind"] != CAP_NONE
    ]


def _known(families: list[str]) -> set[str]:
    known = {*families, FAMILY_ALL}
    if FAMILY_SURFACE not in known:
        known.add(FAMILY_NON_SURFACE)
    return known
