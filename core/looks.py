"""How states look: tone and icon, the same wherever a state is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Tone (grey, blue, amber, green, red, purple) and icon of a state; the word comes from its app."""

    tone: str
    icon: str


LOOKS = {
    "editing": Look("grey", "pencil"),
    "submitted": Look("blue", "send"),
    "under_review": Look("blue", "eye"),
    "action_required": Look("amber", "alert-circle"),
    "approved": Look("green", "circle-check"),
    "rejected": Look("red", "circle-x"),
    "disputed": Look("purple", "scale"),
    "withdrawn": Look("grey", "arrow-back-up"),
    "expired": Look("grey", "clock-pause"),
    "paid": Look("green", "coins"),
    "missing": Look("grey", "circle-dashed"),
    "pending": Look("blue", "hourglass"),
    "checking": Look("blue", "loader-2"),
    "good": Look("green", "check"),
    "clean": Look("green", "check"),
    "attention": Look("amber", "alert-triangle"),
    "refused": Look("red", "x"),
    "failed": Look("amber", "alert-triangle"),
    "accepted": Look("green", "circle-check"),
    "redo": Look("red", "rotate-clockwise"),
    "open": Look("amber", "alert-circle"),
    "fixed": Look("green", "check"),
    "resolved": Look("green", "check"),
    "not_due": Look("grey", "calendar"),
    "locked": Look("grey", "lock"),
    "enrolled": Look("green", "circle-check"),
    "invited": Look("blue", "mail"),
    "inactive": Look("grey", "ban"),
    "pass": Look("green", "circle-check"),
    "note": Look("grey", "info-circle"),
    "warning": Look("amber", "alert-triangle"),
    "stop": Look("red", "circle-x"),
    # Payments, runs and bank data.
    "unprocessed": Look("grey", "hourglass"),
    "upcoming": Look("blue", "calendar"),
    "pending_tax_invoice": Look("amber", "alert-circle"),
    "tax_invoice_review": Look("blue", "eye"),
    "tax_invoice_rejected": Look("red", "circle-x"),
    "rejected_in_review": Look("red", "clock-pause"),
    "in_progress": Look("blue", "loader-2"),
    "sent": Look("green", "coins"),
    "reprocessing": Look("blue", "refresh"),
    "reversed": Look("red", "arrow-back-up"),
    "bank_rejected": Look("red", "building-bank"),
    "incorrect": Look("red", "alert-triangle"),
    "cancelled": Look("grey", "ban"),
    "released": Look("grey", "arrow-back-up"),
    "preview": Look("grey", "eye"),
    "confirmed": Look("blue", "lock"),
    "file_made": Look("blue", "file-text"),
    "closed": Look("green", "circle-check"),
    "validated": Look("green", "circle-check"),
}
TONE_ICONS = {
    "grey": "circle",
    "blue": "info-circle",
    "amber": "alert-triangle",
    "green": "circle-check",
    "red": "circle-x",
    "purple": "scale",
}


def look(status: str) -> Look:
    """Tone and icon of a known state; an unknown one is calm grey, never an error on a page."""
    return LOOKS.get(str(status), Look("grey", "circle"))
