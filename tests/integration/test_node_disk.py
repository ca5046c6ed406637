"""A disk that really is full: no clips, an alarm, and alerts as long as a page can be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from alerts.disk_room import DiskRoom
from alerts.errors import EvidenceError, EvidenceLostError, OutboxWriteError
from alerts.evidence.spool import Spool, Spooled
from alerts.evidence.store import FolderStore
from alerts.outbox import Outbox
from alerts.outbox_opening import open_outbox
from alerts.schema import Trouble
from alerts.trouble_watch import TroubleWatch
from tests.unit.alerts.builders import alert, compose

SIZE = 40_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of `SIZE` bytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a tmpfs cannot be mounted here: run as root with CAP_SYS_ADMIN")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def filled(disk: Path, leaving: int) -> Iterator[None]:
    """Somebody else's file takes all but so many bytes."""
    ballast = disk / "ballast"
    size = DiskRoom(disk, 0).free - leaving
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield
    finally:
        ballast.unlink()


def spooled(spool: Spool, content: bytes, note: Callable[[Spooled], None]) -> None:
    with spool.drafted(lambda path: void(path.write_bytes(content)), "video/mp4") as draft:
        spool.adopt(draft, note)


def test_clips_stop_first_and_alerts_go_on(disk: Path) -> None:
    room = DiskRoom(disk)
    spool = Spool(disk / "spool", room)
    kept: list[Spooled] = []

    def keep() -> None:
        spooled(spool, bytes(100_000), kept.append)

    with open_outbox(disk / "outbox.db") as outbox:
        watch = TroubleWatch(outbox.standing, room)
        keep()
        assert watch() == ()
        with filled(disk, leaving=room.reserve):
            with pytest.raises(EvidenceLostError, match="disk is full"):
                keep()
            assert watch() == (Trouble.DISK_FULL,)
            for number in range(100):
                outbox.commit([alert(number=number)], compose)
        keep()
        assert watch() == ()
        assert [item.sequence for item in outbox.due(0.0, 1000)] == list(range(1, 101))
    assert [path.name for path in spool.folder.iterdir()] == [kept[0].sha256]


def test_a_clip_that_runs_into_the_end_of_the_disk_leaves_nothing(disk: Path) -> None:
    spool = Spool(disk / "spool", DiskRoom(disk, reserve=0))
    with filled(disk, leaving=50_000), pytest.raises(EvidenceLostError, match="No space left"):
        spooled(spool, bytes(100_000), void)
    assert list(spool.folder.iterdir()) == []


def test_what_finds_no_page_waits_and_is_stored_once_there_is_room(disk: Path) -> None:
    with open_outbox(disk / "outbox.db") as outbox:
        outbox.commit([alert(number=0)], compose)
        with filled(disk, leaving=0):
            accepted = 1 + commits_until_refused(outbox)
        outbox.commit([alert(number=accepted)], compose)
        assert [item.sequence for item in outbox.due(0.0, 1000)] == [*range(1, accepted + 2)]
    with open_outbox(disk / "outbox.db") as again:
        assert again.backlog() == accepted + 1
        assert again.outbox_id == outbox.outbox_id


def commits_until_refused(outbox: Outbox) -> int:
    for number in count(1):
        try:
            outbox.commit([alert(number=number)], compose)
        except OutboxWriteError:
            return number - 1
    raise AssertionError


def test_a_store_on_a_full_disk_is_tried_again_and_serves_nothing_half(
    disk: Path, tmp_path: Path
) -> None:
    kept: list[Spooled] = []
    spooled(Spool(tmp_path / "spool"), os.urandom(200_000), kept.append)
    store = FolderStore(disk / "evidence")
    with filled(disk, leaving=50_000), pytest.raises(EvidenceError, match="cannot be written"):
        store.put(kept[0])
    assert [path for path in (disk / "evidence").rglob("*") if path.is_file()] == []
    store.put(kept[0])
    place = disk / "evidence" / kept[0].sha256[:2] / kept[0].sha256
    assert place.read_bytes() == kept[0].path.read_bytes()


def void(_: object) -> None:
    """For lambdas that must return nothing."""
