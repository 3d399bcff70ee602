"""The rules of a program as its draft would have them: the live ones, with the changes of the draft over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.catalogue import ActivitySpec, load_catalogue
from incentives.catalogue.drafting import Words, spec_problems, words_of
from incentives.choices import DraftState
from incentives.models import ActivityType, DraftType, Program, ProgramYear, RuleDraft, RuleSet
from incentives.rule_words import Change, changes_of, level_changes

NEW = ""  # the mark of a type that is not there yet


@dataclass(frozen=True)
class Entry:
    """One activity type of a year in the draft: the version that is live, and what the draft makes of it."""

    slug: str
    live: ActivityType | None
    draft: DraftType | None

    @property
    def spec(self) -> ActivitySpec:
        if self.draft is not None:
            return self.draft.parsed
        assert self.live is not None  # noqa: S101 - an entry is made of at least one of them
        return self.live.parsed

    @property
    def mark(self) -> str:
        """Tells one state of the type from another: what is saved was begun from this one."""
        newest = self.draft or self.live
        return newest.fingerprint if newest else NEW


def open_draft(program: Program) -> RuleDraft | None:
    return program.rule_drafts.filter(state=DraftState.OPEN).select_related("created_by", "changed_by").first()


def newest_rule_set(program: Program) -> RuleSet | None:
    """The levels that hold for what is sent now; none = never published, the usual ones."""
    return program.rule_sets.select_related("published_by").first()


def levels_of(draft: RuleDraft | None, live: RuleSet | None) -> dict[str, str]:
    """{code: level} that differ from the usual ones, as the draft would have them."""
    if draft is not None and draft.levels is not None:
        return dict(draft.levels)
    return dict(live.levels) if live else {}


def year_asked(years: Sequence[ProgramYear], asked: str, today: date) -> ProgramYear | None:
    """The year with that key; else the running one, else the newest."""
    chosen = [one for one in years if str(one.pk) == asked]
    running = [one for one in years if one.starts_on <= today <= one.ends_on]
    return next(iter([*chosen, *running, *years]), None)


def entries_of(draft: RuleDraft | None, year: ProgramYear) -> dict[str, Entry]:
    """All types of the year by slug, in the order of their names (two queries)."""
    live = {one.slug: one for one in year.activity_types.current().select_related("program_year")}
    changed = {one.slug: one for one in draft.types.filter(program_year=year)} if draft else {}
    found = [Entry(slug, live.get(slug), changed.get(slug)) for slug in {*live, *changed}]
    return {one.slug: one for one in sorted(found, key=lambda one: (one.spec.category, one.spec.name, one.slug))}


def words_for(entries: dict[str, Entry]) -> Words:
    return words_of(load_catalogue(), (one.spec for one in entries.values()))


def type_problems(spec: ActivitySpec, entries: dict[str, Entry]) -> list[Problem]:
    """What keeps a type from being saved: a name that is taken, and the catalogue's own validation (D-18).

    subject: slug of the part it is about, "" for the type as a whole.
    """
    others = [one.spec for one in entries.values() if one.slug != spec.slug]
    if spec.name.casefold() in {one.name.casefold() for one in others}:
        return [Problem("name_taken", _("Another activity type of this year has this name."), "R-ACT-03", "id_name")]
    found = spec_problems(spec, others, words_for(entries))
    return [Problem("catalogue", said, "D-18", subject=part) for part, said in found]


@dataclass(frozen=True)
class TypeChanges:
    """One type of the draft with what it changes, in words."""

    entry: DraftType
    year: ProgramYear
    name: str
    changes: list[Change]


def changed_types(draft: RuleDraft) -> list[TypeChanges]:
    """What the draft changes of the activity types, type by type."""
    rows = draft.types.select_related("program_year", "based_on").order_by("-program_year__starts_on", "slug")
    found = []
    for one in rows:
        old = one.based_on.parsed if one.based_on else None
        found.append(TypeChanges(one, one.program_year, str(one), changes_of(old, one.parsed, draft.program.families)))
    return found


def changed_levels(draft: RuleDraft, live: RuleSet | None, usual: Mapping[str, tuple[str, str]]) -> list[Change]:
    """What the draft changes of the levels. usual: {code: (question, usual level)}."""
    return level_changes(levels_of(None, live), levels_of(draft, live), usual)


def slug_for(name: str, taken: set[str]) -> str:
    """A free slug of the catalogue's form for a name."""
    letters = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in name.lower())
    base = "_".join(letters.split())[:50].strip("_") or "item"
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}_{number}", number + 1
    return slug


def copied_name(name: str) -> str:
    return _("Copy of %(name)s") % {"name": name}
