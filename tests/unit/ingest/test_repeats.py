from __future__ import annotations

import logging

import pytest

from ingest.repeats import RepeatedLog


def test_repeats_within_a_minute_are_counted_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    now_s = [0.0]
    log = RepeatedLog(logging.getLogger("test"), lambda: now_s[0])
    for now_s[0] in (0.0, 1.0, 59.0, 60.0, 61.0):
        log.warning("it failed", "gate")
    assert [record.getMessage() for record in caplog.records] == [
        "it failed (0 more since the last line)",
        "it failed (2 more since the last line)",
    ]
