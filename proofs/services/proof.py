from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Denied, Problem, RuleViolation
from core.numbers import next_number
from core.permissions import require
from core.workflow import existing, follow, lock
from incentives import services as incentives
from incentives.models import Enrollment, Period
from incentives.wording import period_text
from plans import services as plans
from plans.models import Activity, Plan
from proofs import rules
from proofs.models import Proof
from proofs.services.access import editable
from proofs.wording import choice_names, sum_text, value_names
from proofs.workflow import PROOF

NUMBER_PREFIX = "POE"  # D-27
CARD_OF_FIELD = {
    "name": "name",
    "executed_from": "date",
    "executed_to": "date",
    "amount": "amount",
    "vendor_share": "amount",
    "period": "period",
    "country": "country",
    "conference_name": "conference",
    "conference_on": "conference",
    "attendees": "conference",
    "estimated_impressions": "impressions",
    "preapproval_id": "preapproval",
    "final_comments": rules.COMMENTS_CARD,
}
CARD_PREFIX_OF_VALUES = {"answers": "field", "metrics": "metric", "core_requirements": "core"}

history.describe(
    {
        "proofs.create": _("started the proof"),
        "proofs.edit": _("changed the proof"),
        "proofs.comment": _("wrote"),
    }
)


def create_proof(activity: Activity, *, actor: Any, **fields: Any) -> Proof:
    """Start the dossier of one execution of a planned activity (R-POE-01, R-POE-02). Drafts accept anything (D-17).

    fields: name, executed_from, executed_to, amount (in the plan's currency), estimated_impressions,
    preapproval_id. Raises Denied; RuleViolation when the plan takes no proofs or the name is taken.
    """
    require(actor, "proofs.create", activity)
    with transaction.atomic():
        lock(Plan, activity.campaign.plan_id)
        rows = Activity.with_removed.select_related("campaign__plan__enrollment", "approved_type")
        activity = existing(rows, activity.pk)
        problems = rules.activity_takes_proofs(activity)
        if problems:
            raise RuleViolation(problems)
        twin = _twin({"activity": activity}, actor, fields)
        if twin is not None:
            return twin
        plan = activity.campaign.plan
        proof = Proof(
            number=next_number(NUMBER_PREFIX),
            status=PROOF.initial,
            enrollment=plan.enrollment,
            activity=activity,
            activity_type=activity.approved_type,
            currency=plan.currency,
            created_by=actor,
            **fields,
        )
        _save(proof, force_insert=True)
        _note_execution(proof)
        history.record(proof, "proofs.create", actor=actor, new=proof.status)
    return proof


def _note_execution(proof: Proof) -> None:
    """The plan keeps the days of the work, so that no change of it leaves them out (D-10)."""
    if proof.activity is not None:
        plans.note_execution(proof.activity, reference=proof.number, first=proof.executed_from, last=proof.executed_to)


def create_proof_without_plan(
    enrollment: Enrollment, *, actor: Any, period: Period, activity_type: str, currency: str = "", **fields: Any
) -> Proof:
    """Start a claim without plan: the dossier of one execution in a usage period (R-CLM-01…07, D-05). Drafts accept
    anything (D-17).

    activity_type: its slug; the version is that of the program year which contains the work (R-CAL-12) · currency: the
    enrolment's unless told (R-CUR-01) · fields: name, executed_from, executed_to, country, amount. Raises Denied;
    RuleViolation when the program has plans or no co-op, the period is over, or the year does not offer the type.
    """
    require(actor, "proofs.create_without_plan", enrollment)
    with transaction.atomic():
        enrollment = existing(Enrollment.objects.select_related("program", "location").select_for_update(of=("self",)),
                              enrollment.pk)  # fmt: skip
        program = enrollment.program
        found, problems = rules.type_in_year(
            rules.year_of_work(program, period, fields.get("executed_to")), activity_type
        )
        problems += rules.program_takes_claims_without_plan(enrollment) + rules.period_is_draftable(program, period)
        if problems or found is None:
            raise RuleViolation(problems)
        place: dict[str, Any] = {"enrollment": enrollment, "period": period, "activity_type": found}
        place["currency"] = currency or enrollment.currency
        twin = same_click(place, actor, fields)
        if twin is not None:
            return twin
        proof = Proof(
            number=next_number(NUMBER_PREFIX), status=PROOF.initial, created_by=actor, **place, **fields
        )  # fmt: skip
        _save(proof, force_insert=True)
        history.record(proof, "proofs.create", actor=actor, new=proof.status)
    return proof


