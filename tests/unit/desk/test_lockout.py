from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.desk.errors import LockedOutError
from alerts.desk.lockout import FORGOTTEN_AFTER, Lockout
from alerts.desk.people_tables import LockoutRecord
from alerts.desk.store import Store

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/desk.db").open()
    yield opened
    opened.close()


def wait_s(lockout: Lockout, now: datetime) -> int:
    try:
        lockout.check("key", now)
    except LockedOutError as error:
        return error.retry_after_s
    return 0


def test_the_fifth_failure_waits_a_minute_and_each_further_one_twice_as_long(store: Store) -> None:
    lockout, now, waits = Lockout(store, "key", limit=5), NOW, []
    for _ in range(13):
        lockout.failed("key", now)
        waits.append(wait_s(lockout, now))
        now += timedelta(seconds=waits[-1])
        assert wait_s(lockout, now) == 0
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_failures_far_apart_never_lock(store: Store) -> None:
    lockout, now = Lockout(store, "key", limit=2), NOW
    for _ in range(50):
        lockout.failed("key", now)
        assert wait_s(lockout, now) == 0
        now += FORGOTTEN_AFTER + timedelta(seconds=1)


def test_a_wait_is_served_before_it_is_forgotten(store: Store) -> None:
    lockout, now = Lockout(store, "key", limit=1), NOW
    for wait in (60, 120, 240, 480, 960, 1920, 3600):
        lockout.failed("key", now)
        assert wait_s(lockout, now) == wait
        now += timedelta(seconds=wait) + FORGOTTEN_AFTER
    lockout.failed("key", now + timedelta(seconds=1))
    assert wait_s(lockout, now + timedelta(seconds=1)) == 60


def test_a_success_forgives(store: Store) -> None:
    lockout = Lockout(store, "key", limit=2)
    lockout.failed("key", NOW)
    lockout.succeeded("key")
    lockout.failed("key", NOW)
    assert wait_s(lockout, NOW) == 0


def test_what_is_remembered_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.desk.lockout.MAX_ENTRIES", 20)
    lockout = Lockout(store, "key", limit=1)
    lockout.failed("key", NOW)
    for number in range(20):
        lockout.failed(f"other {number}", NOW + timedelta(seconds=number))
    assert wait_s(lockout, NOW) == 0
    with pytest.raises(LockedOutError):
        lockout.check("other 0", NOW)


def test_what_was_typed_into_the_field_of_the_name_is_not_kept(store: Store) -> None:
    Lockout(store, "key", limit=1).failed("a password in the wrong field", NOW)
    with store.reading() as session:
        (kept,) = session.scalars(select(LockoutRecord))
        assert "password" not in kept.key


def test_lock_outs_of_different_kinds_do_not_meet(store: Store) -> None:
    Lockout(store, "account", limit=1).failed("key", NOW)
    assert wait_s(Lockout(store, "client", limit=1), NOW) == 0
