"""Proofs and claims of the demo, from the first draft to the decision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from claims import services as claims
from core import clock
from demo.seed import evidence
from demo.seed.calendar import Days
from demo.seed.evidence import Scene
from demo.seed.people import House
from demo.seed.plans import Team, approved_plan, group
from demo.seed.programs import year_of
from demo.seed.stories import ANSWERS, CARDS, STORIES, Story
from incentives.models import Program, ProgramYear
from plans.models import Activity
from proofs import services as proofs
from proofs.checks.base import Level
from proofs.checks.runner import FAILED, Report, Result
from proofs.models import Proof
from proofs.services.checking import finish_check, start_check

REST_DAYS = 5  # between the last day of the work and the sending of its proof
DRAFTS = ("draft_gaps", "draft_ready", "draft_refused")
PAGE = b"<!DOCTYPE html><html><head><title>Rechnung</title></head><body><h1>Rechnung 2291</h1></body></html>"


@dataclass(frozen=True)
class Work:
    """A story with its days: sent on `sent`, done from `first` to `last`, planned in `year`."""

    story: Story
    sent: datetime
    first: date
    last: date
    year: ProgramYear
    number: int


def _work(house: House, story: Story, number: int, days: Days) -> Work:
    program = house.programs[story.program]
    sent = days.ago(story.age)
    if story.fate == "expired":
        sent = _in_last_claiming(program, days)
    today = program.today(sent)
    period = program.periods.claimable_on(today).get()
    last = min(today - timedelta(days=REST_DAYS + number % 3), period.usage_end)
    last -= timedelta(days=max(last.weekday() - 4, 0))  # work ends on a working day
    year = year_of(program, last)
    floor = max(year.starts_on, period.usage_start, _half_start(year, last))
    return Work(story, sent, max(last - timedelta(days=story.days - 1), floor), last, year, number)


def _half_start(year: ProgramYear, day: date) -> date:
    """Campaigns are halves of the year; work does not reach over their border."""
    turn = date(year.ends_on.year, 4, 1)
    return turn if day >= turn else year.starts_on


def _in_last_claiming(program: Program, days: Days) -> datetime:
    """A month before the claiming period closed that is over now."""
    open_now = program.periods.claimable_on(program.today(days.now)).get()
    return days.before(open_now.claiming_start, 30)


def play_all(house: House, days: Days) -> None:
    """Every plan with its proofs and claims."""
    works = [_work(house, story, number, days) for number, story in enumerate(STORIES, start=1)]
    planned = []
    for members in sorted(group(works).values(), key=lambda members: members[0].year.starts_on):
        first = members[0].story
        team = Team(house, house.enrollments[first.city, first.program], members[0].number)
        if not team.enrollment.program.has_plans:
            planned += [(work, team, None) for work in members]
            continue
        activities = approved_plan(team, members[0].year, members, days)
        planned += [(work, team, activities[work.story.name]) for work in members]
    for work, team, activity in sorted(planned, key=lambda one: one[0].sent):  # so that numbers follow the calendar
        _play(team, work, activity, days)


def _play(team: Team, work: Work, activity: Activity | None, days: Days) -> None:
    story = work.story
    with clock.at(work.sent - timedelta(days=0 if story.fate in DRAFTS else 2, hours=2)):
        proof = _begin(team, work, activity)
        if story.kind in ANSWERS:
            proofs.edit_proof(proof.pk, actor=team.user, answers=ANSWERS[story.kind])
        proof.refresh_from_db()
        location = team.enrollment.location
        scene = Scene(proof, location.partner.name, location.country, work.number)
        _collect(team, scene, story)
    if story.fate in DRAFTS:
        return
    if story.fate == "expired":
        _expire(team, proof, work)
        return
    with clock.at(work.sent):
        claim = claims.submit_proof(proof.pk, actor=team.admin if activity else team.user)  # D-01
    _FATES[story.fate](Ending(team, work, scene, claim.pk, days))


def _begin(team: Team, work: Work, activity: Activity | None) -> Proof:
    """The proof of a planned activity, or of a claim without plan in its usage period."""
    facts: dict[str, Any] = {
        "name": work.story.name, "amount": Decimal(work.story.amount), "executed_from": work.first,
        "executed_to": work.last, "estimated_impressions": "45000",
    }  # fmt: skip
    if activity is not None:
        return proofs.create_proof(activity, actor=team.user, **facts)
    enrollment = team.enrollment
    return proofs.create_proof_without_plan(
        enrollment, actor=team.user, period=enrollment.program.periods.used_on(work.last).get(),
        activity_type=work.story.kind, country=enrollment.location.country, **facts,
    )  # fmt: skip


def _collect(team: Team, scene: Scene, story: Story) -> None:
    cards = CARDS[story.kind]
    missing: tuple[str, ...] = ()
    if story.fate == "draft_gaps":
        missing = ("invoices", "core", *cards[1:])
    if story.fate == "draft_refused":
        missing = ("invoices",)
    evidence.add_all(scene, cards, team.user, without=missing)
    if story.fate == "draft_refused":
        wrong = evidence.upload(PAGE, "Rechnung_2291.pdf")
        evidence.add_file(scene, cards[0], wrong, team.user, "Invoice of the trainer")


def _expire(team: Team, proof: Proof, work: Work) -> None:
    """D-13: a draft claim nobody sent before the claiming period closed."""
    with clock.at(work.sent):
        claim = claims.create_claim(proof.pk, actor=team.admin)
    with clock.at(work.sent + timedelta(days=32)):
        claims.expire_claim(claim.pk)


@dataclass(frozen=True)
class Ending:
    """What happens to a claim after it was sent."""

    team: Team
    work: Work
    scene: Scene
    claim: Any
    days: Days

    def after(self, days: int) -> datetime:
        """So many days after it was sent, at the latest half an hour ago."""
        return self.days.ago(max(self.work.story.age - days, 0))

    def take(self) -> None:
        with clock.at(self.after(2)):
            claims.take_claim(self.claim, actor=self.team.reviewer)

    def accept(self, *, but: int = 0) -> None:
        """Look at the documents; the last `but` of them are left."""
        documents = list(self.scene.proof.documents.current())
        with clock.at(self.after(3)):
            for document in documents[: len(documents) - but]:
                proofs.give_verdict(document.pk, "accepted", actor=self.team.reviewer)

    def send_back(self) -> None:
        story = self.work.story
        card = CARDS[story.kind][-1]
        document = self.scene.proof.documents.current().filter(card=card, section="proof").first()
        with clock.at(self.after(4)):
            if document is None:
                proofs.add_finding(self.scene.proof.pk, actor=self.team.reviewer, text=story.words, card=card)
            else:
                proofs.give_verdict(document.pk, "redo", actor=self.team.reviewer, reason=story.words)
            proofs.add_finding(
                self.scene.proof.pk, actor=self.team.reviewer, card="invoices",
                text="Line 2 has no description. Write what the supplier did.",
            )  # fmt: skip
            claims.request_claim_action(
                self.claim, actor=self.team.reviewer, comment="Two points are left, then we can decide."
            )

    def fix(self, count: int) -> None:
        with clock.at(self.after(7)):
            for finding in self.scene.proof.findings.filter(sent=True)[:count]:
                reply = "Done, please look again."
                if finding.document is not None:
                    again = Scene(self.scene.proof, self.scene.company, self.scene.country, self.scene.seed + 200)
                    evidence.add_document(again, finding.card, self.team.user)
                    reply = "New photo added: our booth and the logo can be seen."
                proofs.mark_fixed(finding.pk, actor=self.team.user, reply=reply)


def _under_review(end: Ending) -> None:
    end.take()
    end.accept(but=1)
    with clock.at(end.after(4)):
        proofs.comment_proof(
            end.scene.proof.pk, actor=end.team.reviewer, audience="vendor",
            comment="Supplier is known from earlier claims, prices are in line.",
        )  # fmt: skip


def _recommended(end: Ending) -> None:
    end.take()
    end.accept()
    with clock.at(end.after(6)):
        claims.recommend_claim(
            end.claim, actor=end.team.reviewer, recommendation="approve", amount=Decimal(end.work.story.amount),
            comment="Complete and in line with the activity.",
        )  # fmt: skip


def _action_required(end: Ending) -> None:
    end.take()
    end.accept(but=2)
    end.send_back()


def _half_fixed(end: Ending) -> None:
    _action_required(end)
    end.fix(1)
    _could_not_be_checked(end)


def _could_not_be_checked(end: Ending) -> None:
    """D-20: the machine, not the file, was at fault; the person may run the check again."""
    with clock.at(end.after(8)):
        again = Scene(end.scene.proof, end.scene.company, end.scene.country, end.scene.seed + 300)
        name, make, note = evidence.FILES["participation_photo"]
        file = evidence.upload(make(again), f"second_{name}")
        [received] = proofs.add_files(end.scene.proof.pk, "participation_photo", [file], actor=end.team.user, note=note)
        ticket = start_check(received.document.pk) if received.document else None
        if ticket is not None:
            text = "The virus scanner did not answer. Run the check again later."
            result = Result("malware", 1, Level.STOP, text, "connection refused", 0.0)
            finish_check(ticket, Report("jpeg", FAILED, [result]), media_type="image/jpeg")


def _resubmitted(end: Ending) -> None:
    _action_required(end)
    end.fix(2)
    with clock.at(end.after(9)):
        claims.submit_claim(end.claim, actor=end.team.admin, comment="Both points are done.")


def _approved(end: Ending) -> None:
    _decide(end, Decimal(end.work.story.amount), "")


def _approved_part(end: Ending) -> None:
    _decide(end, Decimal(end.work.story.amount - 400), end.work.story.words)


def _decide(end: Ending, amount: Decimal, comment: str) -> None:
    end.take()
    end.accept()
    with clock.at(end.after(6)):
        claims.recommend_claim(
            end.claim, actor=end.team.reviewer, recommendation="approve", amount=amount, comment=comment
        )
    with clock.at(end.after(8)):
        claims.approve_claim(end.claim, actor=end.team.decider, amount=amount, comment=comment)


def _rejected(end: Ending) -> None:
    end.take()
    with clock.at(end.after(8)):
        claims.reject_claim(end.claim, actor=end.team.decider, comment=end.work.story.words)


def _disputed(end: Ending) -> None:
    """A rejection that the partner objects to."""
    _rejected(end)
    with clock.at(end.after(11)):
        claims.dispute_claim(
            end.claim, actor=end.team.admin, comment="Page 4 of the report shows the Contoso logo. Please look again."
        )


def _withdrawn(end: Ending) -> None:
    with clock.at(end.after(1)):
        claims.withdraw_claim(end.claim, actor=end.team.admin, comment=end.work.story.words)


_FATES: dict[str, Callable[[Ending], None]] = {
    "submitted": lambda end: None,
    "under_review": _under_review,
    "recommended": _recommended,
    "action_required": _action_required,
    "half_fixed": _half_fixed,
    "resubmitted": _resubmitted,
    "approved": _approved,
    "approved_part": _approved_part,
    "rejected": _rejected,
    "disputed": _disputed,
    "withdrawn": _withdrawn,
}
