from django.db import models
from django.utils.translation import gettext_lazy as _


class Settlement(models.TextChoices):
    """How a program pays (D-08)."""

    CLAIM = "claim", _("claims are paid")
    PLAN_PAYOUT = "plan_payout", _("the plan is paid monthly, claims prove it")


class EnrollmentStatus(models.TextChoices):
    """R-ENR-07. The vendor sets these two; the others come with enrolment by the partner."""

    ENROLLED = "enrolled", _("Enrolled")
    INACTIVE = "inactive", _("Inactive")


class PartnerRole(models.TextChoices):
    """A person's role for one location in one program (R-ROLE-01)."""

    ADMIN = "admin", _("Incentives admin")
    USER = "user", _("Incentives user")


class VendorRoleKind(models.TextChoices):
    """A vendor person's role in one program (D-01). One person may hold both."""

    REVIEWER = "reviewer", _("Reviewer")
    ADMIN = "admin", _("Incentives admin")


TONES = {EnrollmentStatus.ENROLLED: "green", EnrollmentStatus.INACTIVE: "grey"}


class Bucket(models.TextChoices):
    """Where money of a fund is. Every entry moves an amount from one to another (D-14)."""

    OUTSIDE = "outside", _("outside the fund")
    FREE = "free", _("free")
    BOUND = "bound", _("kept for one claim")
    RESERVED = "reserved", _("in review")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")
    EXPIRED = "expired", _("expired")
    CONVERTED = "converted", _("turned into rebate")
    REBATE = "rebate", _("rebate share")


class EntryKind(models.TextChoices):
    """What an entry of the ledger is (R-FUND-05, -13…18)."""

    EARNED = "earned", _("Earned")
    CONVERTED = "converted", _("Below the threshold")
    ROLLOVER = "rollover", _("Rollover")
    ADJUSTED = "adjusted", _("Adjustment")
    RESERVED = "reserved", _("Reserved")
    RELEASED = "released", _("Released")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Expired")
    REVERSED = "reversed", _("Reversed")


B, K = Bucket, EntryKind
# Which way each kind may move money; the database refuses every other one.
ROUTES: dict[str, tuple[tuple[str, str], ...]] = {
    K.EARNED: ((B.OUTSIDE, B.FREE), (B.FREE, B.OUTSIDE), (B.OUTSIDE, B.REBATE), (B.REBATE, B.OUTSIDE)),
    K.CONVERTED: ((B.FREE, B.CONVERTED), (B.CONVERTED, B.FREE)),  # back when later earnings reach the threshold
    K.ROLLOVER: ((B.FREE, B.OUTSIDE), (B.OUTSIDE, B.FREE)),
    K.ADJUSTED: ((B.OUTSIDE, B.FREE), (B.FREE, B.OUTSIDE), (B.OUTSIDE, B.REBATE), (B.REBATE, B.OUTSIDE)),
    K.RESERVED: ((B.FREE, B.RESERVED), (B.BOUND, B.RESERVED)),
    K.RELEASED: ((B.RESERVED, B.FREE), (B.RESERVED, B.BOUND)),  # bound once the claiming period is over (D-13)
    K.APPROVED: ((B.RESERVED, B.APPROVED),),
    K.PAID: ((B.APPROVED, B.PAID), (B.FREE, B.PAID)),  # straight from free: monthly payout of a plan (D-08)
    K.EXPIRED: ((B.FREE, B.EXPIRED), (B.BOUND, B.EXPIRED)),
    K.REVERSED: ((B.APPROVED, B.RESERVED), (B.PAID, B.APPROVED), (B.PAID, B.FREE)),  # undone, or sent back by the bank
}
COMMITTED = (B.BOUND, B.RESERVED, B.APPROVED, B.PAID)  # money that belongs to one claim or payout
BALANCES = tuple(bucket for bucket in Bucket if bucket != B.OUTSIDE)  # each a column of the fund


class ReasonCode(models.TextChoices):
    """Why an adjustment is booked (R-FUND-05)."""

    ROLLOVER = "coop_rollover", _("Co-op rollover")
    PREVIOUS = "previous_period", _("Previous period earnings")
    EXCEPTION = "policy_exception", _("Policy exception")
    LATE_PAYMENT = "ar_compliance", _("Late paid vendor invoices")
    OPERATIONS = "ops_adjustment", _("Operations adjustment")
    MAPPING = "partner_mapping", _("Partner mapping")


class AccountKind(models.TextChoices):
    """How a bank account is numbered."""

    IBAN = "iban", _("IBAN")
    OTHER = "other", _("Other account number")


class PayoutState(models.TextChoices):
    """The vendor's word on bank and tax data (D-16, R-ENR-04)."""

    SUBMITTED = "submitted", _("Waiting for validation")
    VALIDATED = "validated", _("Validated")
    REJECTED = "rejected", _("Rejected")


class PainFormat(models.TextChoices):
    """Versions of the ISO 20022 payment file that banks take."""

    V09 = "pain.001.001.09", _("pain.001.001.09")
    V03 = "pain.001.001.03", _("pain.001.001.03, for banks that take no newer one")


class EarningType(models.TextChoices):
    """What an earnings line is: co-op, rebate, or both by the program's share (R-FUND-01)."""

    COOP = "coop", _("Co-op")
    REBATE = "rebate", _("Rebate")
    MIXED = "mixed", _("Mixed")


class ImportState(models.TextChoices):
    """The life of a file of earnings. Only `ready` can be booked; a refused one is corrected and uploaded anew."""

    UPLOADED = "uploaded", _("Waiting for its check")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to book")
    REFUSED = "refused", _("Refused")
    BOOKING = "booking", _("Being booked")
    BOOKED = "booked", _("Booked")
    DISCARDED = "discarded", _("Discarded")


IMPORT_LOOKS = {  # tone and icon of its badge
    ImportState.UPLOADED: ("blue", "hourglass"),
    ImportState.CHECKING: ("blue", "loader-2"),
    ImportState.READY: ("amber", "alert-circle"),
    ImportState.REFUSED: ("red", "circle-x"),
    ImportState.BOOKING: ("blue", "loader-2"),
    ImportState.BOOKED: ("green", "circle-check"),
    ImportState.DISCARDED: ("grey", "ban"),
}
IN_WORK = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.BOOKING)  # a job has it, or is about to
SOUND_STATES = (ImportState.READY, ImportState.BOOKING, ImportState.BOOKED)  # its preview holds, no line is wrong


class DraftState(models.TextChoices):
    """A draft of a program's rules."""

    OPEN = "open", _("Being written")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")
