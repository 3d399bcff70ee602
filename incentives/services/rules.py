"""Rules of a program in the vendor's hands: written in a draft, published as new versions (R-PROG-07, R-ACT-06).

What is published never changes: a publication adds versions of the types it changes and one rule set. Whatever was
begun keeps its version. Every write locks the program first.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from core.permissions import require
from core.workflow import lock
from incentives import rule_draft
from incentives.catalogue import ActivitySpec, fingerprint
from incentives.choices import DraftState
from incentives.models import DraftType, Program, ProgramYear, RuleDraft, RuleSet
from incentives.rule_draft import entries_of, newest_rule_set
from incentives.rule_words import Change
from incentives.services.program import publish_type

history.describe(
    {
        "incentives.publish_rules": _("published the rules"),
        "incentives.discard_rules": _("discarded the draft of the rules"),
    }
)


def current_rule_set(program: Program) -> RuleSet:
    """The newest rule set; a program that never published one has version 1, with the usual levels."""
    found = newest_rule_set(program)
    if found is None:
        with transaction.atomic():
            found, _made = RuleSet.objects.get_or_create(program=program, version=1)
    return found


def save_draft_type(program_id: Any, year_id: Any, spec: ActivitySpec, *, seen: str, actor: Any) -> RuleDraft:
    """Write one activity type into the draft, which is begun when there is none; types made of it take it in.

    seen: `Entry.mark` of what the person began from, "" for a type that was not there. Raises Denied; RuleViolation
    with what the catalogue's validation says; StateConflict when somebody changed the type meanwhile.
    """
    with transaction.atomic():
        program, year = _locked(program_id, actor), _year(program_id, year_id)
        entries = entries_of(rule_draft.open_draft(program), year)
        there = entries.get(spec.slug)
        if (there.mark if there else rule_draft.NEW) != seen:
            raise StateConflict(_g("Somebody changed this activity type meanwhile. Look at it again."))
        problems = rule_draft.type_problems(spec, entries)
        if problems:
            raise RuleViolation(problems)
        draft = _begun(program, actor)
        _put(draft, year, spec)
        for whole in [one for one in entries.values() if spec.slug in {part.slug for part in one.spec.components}]:
            parts = tuple(spec if part.slug == spec.slug else part for part in whole.spec.components)
            _put(draft, year, replace(whole.spec, components=parts))
        _touch(draft, actor)
    return draft


def _put(draft: RuleDraft, year: ProgramYear, spec: ActivitySpec) -> None:
    """The draft's row of the type; none when it is as the live version again."""
    live = year.activity_types.current().filter(slug=spec.slug).first()
    mark = fingerprint(spec)
    rows = draft.types.filter(program_year=year, slug=spec.slug)
    if live is not None and live.fingerprint == mark:
        rows.delete()
    elif not rows.update(spec=spec.to_dict(), fingerprint=mark):
        DraftType.objects.create(
            draft=draft, program_year=year, slug=spec.slug, based_on=live, spec=spec.to_dict(), fingerprint=mark
        )


def drop_draft_type(program_id: Any, year_id: Any, slug: str, *, seen: str, actor: Any) -> None:
    """Take the changes of one type back: it is as the live version again. Raises Denied, StateConflict."""
    with transaction.atomic():
        program = _locked(program_id, actor)
        draft = _open(program)
        row = draft.types.filter(program_year=year_id, slug=slug).first()
        if row is None or row.fingerprint != seen:
            raise StateConflict(_g("Somebody changed this activity type meanwhile. Look at it again."))
        row.delete()
        _touch(draft, actor)


def save_draft_levels(program_id: Any, levels: Mapping[str, str], *, seen: int, actor: Any) -> RuleDraft:
    """Write the levels of the checks into the draft. levels: those that differ from the usual ones, judged before.

    seen: version of the draft the person was shown, 0 for none. Raises Denied, StateConflict.
    """
    with transaction.atomic():
        program = _locked(program_id, actor)
        found = rule_draft.open_draft(program)
        if (found.version if found else 0) != seen:
            raise StateConflict(_g("Somebody changed the draft meanwhile. Look at the levels again."))
        live = newest_rule_set(program)
        draft = _begun(program, actor)
        draft.levels = None if dict(levels) == (dict(live.levels) if live else {}) else dict(levels)
        draft.save(update_fields=["levels"])
        _touch(draft, actor)
    return draft


