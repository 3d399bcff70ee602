"""Files of earnings, as the vendor uploads them."""

import hashlib
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from incentives import services
from incentives.earnings.checks import COLUMNS
from tests.factories.people import make_vendor_admin

_number = count(1)


def line(enrollment, **values):
    """One sound line of an enrolment: 100 mixed, earned in its running earning period; `values` by column name."""
    program = enrollment.program
    day = program.today().isoformat()
    sound = {
        "earningId": f"E-{next(_number)}",
        "participantId": enrollment.location.code,
        "programCode": program.slug,
        "earningType": "mixed",
        "transactionDate": day,
        "earningDate": day,
        "earningAmount": "100.00",
        "currency": enrollment.currency,
        "reasonCode": "",
        "customerName": "Lichtblick Verlag",
    }
    return {**sound, **values}


def csv_text(lines, *, columns=tuple(COLUMNS), separator=","):
    rows = [separator.join(columns), *(separator.join(one.get(name, "") for name in columns) for one in lines)]
    return "\n".join(rows) + "\n"


def csv_file(content, name="earnings.csv"):
    """An upload as core.uploads hands it over."""
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data, "text/csv")
    file.sent_name, file.sha256 = name, hashlib.sha256(data).hexdigest()
    file.byte_count, file.too_large = len(data), False
    return file


def uploaded(content, program, *, actor=None, name="earnings.csv"):
    """An import of this text (or of these lines) after its check."""
    if isinstance(content, list):
        content = csv_text(content)
    actor = actor or make_vendor_admin(program, "Olivia Chen")
    found = services.upload_import(csv_file(content, name), actor=actor)
    services.check_import(found.pk)
    found.refresh_from_db()
    found.vendor_admin = actor
    return found


def booked(content, program, *, actor=None, name="earnings.csv"):
    found = uploaded(content, program, actor=actor, name=name)
    services.ask_import(found.pk, actor=found.vendor_admin)
    assert services.book_import(found.pk) is True
    found.refresh_from_db()
    return found
