"""Which live alerts are those of the full-rate replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WITHIN_S = 2.0

Place = tuple[str, str, str]
"""Camera, rule, zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAlert:
    """An alert of the replay; `at_s` is the Unix time at which its frame was sent."""

    place: Place
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAlert:
    """An alert at the desk.

    Attributes:
        raised_s: `captured_at` of the frame on which it was raised, Unix time.
        held_s: When the desk's receipt for it came, which is after the commit; Unix time.
    """

    place: Place
    raised_s: float
    held_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Pairs of expected and live alerts, and what found no partner."""

    pairs: tuple[tuple[ExpectedAlert, LiveAlert], ...]
    missed: tuple[ExpectedAlert, ...]
    unasked: tuple[LiveAlert, ...]

    @property
    def recall(self) -> float | None:
        """Share of expected alerts that came; None where none was expected."""
        return _share(len(self.pairs), len(self.missed))

    @property
    def precision(self) -> float | None:
        """Share of live alerts that were expected; None where none came."""
        return _share(len(self.pairs), len(self.unasked))


def match_alerts(
    expected: Iterable[ExpectedAlert], live: Iterable[LiveAlert], within_s: float = WITHIN_S
) -> Matched:
    """Pair alerts of the same place at most `within_s` apart, the nearest first, each once."""
    left: Mapping[Place, list[LiveAlert]] = defaultdict(list)
    for alert in live:
        left[alert.place].append(alert)
    wanted = sorted(expected, key=lambda e: e.at_s)
    close = sorted(
        (abs(alert.raised_s - e.at_s), number, index)
        for number, e in enumerate(wanted)
        for index, alert in enumerate(left[e.place])
        if abs(alert.raised_s - e.at_s) <= within_s
    )
    partner: dict[int, LiveAlert] = {}
    taken: set[tuple[Place, int]] = set()
    for _, number, index in close:
        place = wanted[number].place
        if number not in partner and (place, index) not in taken:
            partner[number] = left[place][index]
            taken.add((place, index))
    return Matched(
        pairs=tuple((wanted[number], alert) for number, alert in sorted(partner.items())),
        missed=tuple(e for number, e in enumerate(wanted) if number not in partner),
        unasked=tuple(
            alert
            for place, alerts in left.items()
            for index, alert in enumerate(alerts)
            if (place, index) not in taken
        ),
    )


def within(matched: Matched, from_s: float, to_s: float) -> Matched:
    """Only what belongs to the time `from_s`-`to_s`: pairs and missed by the expected alert.

    Matching comes first: at the edges an alert and its partner may lie on different sides.
    """
    return Matched(
        pairs=tuple(pair for pair in matched.pairs if from_s <= pair[0].at_s < to_s),
        missed=tuple(e for e in matched.missed if from_s <= e.at_s < to_s),
        unasked=tuple(a for a in matched.unasked if from_s <= a.raised_s < to_s),
    )


def percentile_ms(seconds: Sequence[float], percent: int) -> float | None:
    """The nearest-rank percentile of `seconds` in milliseconds; None where there are none."""
    if not seconds:
        return None
    rank = -(-len(seconds) * percent // 100)
    return round(sorted(seconds)[max(rank, 1) - 1] * 1000, 1)


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
