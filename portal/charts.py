"""Geometry of our bar charts: stacked bars in a drawing of fixed height and free width. Pure.

Places are per cent of the width and pixels of the height, so that words keep their size on every screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from core.ui import number

HEIGHT, TOP, BOTTOM = 190, 22, 24  # pixels: the drawing, room for a sum above, for names below
LEFT = 9.0  # per cent of the width, for the scale
MOST_WIDE = 9.0
GAP = 1.5  # pixels between parts
STEPS = 4  # lines of the scale, about
NICE = tuple(map(Decimal, ("1", "2", "2.5", "4", "5", "10")))
THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class Part:
    """kind: names its colour (components.css) · y, height: pixels."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """x, width, middle: per cent · top: pixels, where its sum is written."""

    label: str
    total: str
    x: float
    width: float
    middle: float
    top: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chart:
    """lines: (pixels from the top, figure). thousands: figures are in thousands."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str], ...]
    thousands: bool
    height: int = HEIGHT
    left: float = LEFT

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM


Column = tuple[str, Sequence[tuple[str, Decimal]]]


def stacked(columns: Sequence[Column]) -> Chart | None:
    """A chart of (label, [(kind, amount ≥ 0), …]); None when there is nothing to draw."""
    totals = [sum((amount for _kind, amount in parts), Decimal(0)) for _label, parts in columns]
    most = max(totals, default=Decimal(0))
    if most <= 0:
        return None
    thousands = most >= 10 * THOUSAND
    step = _nice(most / STEPS)
    ceiling = step * (most / step).to_integral_value(ROUND_CEILING)
    room = Decimal(HEIGHT - TOP - BOTTOM)
    slot = (100 - LEFT) / len(columns)
    width = min(slot * 0.62, MOST_WIDE)
    bars = []
    for place, ((label, parts), total) in enumerate(zip(columns, totals, strict=True)):
        middle = LEFT + slot * (place + 0.5)
        drawn, y = [], Decimal(HEIGHT - BOTTOM)
        for kind, amount in parts:
            height = amount / ceiling * room
            y -= height
            if amount:
                drawn.append(Part(kind, float(round(y, 2)), float(round(max(height - Decimal(GAP), Decimal(1)), 2))))
        bars.append(
            Bar(
                label,
                _figure(total, thousands) if total else "",
                middle - width / 2,
                width,
                middle,
                float(y),
                tuple(drawn),
            )
        )
    count = int(ceiling / step)
    lines = [(float(HEIGHT - BOTTOM - room * n / count), _figure(step * n, thousands)) for n in range(count + 1)]
    return Chart(tuple(bars), tuple(lines), thousands)


def _nice(least: Decimal) -> Decimal:
    """The smallest round number that is not below `least`."""
    magnitude = Decimal(10) ** least.adjusted()
    return next(factor * magnitude for factor in NICE if factor * magnitude >= least)


def _figure(value: Decimal, thousands: bool) -> str:
    shown = value / THOUSAND if thousands else value
    places = 0 if shown == shown.to_integral_value() else 1
    return number(round(shown, places), places)