def _twin(place: dict[str, Any], actor: Any, fields: dict[str, Any]) -> Proof | None:
    """A nameless draft that the first click of a double click has just made; named ones are told apart by name."""
    if fields.get("name"):
        return None
    return same_click(place, actor, fields)


def same_click(place: dict[str, Any], actor: Any, fields: dict[str, Any]) -> Proof | None:
    """The draft this person has just made here of the very same input: the second click of a double click."""
    since = clock.now() - history.SAME_CLICK
    recent = Proof.objects.filter(created_by=actor, created_at__gt=since, **place, **fields)
    return recent.filter(status=PROOF.initial).first()


def edit_proof(pk: Any, *, actor: Any, **fields: Any) -> Proof:
    """Change typed fields of a draft: those of CARD_OF_FIELD, and answers, metrics, core_requirements as dicts of
    the slugs to change. What is not open is refused (Denied), what is not named stays.
    """
    with transaction.atomic():
        proof = editable(pk, actor)
        if "period" in fields:
            _refuse_other_period(proof, fields["period"])
        before = {name: getattr(proof, name) for name in fields}
        before.update({name: dict(before[name]) for name in CARD_PREFIX_OF_VALUES if name in before})
        for name, value in fields.items():
            if name in CARD_PREFIX_OF_VALUES:
                setattr(proof, name, {**getattr(proof, name), **value})
            else:
                setattr(proof, name, value)
        touched = _touched_cards(proof, before)
        if not touched:
            return proof
        editable(pk, actor, *touched)
        changes = history.changed(before, {name: getattr(proof, name) for name in fields}, fields)
        moved = follow_year(proof) if {"executed_to", "period"} & changes.keys() else {}
        _save(proof, update_fields=[*fields, "activity_type", "updated_at"])
        if "date" in touched:
            _note_execution(proof)
        readable = _readable(before, proof, changes) | moved
        if readable:
            history.record(proof, "proofs.edit", actor=actor, changes=readable)
    return proof


def _refuse_other_period(proof: Proof, period: Period) -> None:
    """The usage period is chosen in the draft; what was sent once in it and is being corrected stays in it (D-05)."""
    if period == proof.period:
        return
    if not proof.without_plan or proof.status != PROOF.initial:
        raise Denied(_g("The usage period can no longer be changed."))
    problems = rules.period_is_draftable(proof.enrollment.program, period)
    if problems:
        raise RuleViolation(problems)


def follow_year(proof: Proof) -> dict[str, list[str]]:
    """Without plan the activity type follows the last day of the work into another program year, where that year offers
    it (R-CAL-12); returns the change for the history. Where it does not, submission says so."""
    if not proof.without_plan:
        return {}
    old = proof.activity_type
    year = rules.year_of_work(proof.enrollment.program, proof.period, proof.executed_to)
    if year is None or year.pk == old.program_year_id:
        return {}
    found, _problems = rules.type_in_year(year, old.slug)
    if found is None:
        return {}
    proof.activity_type = found
    return {"program_year": [old.program_year.name, year.name]}


def _touched_cards(proof: Proof, before: dict[str, Any]) -> set[str]:
    cards = set()
    for name, old in before.items():
        new = getattr(proof, name)
        if old == new:
            continue
        if name in CARD_PREFIX_OF_VALUES:
            slugs = {slug for slug in {*old, *new} if (old.get(slug) or "") != (new.get(slug) or "")}
            cards |= {f"{CARD_PREFIX_OF_VALUES[name]}-{slug}" for slug in slugs}
        else:
            cards.add(CARD_OF_FIELD[name])
    return cards


