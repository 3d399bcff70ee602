"""What the checks say to people."""

from django.utils.translation import gettext as _


def passed_text(check: str) -> str:
    """What a check that found nothing has made sure of."""
    texts = {
        "size": _("Not empty, not too large"),
        "name": _("The file name is plain"),
        "kind": _("It is the kind of file its name says"),
        "active": _("No script, no program inside"),
        "pdf": _("The PDF opens, every page is there"),
        "image": _("The picture opens, nothing is cut off"),
        "media": _("The recording plays, nothing is cut off"),
        "office": _("No macro, nothing from elsewhere, every part can be read"),
        "mail": _("The e-mail opens, every attachment was checked"),
        "likeness": _("The picture can be compared with those of other claims"),
        "text": _("The text can be read"),
        "table": _("The table can be read, no cell calculates"),
        "duplicate": _("Not used in another proof of this company"),  # until the matching tells of twins
        "malware": _("No malware found"),
    }
    return texts.get(check) or check.replace("_", " ").capitalize()
