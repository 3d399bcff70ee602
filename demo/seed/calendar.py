"""Moments of the demo's past: working hours, never a weekend where it can be helped, never the future."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from core import clock

STEP = timedelta(minutes=7)
JUST_NOW = timedelta(minutes=40)


class Days:
    """Counts back from now; hours differ by call, so that no two things happen at the same minute."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.today = self.now.date()
        self._turn = 0

    def ago(self, days: int) -> datetime:
        self._turn += 1
        day = self.today - timedelta(days=days)
        day -= timedelta(days=max(day.weekday() - 4, 0))
        moment = datetime.combine(day, time(8 + self._turn % 8, self._turn * 17 % 60), tzinfo=UTC)
        return min(moment, self.now - JUST_NOW)

    def line(self, days: int) -> Iterator[datetime]:
        """Moments a few minutes apart, so many days ago; never after now."""
        moment = self.ago(days)
        while True:
            yield moment
            moment = min(moment + STEP, self.now)

    def before(self, day: date, days: int) -> datetime:
        return self.ago((self.today - day).days + days)