def discard_draft(program_id: Any, *, version: int, actor: Any) -> RuleDraft:
    """Throw the draft away as the person saw it. Raises Denied, StateConflict."""
    with transaction.atomic():
        program = _locked(program_id, actor)
        draft = _open(program, version)
        draft.state, draft.changed_by, draft.changed_at = DraftState.DISCARDED, actor, clock.now()
        draft.save(update_fields=["state", "changed_by", "changed_at"])
        history.record(program, "incentives.discard_rules", actor=actor)
    return draft


def publish_draft(
    program_id: Any, *, version: int, note: str, usual: Mapping[str, tuple[str, str]], actor: Any
) -> RuleSet:
    """Put the draft into force: new versions of the types it changes, a new rule set, the changes in the history.

    version: of the draft the person was shown · usual: {code: (question, usual level)}. Raises Denied; RuleViolation
    without a note or a change; StateConflict when the draft or a live type changed meanwhile.
    """
    with transaction.atomic():
        program = _locked(program_id, actor)
        draft = _open(program, version)
        live = newest_rule_set(program) or current_rule_set(program)
        types, levels = rule_draft.changed_types(draft), rule_draft.changed_levels(draft, live, usual)
        _may_be_published(note, bool(types or levels))
        for one in types:
            _publish_type(one.entry)
        made = RuleSet.objects.create(
            program=program, version=live.version + 1, levels=rule_draft.levels_of(draft, live), note=note.strip(),
            published_by=actor,
        )  # fmt: skip
        draft.state, draft.changed_by, draft.changed_at = DraftState.PUBLISHED, actor, clock.now()
        draft.save(update_fields=["state", "changed_by", "changed_at"])
        told = {f"{one.year}, {one.name}: {change.what}": _pair(change) for one in types for change in one.changes}
        told |= {change.what: _pair(change) for change in levels}
        history.record(program, "incentives.publish_rules", actor=actor, comment=note.strip(), changes=told)
    return made


def _may_be_published(note: str, changed: bool) -> None:
    problems = []
    if not note.strip():
        text = _g("Write what is new, for those who come after you.")
        problems.append(Problem("note_missing", text, anchor="id_note"))
    if not changed:
        problems.append(Problem("nothing_changed", _g("The draft changes nothing yet.")))
    if problems:
        raise RuleViolation(problems)


def _publish_type(entry: DraftType) -> None:
    """The next version of the type, when the live one is still the one the draft began from (R-ACT-06)."""
    live = entry.program_year.activity_types.current().filter(slug=entry.slug).first()
    if (live.pk if live else None) != entry.based_on_id:
        text = _g("“%(name)s” was published anew since the draft began. Take its changes back and make them again.")
        raise StateConflict(text % {"name": entry})
    publish_type(entry.program_year, entry.parsed, live, edited=True)


def _pair(change: Change) -> list[str]:
    return [change.before, change.after]


def _locked(program_id: Any, actor: Any) -> Program:
    program: Program = lock(Program, program_id)
    require(actor, "incentives.set_rules", program)
    return program


def _year(program_id: Any, year_id: Any) -> ProgramYear:
    year: ProgramYear | None = ProgramYear.objects.filter(program=program_id, pk=year_id).first()
    if year is None:
        raise StateConflict(_g("This program year has been removed meanwhile."))
    return year


def _open(program: Program, version: int | None = None) -> RuleDraft:
    draft = rule_draft.open_draft(program)
    if draft is None:
        raise StateConflict(_g("The draft was published or discarded meanwhile."))
    if version is not None and draft.version != version:
        raise StateConflict(_g("Somebody changed the draft meanwhile. Look at it again."))
    return draft


def _begun(program: Program, actor: Any) -> RuleDraft:
    """The open draft, or a new one; the program is locked."""
    draft = rule_draft.open_draft(program)
    if draft is None:
        draft = RuleDraft.objects.create(program=program, version=0, created_by=actor, changed_by=actor)
    return draft


def _touch(draft: RuleDraft, actor: Any) -> None:
    draft.version, draft.changed_by, draft.changed_at = draft.version + 1, actor, clock.now()
    draft.save(update_fields=["version", "changed_by", "changed_at"])
