from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.desk.errors import LockedOutError
from alerts.desk.lockout import FORGOTTEN_AFTER, MAX_ENTRIES, Lockout

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def wait_s(lockout: Lockout, now: datetime) -> int:
    try:
        lockout.check("key", now)
    except LockedOutError as error:
        return error.retry_after_s
    return 0


def test_the_fifth_failure_waits_a_minute_and_each_further_one_twice_as_long() -> None:
    lockout, now, waits = Lockout(limit=5), NOW, []
    for _ in range(13):
        lockout.failed("key", now)
        waits.append(wait_s(lockout, now))
        now += timedelta(seconds=waits[-1])
        assert wait_s(lockout, now) == 0
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_failures_far_apart_never_lock() -> None:
    lockout, now = Lockout(limit=2), NOW
    for _ in range(50):
        lockout.failed("key", now)
        assert wait_s(lockout, now) == 0
        now += FORGOTTEN_AFTER + timedelta(seconds=1)


def test_a_wait_is_served_before_it_is_forgotten() -> None:
    lockout, now = Lockout(limit=1), NOW
    for wait in (60, 120, 240, 480, 960, 1920, 3600):
        lockout.failed("key", now)
        assert wait_s(lockout, now) == wait
        now += timedelta(seconds=wait) + FORGOTTEN_AFTER
    lockout.failed("key", now + timedelta(seconds=1))
    assert wait_s(lockout, now + timedelta(seconds=1)) == 60


def test_a_success_forgives() -> None:
    lockout = Lockout(limit=2)
    lockout.failed("key", NOW)
    lockout.succeeded("key")
    lockout.failed("key", NOW)
    assert wait_s(lockout, NOW) == 0


def test_what_is_remembered_is_bounded() -> None:
    lockout = Lockout(limit=1)
    lockout.failed("key", NOW)
    for number in range(MAX_ENTRIES):
        lockout.failed(f"other {number}", NOW)
    assert wait_s(lockout, NOW) == 0
    with pytest.raises(LockedOutError):
        lockout.check("other 0", NOW)
