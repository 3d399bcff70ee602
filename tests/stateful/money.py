"""A machine that plays the life of money: whatever people and the calendar do, in any order, the ledger adds up.

One run is a savepoint: the world (partners, proofs with evidence) is made once and shared by all runs.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from claims import services
from claims.choices import SETS_ASIDE, ClaimStatus
from claims.models import CapUse, Claim, Payment, PaymentRun
from claims.payable import live_amount
from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.history import SystemJob
from incentives import ledger
from incentives import services as incentives
from incentives.choices import BALANCES, Bucket, EntryKind
from incentives.models import Commitment, ExchangeRate, Fund, FundEntry
from incentives.services import AlreadyBooked, Purpose
from plans import services as plans
from plans.models import Plan
from proofs.models import InvoiceLine, Proof
from tests.factories.claims import make_proof
from tests.factories.incentives import make_enrollment, make_program, make_year
from tests.factories.payments import make_paying_account, result_csv
from tests.factories.people import make_location, make_partner, make_vendor_admin
from tests.factories.plans import cast_for, make_plan

JOB = SystemJob("machine")
BEGINNING = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)  # claims of July to December are open until 15 February
DECISIONS = ("approve", "approve", "reject", "ask_for_action", "uphold")
OPEN = ("submitted", "under_review", "disputed")
FIRST_EARNED = {"EUR": Decimal(9000), "GBP": Decimal(7000), "JPY": Decimal(900000)}
COSTS = (Decimal(4000), Decimal("1333.33"))
RATES = {"EUR": "0.91", "GBP": "0.78", "JPY": "151.2"}


class World:
    """Three partners with a fund each in a currency of their own, and proofs ready to be sent; a plan limits each."""

    def __init__(self):
        with clock.at(BEGINNING - timedelta(days=3)):
            year = make_year(make_program(families=["csp"]))
            for currency, rate in RATES.items():
                for month in (1, 2, 3, 4, 5, 6, 7, 11, 12):
                    day = datetime(2027 if month < 11 else 2026, month, 1, tzinfo=UTC).date()
                    ExchangeRate.objects.create(currency=currency, month=day, per_usd=Decimal(rate) + month)
            self.program = year.program
            self.boss = make_vendor_admin(year.program, "Boss")
            make_paying_account(year.program, actor=self.boss)
            self.casts, self.proofs = [], []
            for currency in FIRST_EARNED:
                self._add_partner(year, currency)

    def _add_partner(self, year, currency):
        enrollment = make_enrollment(
            year.program, make_location(make_partner(f"Partner {currency}")), currency=currency
        )
        cast = cast_for(enrollment, year)
        plan = make_plan(cast, status="approved", requested_limit=COSTS[0] * (200 if currency == "JPY" else 2))
        self.casts.append(cast)
        cast.plan = plan
        for period in cast.program.periods.all():
            incentives.open_fund(enrollment, plan.fund_type, period)  # empty: each run earns its own money
        for turn, cost in enumerate(COSTS):
            amount = (cost * 100).to_integral_value() if currency == "JPY" else cost
            proof = make_proof(plan, name=f"{currency} {turn}", amount=amount)
            self.proofs.append((proof.pk, cast))
        incentives.validate_payout_profile(enrollment.payout_profiles.get().pk, actor=self.boss)
        self._in_dollars(self.proofs[-1][0])

    def _in_dollars(self, pk):
        """One claim of each partner is in another currency than its fund (D-12 a)."""
        proof = Proof.objects.get(pk=pk)
        proof.currency, proof.amount = "USD", Decimal("1333.33")
        proof.activity.campaign.plan.currency = "USD"
        proof.save()
        proof.invoices.update(currency="USD")
        InvoiceLine.objects.filter(invoice__proof=proof).update(net=proof.amount, gross=proof.amount)


class MoneyMachine(RuleBasedStateMachine):
    """world, done: set by the test; done counts what succeeded, so that a machine that only refuses is noticed."""

    world: World
    done: Counter
    refused: Counter

    def __init__(self):
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.now = BEGINNING
        self.step = 0
        self.earned = {}
        self.swept = False

    def teardown(self):
        self.done["runs"] += 1
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    def attempt(self, name, act):
        """Do it now, or be refused by a rule. Everything else that is raised is a fault."""
        self.step += 1
        self.now += timedelta(minutes=3)
        try:
            with clock.at(self.now), transaction.atomic():
                act()
        except AlreadyBooked:
            raise
        except (RuleViolation, StateConflict, Denied) as refused:
            why = getattr(refused, "problems", None)
            self.refused[name, why[0].code if why else type(refused).__name__] += 1
            return
        self.done[name] += 1

    @initialize()
    def earn_something(self):
        for place in range(len(self.world.casts)):
            self._earn(place, None)

    def _earn(self, place, amount):
        cast = self.world.casts[place]
        fund = self._fund(cast)
        amount = amount or FIRST_EARNED[fund.currency]
        purpose = Purpose(f"machine:{self.step}:{place}")
        with clock.at(self.now):
            incentives.book(fund, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, amount, purpose, actor=JOB)
        self.earned[fund.pk] = self.earned.get(fund.pk, Decimal(0)) + amount
        self.swept = False

    def _fund(self, cast):
        with clock.at(BEGINNING):
            program = cast.program
            period = program.periods.claimable_on(program.today()).get()
        return incentives.open_fund(cast.enrollment, cast.plan.fund_type, period)

    def _pick(self, place, *statuses):
        """A claim in one of these states and its cast; (None, None) when there is none."""
        found = list(Claim.objects.filter(status__in=statuses, final_at=None).order_by("number"))
        if not found:
            return None, None
        claim = found[place % len(found)]
        return claim, next(cast for cast in self.world.casts if cast.enrollment.pk == claim.enrollment_id)

    places = st.integers(0, len(FIRST_EARNED) * len(COSTS) - 1)

    @rule(place=st.integers(0, len(FIRST_EARNED) - 1), amount=st.integers(1, 900))
    def earn(self, place, amount):
        self.step += 1
        self._earn(place, Decimal(amount))
        self.done["earn"] += 1

    @rule(place=places)
    def submit(self, place):
        waiting = dict(Proof.objects.filter(status__in=["editing", "action_required"]).values_list("pk", "number"))
        ready = [(pk, cast) for pk, cast in self.world.proofs if pk in waiting]
        if ready:
            pk, cast = ready[place % len(ready)]
            self.attempt("submit", lambda: services.submit_proof(pk, actor=cast.admin))

    @rule(place=places, amount=st.decimals("0.01", "4000", places=2))
    def ask_for(self, place, amount):
        """The draft, or what was sent back, asks for another amount (its evidence covers no more than before)."""
        pk, _cast = self.world.proofs[place]
        proof = Proof.objects.get(pk=pk)
        if proof.status in ("editing", "action_required"):
            amount = amount.to_integral_value() if proof.currency == "JPY" else amount
            most = InvoiceLine.objects.filter(invoice__proof=pk).get().net
            Proof.objects.filter(pk=pk).update(amount=max(min(amount, most), Decimal(1)))
            self.done["ask_for"] += 1

    @rule(place=places)
    def withdraw(self, place):
        claim, cast = self._pick(place, "submitted")
        if claim:
            self.attempt("withdraw", lambda: services.withdraw_claim(claim.pk, actor=cast.admin))

    @rule(place=places, share=st.integers(1, 100), boss=st.booleans(), how=st.sampled_from(DECISIONS))
    def decide(self, place, share, boss, how):
        """On what is open; where nothing is, something is sent first."""
        if not Claim.objects.filter(status__in=OPEN).exists():
            self.submit(place)
        claim, cast = self._pick(place, *OPEN)
        if claim is None:
            return
        if claim.status == ClaimStatus.SUBMITTED:
            with clock.at(self.now), suppress(StateConflict):
                services.take_claim(claim.pk, actor=cast.reviewer)
        amount = max((claim.payable or claim.amount) * share // 100, Decimal(1))
        actor = self.world.boss if boss else cast.vendor_admin
        acts = {
            "approve": lambda: services.approve_claim(claim.pk, actor=actor, amount=amount, comment="Decided."),
            "reject": lambda: services.reject_claim(claim.pk, actor=actor, comment="Decided."),
            "uphold": lambda: services.uphold_claim(claim.pk, actor=actor, comment="So."),
            "ask_for_action": lambda: services.request_claim_action(claim.pk, actor=actor, comment="Look."),
        }
        if claim.approved_before is not None and how == "reject":
            how = "uphold"
        self.attempt(how, acts[how])
        Proof.objects.get(pk=claim.proof_id).findings.update(state="fixed")

    @rule(place=places, undone=st.booleans())
    def object(self, place, undone):
        """The partner disputes a decision, or the vendor takes it back."""
        claim, cast = self._pick(place, "rejected", "approved")
        if claim is None:
            self.decide(place, 50, False, "approve")
        elif undone:
            self.attempt("undo", lambda: services.undo_claim(claim.pk, actor=cast.vendor_admin))
        else:
            self.attempt("dispute", lambda: services.dispute_claim(claim.pk, actor=cast.admin, comment="Why?"))

    @rule(place=st.integers(0, len(FIRST_EARNED) - 1), raised=st.booleans())
    def amend(self, place, raised):
        """The plan's limit is changed and approved anew; it counts from the next month on (D-10)."""
        cast = self.world.casts[place]

        def act():
            plan = plans.amend_plan(cast.plan.pk, actor=cast.admin)
            asked = plan.requested_limit * 2 if raised else plan.requested_limit * 3 / 4
            plans.edit_plan(plan.pk, actor=cast.admin, requested_limit=asked.to_integral_value())
            plans.submit_plan(plan.pk, actor=cast.admin)
            plans.take_plan(plan.pk, actor=cast.reviewer)
            limit = Plan.objects.get(pk=plan.pk).requested_limit
            plans.approve_plan(plan.pk, actor=cast.vendor_admin, limit=limit)

        self.attempt("amend", act)

    @rule(place=st.integers(0, len(FIRST_EARNED) - 1), amount=st.integers(-4000, 4000))
    def adjust(self, place, amount):
        cast = self.world.casts[place]
        fund = self._fund(cast)

        def act():
            incentives.adjust_fund(
                fund.pk, Decimal(amount), reason_code="ops_adjustment", reason="Because.", after=fund.entry_count,
                actor=cast.vendor_admin,
            )  # fmt: skip
            self.earned[fund.pk] += amount

        before, self.swept = self.earned[fund.pk], False
        self.attempt("adjust", act)
        if fund.entry_count == Fund.objects.get(pk=fund.pk).entry_count:
            self.earned[fund.pk] = before

    @rule(sent=st.booleans())
    def pay(self, sent):
        """A payment run over everything that is ready, and what the bank says of it."""
        boss = self.world.boss

        def act():
            run = services.open_run(self.world.program, "EUR", actor=boss)
            services.confirm_run(run.pk, actor=boss)
            services.make_run_file(run.pk, actor=boss)
            word = "sent" if sent else "failed"
            numbers = Payment.objects.filter(status="in_progress").values_list("number", flat=True)
            self._bank_says(run, [(number, word) for number in numbers])

        self.attempt("pay", act)

    def _bank_says(self, run, words):
        rows = [(number, word, self.now.date().isoformat(), "") for number, word in words]
        services.import_bank_result(run.pk, actor=self.world.boss, name="result.csv", content=result_csv(*rows))

    @rule(place=places)
    def money_comes_back(self, place):
        """The bank sends a payment back, or one that failed is paid again."""
        found = list(Payment.objects.filter(status__in=["sent", "failed", "reversed"]).order_by("number"))
        if not found:
            return
        payment = found[place % len(found)]
        if payment.status == "sent":
            run = PaymentRun.objects.filter(lines__payment=payment).order_by("number").last()  # failed and paid again
            self.attempt("come_back", lambda: self._bank_says(run, [(payment.number, "reversed")]))
        else:
            self.attempt("pay_again", lambda: services.retry_payment(payment.pk, actor=self.world.boss))

    @rule(days=st.integers(1, 9))
    def days_pass(self, days):
        """And the sweeps do what is due."""
        self.now += timedelta(days=days)
        with clock.at(self.now):
            for sweep in (
                services.expire_drafts, services.close_overdue, incentives.close_funds, services.finalize_rejections,
                services.lapse_kept_money,
            ):  # fmt: skip
                self.done[sweep.__name__] += sweep()
        self.swept = True
        self.done["days_pass"] += 1

    @invariant()
    def balances_are_their_entries(self):
        entries = {}
        for entry in FundEntry.objects.order_by("number"):
            entries.setdefault(entry.fund_id, []).append(entry)
        for fund in Fund.objects.filter(entry_count__gt=0):
            own = entries.pop(fund.pk)
            shown = {bucket.value: getattr(fund, bucket) for bucket in BALANCES}
            assert ledger.differences(shown, ledger.balances(own)) == {}
            assert min(shown.values()) >= 0
            assert [entry.number for entry in own] == list(range(1, fund.entry_count + 1))
            assert all(entry.cause and entry.amount > 0 for entry in own)
            assert fund.earned == self.earned[fund.pk]
        assert entries == {}

    @invariant()
    def every_claim_holds_what_its_state_says(self):
        commitments = {(one.reference, one.fund_id): one for one in Commitment.objects.all()}
        for claim in Claim.objects.exclude(fund=None).select_related("fund"):
            held = commitments.get((claim.pk, claim.fund_id), Commitment())
            approved = held.approved + held.paid
            if claim.status == ClaimStatus.APPROVED:
                assert (held.reserved, approved) == (0, self._in_fund(claim, claim.approved_amount))
            elif claim.status in SETS_ASIDE:
                before = (claim.approved_before or 0) if claim.is_in_dispute else 0
                assert (held.reserved + approved, approved) == (claim.fund_amount, self._in_fund(claim, before))
            else:
                assert (held.reserved, approved) == (0, 0)
            if claim.status in ("withdrawn", "expired") or claim.final_at:
                assert held.bound == 0

    def _in_fund(self, claim, amount):
        """Worked out anew, not by the service."""
        if amount == claim.payable:
            return claim.fund_amount
        if claim.currency == claim.fund.currency:
            return amount
        rates = {
            currency: ExchangeRate.objects.get(currency=currency, month=claim.rate_month).per_usd
            for currency in {claim.currency, claim.fund.currency} - {"USD"}
        }
        dollars = amount / rates.get(claim.currency, Decimal(1))
        places = Decimal(1) if claim.fund.currency == "JPY" else Decimal("0.01")
        return min(
            (dollars * rates.get(claim.fund.currency, Decimal(1))).quantize(places, "ROUND_HALF_UP"), claim.fund_amount
        )

    @invariant()
    def payments_are_what_was_approved(self):
        """What is owed for a claim is what was approved, what was sent is what its commitment calls paid."""
        owed, sent = Counter(), Counter()
        for claim, status, amount in Payment.objects.values_list("claim_id", "status", "amount"):
            owed[claim] += amount if status != "cancelled" else 0
            sent[claim] += amount if status in ("sent", "incorrect") else 0
        for held in Commitment.objects.all():
            assert (held.approved + held.paid, held.paid) == (owed[held.reference], sent[held.reference])

    @invariant()
    def plans_hold_what_their_claims_hold(self):
        for cast in self.world.casts:
            rows = Claim.objects.filter(proof__activity__campaign__plan=cast.plan)
            held = sum(
                (live_amount(*row) for row in rows.values_list("status", "payable", "approved_amount")), Decimal(0)
            )
            assert Plan.objects.get(pk=cast.plan.pk).committed == held

    @invariant()
    @precondition(lambda self: self.swept)
    def nothing_is_free_after_the_close(self):
        with clock.at(self.now):
            for fund in Fund.objects.select_related("period", "enrollment__program"):
                if fund.enrollment.program.today() > fund.period.claiming_end and fund.closed_at:
                    assert fund.free == 0

    @invariant()
    @precondition(lambda self: self.step % 5 == 0)
    def no_cap_counts_a_claim_that_is_over(self):
        live = [*SETS_ASIDE, ClaimStatus.APPROVED]
        assert not CapUse.objects.exclude(claim__status__in=live).exists()
