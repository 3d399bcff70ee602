"""The words the code understands; a catalogue that uses any other word is not loaded (D-18)."""

from django.utils.translation import gettext_lazy as _

DOCUMENT_KINDS = {
    "pdf": _("PDF"),
    "image": _("picture"),
    "office": _("office file"),
    "email": _("saved email"),
    "url": _("web address"),
    "video": _("video"),
    "audio": _("audio"),
    "text": _("text"),
}
TYPED_KINDS = ("url", "text")  # typed into a field, but counted as documents

INPUT_WHOLE_NUMBER = "whole_number"
INPUT_PERCENT = "percent"
INPUT_AMOUNT = "amount"
INPUT_TEXT = "text"
INPUT_FILE = "file"
INPUTS = (INPUT_WHOLE_NUMBER, INPUT_PERCENT, INPUT_AMOUNT, INPUT_TEXT, INPUT_FILE)

COST_DEFAULT = "default"  # an invoice or a certification report (R-POE-07)
COST_INVOICE_ONLY = "invoice_only"  # refuses a certification report (D-23)
COST_VENDOR_INVOICE_ONLY = "vendor_invoice_only"  # the invoice must be the vendor's own
COST_EVIDENCE = (COST_DEFAULT, COST_INVOICE_ONLY, COST_VENDOR_INVOICE_ONLY)

CAP_PERCENT, CAP_ABSOLUTE, CAP_GREATER, CAP_COUNT, CAP_NONE = "percent", "absolute", "greater_of", "count", "none"
CAP_KINDS = (CAP_PERCENT, CAP_ABSOLUTE, CAP_GREATER, CAP_COUNT, CAP_NONE)
PER_CONFERENCE, PER_PERSON = "conference", "person_and_conference"
CAP_PERIODS = ("usage_period", "program_period", "period_and_program", PER_CONFERENCE, PER_PERSON)
CAP_BASES = ("earned_coop", "accrued_coop")

COMPONENTS_FIELD = "components"  # the field whose choices are the slugs of component activities

FAMILY_ALL = "all"
FAMILY_SURFACE = "surface"
FAMILY_NON_SURFACE = "non_surface"
