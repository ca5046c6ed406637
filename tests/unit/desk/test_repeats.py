from __future__ import annotations

import logging

import pytest

from alerts.desk.repeats import EVERY_S, Repeats


def test_repeats_are_counted_and_said_with_the_next_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    repeats = Repeats(logging.getLogger("test"), clock=lambda: now[0])
    for _ in range(3):
        repeats.warn("refused-malformed", "sequence: missing")
    repeats.warn("store-away", "gone")
    now[0] = EVERY_S
    repeats.warn("refused-malformed", "box: too short")
    assert [record.message for record in caplog.records] == [
        "refused-malformed: sequence: missing",
        "store-away: gone",
        "refused-malformed: box: too short (and 2 more since the last line)",
    ]
