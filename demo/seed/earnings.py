"""Files of earnings: one of last month that is booked, one that waits for its word, one with mistakes."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from demo.seed.calendar import Days
from demo.seed.cast import FIRST_ADMIN
from demo.seed.people import House
from incentives import services
from incentives.choices import EnrollmentStatus

COLUMNS = (
    "earningId", "participantId", "programCode", "earningType", "transactionDate", "earningDate", "earningAmount",
    "currency", "reasonCode", "customerName",
)  # fmt: skip
CUSTOMERS = ("Kanzlei Brehm", "Van der Meer Logistiek", "Atelier Moreau", "Whitby Dental", "Ayuntamiento de Getafe")


def import_earnings(house: House, days: Days) -> None:
    """Through the same steps as people take."""
    boss = house.users[FIRST_ADMIN.name]
    this_month = days.today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    with clock.at(days.ago(5)):
        booked = _upload(f"earnings-{last_month:%Y-%m}.csv", list(_lines(house, last_month)), boss)
        services.ask_import(booked.pk, actor=boss)
        services.book_import(booked.pk)
    with clock.at(days.ago(1)):
        wrong = [line.replace(".00,", ',"00",', 1) for line in _lines(house, this_month)][:4]
        _upload("earnings-draft.csv", [*wrong, *wrong[:1]], boss)
        _upload(f"earnings-{this_month:%Y-%m}.csv", list(_lines(house, this_month)), boss)


def _lines(house: House, month: date) -> Iterator[str]:
    enrolled = [one for one in house.enrollments.values() if one.status == EnrollmentStatus.ENROLLED]
    for number, enrollment in enumerate(enrolled):
        for turn, customer in enumerate(CUSTOMERS[: 2 + number % 3]):
            values = (
                f"E{month:%Y%m}-{number:03d}{turn}", enrollment.location.code, enrollment.program.slug,
                "mixed" if turn else "coop", month, month, f"{180 + number * 37 % 240 + turn * 55}.00",
                enrollment.currency, "", customer,
            )  # fmt: skip
            yield ",".join(map(str, values))


def _upload(name: str, lines: list[str], boss: Any) -> Any:
    data = "\n".join([",".join(COLUMNS), *lines]).encode()
    file: Any = SimpleUploadedFile(name, data, "text/csv")
    file.sent_name, file.sha256 = name, hashlib.sha256(data).hexdigest()
    file.byte_count, file.too_large = len(data), False
    found = services.upload_import(file, actor=boss)
    services.check_import(found.pk)
    return found
