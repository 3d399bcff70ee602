"""Entries of the ledger in people's words. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui import money_text
from incentives.choices import Bucket, EntryKind, ReasonCode

B, K = Bucket, EntryKind
# (kind, from, to) -> what happened. One that does not change the free balance names its amount.
SENTENCES: Mapping[tuple[str, str, str], Any] = {
    (K.EARNED, B.OUTSIDE, B.FREE): _("Earned"),
    (K.EARNED, B.FREE, B.OUTSIDE): _("Earnings corrected"),
    (K.EARNED, B.OUTSIDE, B.REBATE): _("Rebate share of %(amount)s"),
    (K.EARNED, B.REBATE, B.OUTSIDE): _("Rebate share corrected by %(amount)s"),
    (K.CONVERTED, B.FREE, B.CONVERTED): _("Below the threshold: turned into rebate"),
    (K.CONVERTED, B.CONVERTED, B.FREE): _("Threshold reached after all: co-op again"),
    (K.ROLLOVER, B.FREE, B.OUTSIDE): _("Moved to another period"),
    (K.ROLLOVER, B.OUTSIDE, B.FREE): _("Moved here from another period"),
    (K.ADJUSTED, B.OUTSIDE, B.FREE): _("Adjustment"),
    (K.ADJUSTED, B.FREE, B.OUTSIDE): _("Adjustment"),
    (K.ADJUSTED, B.OUTSIDE, B.REBATE): _("Adjustment of the rebate share by %(amount)s"),
    (K.ADJUSTED, B.REBATE, B.OUTSIDE): _("Rebate share lowered by %(amount)s"),
    (K.RESERVED, B.FREE, B.RESERVED): _("Reserved, claim sent"),
    (K.RESERVED, B.BOUND, B.RESERVED): _("Reserved %(amount)s that was kept for this claim"),
    (K.RELEASED, B.RESERVED, B.FREE): _("Released"),
    (K.RELEASED, B.RESERVED, B.BOUND): _("Released %(amount)s, kept for this claim"),
    (K.APPROVED, B.RESERVED, B.APPROVED): _("Approved %(amount)s that was reserved"),
    (K.PAID, B.APPROVED, B.PAID): _("Paid out %(amount)s that was approved"),
    (K.PAID, B.FREE, B.PAID): _("Paid out against the plan"),
    (K.EXPIRED, B.FREE, B.EXPIRED): _("Expired"),
    (K.EXPIRED, B.BOUND, B.EXPIRED): _("Expired: %(amount)s that was kept for this claim"),
    (K.REVERSED, B.APPROVED, B.RESERVED): _("Approval of %(amount)s taken back, in review again"),
    (K.REVERSED, B.PAID, B.APPROVED): _("Payment of %(amount)s came back, to be paid again"),
    (K.REVERSED, B.PAID, B.FREE): _("Payment came back"),
}
ICONS = {
    K.EARNED: "plus",
    K.CONVERTED: "arrows-exchange",
    K.ROLLOVER: "transfer",
    K.ADJUSTED: "adjustments",
    K.RESERVED: "lock",
    K.RELEASED: "arrow-back-up",
    K.APPROVED: "circle-check",
    K.PAID: "cash",
    K.EXPIRED: "clock-pause",
    K.REVERSED: "refresh",
}


def sentence(kind: str, source: str, target: str, amount: Decimal, currency: str) -> str:
    """What one entry did, in a few words."""
    return str(SENTENCES[kind, source, target]) % {"amount": money_text(amount, currency)}


def why(reason_code: str, reason: str) -> str:
    """The reason of an entry: its code in words, and what the person wrote."""
    label = str(ReasonCode(reason_code).label) if reason_code in ReasonCode.values else ""
    return ": ".join(part for part in (label, reason) if part)