def _readable(before: dict[str, Any], proof: Proof, changes: dict[str, list[str]]) -> dict[str, list[str]]:
    """History in the words of the page: each value of a dict by its name, sums with their currency."""
    readable = {name: pair for name, pair in changes.items() if name not in CARD_PREFIX_OF_VALUES}
    if "amount" in readable:
        readable["amount"] = [sum_text(amount, proof.currency) for amount in (before["amount"], proof.amount)]
    if "attendees" in readable:
        readable["attendees"] = [", ".join(people) for people in (before["attendees"], proof.attendees)]
    if "period" in readable:
        readable["period"] = [period_text(period) for period in (before["period"], proof.period)]
    names = value_names(proof.spec)
    for name in changes.keys() & CARD_PREFIX_OF_VALUES.keys():
        in_words = _WORDS.get(name, lambda values, _proof: values)
        old, new = in_words(before[name], proof), in_words(getattr(proof, name), proof)
        for slug, pair in history.changed(old, new, {*old, *new}).items():
            readable[names.get(f"{CARD_PREFIX_OF_VALUES[name]}-{slug}", slug)] = pair
    return readable


def _answers_in_words(values: dict[str, Any], proof: Proof) -> dict[str, str]:
    choices = choice_names(proof.spec)
    listed = {slug: value if isinstance(value, list) else [value] for slug, value in values.items()}
    return {slug: ", ".join(choices.get(str(one), str(one)) for one in value) for slug, value in listed.items()}


def _core_in_words(values: dict[str, Any], proof: Proof) -> dict[str, str]:
    """A core requirement as confirmed, with the file that shows it."""
    files = {str(pk): name for pk, name in proof.documents.values_list("pk", "name")}
    words = {}
    for slug, value in values.items():
        said = _g("confirmed") if value.get("declared") else ""
        words[slug] = ": ".join(filter(None, (said, files.get(str(value.get("document_id"))))))
    return words


_WORDS = {"answers": _answers_in_words, "core_requirements": _core_in_words}


def _save(proof: Proof, **options: Any) -> None:
    try:
        with transaction.atomic():
            proof.save(**options)
    except IntegrityError:
        text = _g("This activity already has a proof with this name.")
        raise RuleViolation([Problem("name_taken", text, anchor="id_name")]) from None


def comment_proof(pk: Any, *, actor: Any, comment: str, audience: str = "all") -> Proof:
    """Write into the dossier's history; audience "vendor" is an internal note of the vendor's people (D-01)."""
    with transaction.atomic():
        proof = lock(Proof, pk)
        require(actor, "proofs.comment", proof)
        if not actor.is_vendor:
            audience = "all"
        words: dict[str, Any] = {"comment": comment.strip(), "audience": audience}
        if not history.just_did(proof, "proofs.comment", actor=actor, **words):  # else a double click
            history.record(proof, "proofs.comment", actor=actor, **words)
    return proof


def follow_claim(proof: Proof, status: str, *, actor: Any) -> Proof:
    """The claim drives its proof (D-07). Called by the claim's services, with the proof locked."""
    fields = {}
    if proof.first_submitted_at is None and status != PROOF.initial:
        fields["first_submitted_at"] = clock.now()
    follow(PROOF, proof, status, actor=actor, fields=fields)
    return proof


def freeze_rules(proof: Proof) -> None:
    """Keep the rule set under which the proof is sent for the first time (R-PROG-07). Called by the claim's services,
    with the proof locked."""
    if proof.rule_set_id is None:
        proof.rule_set = incentives.current_rule_set(proof.enrollment.program)
        proof.save(update_fields=["rule_set", "updated_at"])


def let_dispute(proof: Proof, *, until: Any) -> None:
    """Let the partner add evidence for a dispute up to that day, None = no longer (R-CLM-25). Called by the claim's
    services, with the proof locked."""
    if proof.disputable_until != until:
        proof.disputable_until = until
        proof.save(update_fields=["disputable_until", "updated_at"])
