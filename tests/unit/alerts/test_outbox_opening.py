"""Opening an outbox: damaged, of an earlier layout, or restored from an older copy."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from alerts.alert import Phase, Reason
from alerts.errors import OutboxError
from alerts.outbox import Outbox
from alerts.outbox_layout import LAYOUT, LAYOUT_1
from alerts.outbox_opening import open_outbox
from alerts.schema import AlertMessage, Receipt
from tests.unit.alerts.builders import alert, compose


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def store(outbox: Outbox, *numbers: int, camera: str = "gate") -> None:
    for number in numbers:
        outbox.commit([alert(number=number, camera=camera)], compose)


def held(outbox: Outbox) -> list[AlertMessage]:
    due = outbox.due(0.0, 1000)
    return [AlertMessage.model_validate_json(item.payload) for item in due]


def names(outbox: Outbox) -> list[tuple[int, object]]:
    """Sequences, and whose alerts they are."""
    return [(message.sequence, message.alert_id) for message in held(outbox)]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database, but long enough to be read as one" * 90),
        cut,
        lambda path: path.write_bytes(path.read_bytes()[:4096] + os.urandom(30_000)),
    ],
    ids=["empty", "other", "cut", "overwritten"],
)
def test_a_damaged_file_is_set_aside_whole_and_said_so(
    path: Path, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    with open_outbox(path) as first:
        store(first, *range(20))
    damage(path)
    content = path.read_bytes()
    with open_outbox(path) as second:
        assert second.set_aside is not None
        assert second.set_aside.read_bytes() == content
        assert second.set_aside.name.startswith("outbox.db.damaged-")
        assert second.outbox_id != first.outbox_id
        store(second, 1)
        assert [message.sequence for message in held(second)] == [1]
    (line,) = [r for r in caplog.records if r.levelno == logging.CRITICAL]
    assert str(second.set_aside) in line.getMessage()
    with open_outbox(path) as third:
        assert third.set_aside is None
        assert third.outbox_id == second.outbox_id


def test_a_file_in_use_or_of_a_later_layout_is_left_where_it_is(path: Path) -> None:
    with open_outbox(path), pytest.raises(OutboxError, match="in use"):
        open_outbox(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(OutboxError, match="newer version"):
        open_outbox(path)
    assert [each.name for each in path.parent.glob("*damaged*")] == []


def test_a_restart_and_a_kill_keep_the_identity(path: Path) -> None:
    first = open_outbox(path)
    store(first, 1)
    first.file.close()  # as killed: the mark says nothing of the end
    with open_outbox(path) as second:
        assert second.outbox_id == first.outbox_id
        store(second, 2)
    with open_outbox(path) as third:
        assert third.outbox_id == first.outbox_id
        assert [sequence for sequence, _ in names(third)] == [1, 2]


def copy_in_place(source: Path, path: Path) -> None:
    """As `cp` does it: the file keeps its inode."""
    path.write_bytes(source.read_bytes())


def move_into_place(source: Path, path: Path) -> None:
    shutil.copy(source, path.with_name("restored"))
    path.with_name("restored").rename(path)


def restore_with_mark(source: Path, path: Path) -> None:
    move_into_place(source, path)
    copy_in_place(source.with_name("mark"), path.with_name("outbox.db.mark"))


def restore_without_mark(source: Path, path: Path) -> None:
    copy_in_place(source, path)
    path.with_name("outbox.db.mark").unlink()


@pytest.mark.parametrize(
    "restore", [copy_in_place, move_into_place, restore_with_mark, restore_without_mark]
)
def test_a_restored_copy_gives_no_number_twice_and_keeps_what_waits(
    path: Path, tmp_path: Path, restore: Callable[[Path, Path], None]
) -> None:
    with open_outbox(path) as first:
        store(first, 1, 2, 3)
        first.receive(Receipt(outbox_id=first.outbox_id, received={"gate": ((1, 1),)}))
    backup = tmp_path / "backup"
    shutil.copy(path, backup)
    shutil.copy(path.with_name("outbox.db.mark"), tmp_path / "mark")
    with open_outbox(path) as newer:
        assert newer.outbox_id == first.outbox_id
        store(newer, 4, 5)
    restore(backup, path)
    with open_outbox(path) as restored:
        assert restored.outbox_id != first.outbox_id
        store(restored, 6)
        wanted = [(n, alert(number=n + 1).alert_id) for n in (1, 2)] + [
            (3, alert(number=6).alert_id)
        ]
        assert names(restored) == wanted
        assert {message.outbox_id for message in held(restored)} == {restored.outbox_id}
        (ended,) = restored.commit([alert(Phase.ENDED, number=2, reason=Reason.GONE)], compose)
        assert ended.outbox_id == restored.outbox_id
    with open_outbox(path) as again:
        assert again.outbox_id == restored.outbox_id


def test_a_desk_that_has_more_than_was_given_reveals_a_copy_that_looks_right(path: Path) -> None:
    with Outbox(path) as outbox:  # a machine rolled back as a whole: mark and file agree
        store(outbox, 1, 2)
    with Outbox(path) as outbox:
        store(outbox, 3)  # number 3 was given before, to another alert
        old = outbox.outbox_id
        assert outbox.receive(Receipt(outbox_id=old, received={"gate": ((1, 7),)}))
        assert outbox.outbox_id != old
        assert names(outbox) == [(1, alert(number=3).alert_id)]
        assert not outbox.receive(Receipt(outbox_id=old, received={"gate": ((1, 7),)}))
        assert outbox.backlog() == 1
        assert outbox.standing().bytes == len(outbox.due(0.0, 1)[0].payload)


def test_orphans_and_evidence_speak_under_the_new_identity(path: Path, tmp_path: Path) -> None:
    with open_outbox(path) as first:
        store(first, 1)
    path.with_name("outbox.db.mark").unlink()
    with open_outbox(path) as second:
        (ended,) = second.end_orphans()
        assert (ended.outbox_id, ended.sequence) == (second.outbox_id, 2)


def test_a_file_of_the_first_layout_is_taken_over(path: Path) -> None:
    with Outbox(path) as made:
        store(made, 1)
        made.commit([alert(Phase.UPDATED, reason=Reason.CHANGED)], compose)
        messages = held(made)
        old_id = made.outbox_id
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(LAYOUT_1 + "PRAGMA user_version = 1;")
        database.execute("INSERT INTO outbox VALUES (?)", (str(old_id),))
        database.execute("INSERT INTO cameras VALUES ('gate', 2)")
        database.executemany(
            "INSERT INTO messages (camera, sequence, payload) VALUES ('gate', ?, ?)",
            [(m.sequence, m.model_dump_json().encode()) for m in messages],
        )
        database.commit()
    with Outbox(path, max_bytes=1000) as outbox:
        assert outbox.outbox_id == old_id
        assert held(outbox) == messages
        assert outbox.standing().bytes == sum(len(i.payload) for i in outbox.due(0.0, 9))
        outbox.commit([alert(Phase.UPDATED, reason=Reason.CHANGED)], compose)
        assert [message.phase for message in held(outbox)] == [Phase.RAISED]


def test_where_wal_cannot_be_had_the_node_does_not_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Outbox(path).close()
    real = sqlite3.connect

    class Stubborn(sqlite3.Connection):
        def execute(  # type: ignore[override]  # as used here
            self, sql: str, values: Sequence[int] = (), /
        ) -> sqlite3.Cursor:
            return super().execute("PRAGMA journal_mode" if "= WAL" in sql else sql, values)

    def connect(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = real(path, factory=Stubborn, isolation_level=None, check_same_thread=False)
        connection.cursor().execute("PRAGMA journal_mode = DELETE")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(OutboxError, match="does not allow journal_mode = WAL"):
        Outbox(path)
    assert list(path.parent.glob("*damaged*")) == []
