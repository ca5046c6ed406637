"""Snapshot and clip from the alert to the store, with a camera and a store that obey the test."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest

from alerts.alert import Alert, Phase, Reason
from alerts.config import EvidenceConfig
from alerts.disk_room import DiskRoom
from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.archive import SpoolArchive
from alerts.evidence.cuts import MAX_CUT_BYTES, Cut, CutQueue
from alerts.evidence.jobs import EvidenceJobs, clip_job
from alerts.evidence.keeper import EvidenceKeeper
from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.maker import EvidenceMaker
from alerts.evidence.set_aside import MAX_KEPT, set_aside
from alerts.evidence.spool import Spool, Spooled
from alerts.evidence.store import EvidenceStore, FolderStore
from alerts.outbox import Outbox
from alerts.schema import AlertMessage, EvidenceKind, EvidenceState, Trouble
from alerts.trouble_watch import TroubleWatch
from ingest.errors import Fault, FootageGoneError
from ingest.frame import CameraId
from tests.factories import frame
from tests.unit.alerts.builders import alert, compose

PATIENCE_S = 10.0

CONFIG = EvidenceConfig(pre_roll_s=5, post_roll_s=3)


@dataclass
class FakeFootage:
    start_s: float
    end_s: float
    content: bytes = b"clip"
    bytes_held: int = 1000

    def write_mp4(self, path: Path) -> None:
        if not self.content:
            raise OSError("cannot write")
        path.write_bytes(self.content)


class FakeCamera:
    """Has packets up to `at_s`; None: the session is over. `main_s`: of the main stream, if any."""

    def __init__(self) -> None:
        self.at_s: float | None = 0.0
        self.main_s: float | None = None
        self.main_picture = av.VideoFrame.from_ndarray(np.full((96, 128, 3), 200, np.uint8))
        self.is_empty = False
        self.content = b"clip"
        self.clip_bytes = 1000
        self.asked: list[tuple[str, float, float]] = []

    def position(self, session: str) -> float | None:
        return self.at_s

    def is_still_due(self, session: str, time_s: float) -> bool:
        return self.main_s is not None and self.main_s < time_s

    def still(self, session: str, time_s: float) -> av.VideoFrame | None:
        return None if self.main_s is None or self.main_s < time_s else self.main_picture

    def footage(self, session: str, from_s: float, to_s: float) -> FakeFootage:
        self.asked.append((session, from_s, to_s))
        if self.is_empty:
            raise FootageGoneError("expired", camera_id="gate", fault=Fault.ENDED)
        return FakeFootage(
            start_s=from_s, end_s=to_s, content=self.content, bytes_held=self.clip_bytes
        )


class FakeStore:
    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.error: EvidenceError | None = None
        self.answer_is_lost = False
        self.came = Event()

    def put(self, item: Spooled) -> None:
        if self.error is not None:
            raise self.error
        self.held[item.sha256] = item.path.read_bytes()
        self.came.set()
        if self.answer_is_lost:
            raise EvidenceError("no answer")

    def close(self) -> None:
        pass


@dataclass
class Disk:
    """A disk with a spool on it, and what others take."""

    spool: Path
    total: int
    others: int = 0

    def usage(self, _: Path) -> SimpleNamespace:
        held = sum(file.stat().st_size for file in self.spool.glob("*"))
        return SimpleNamespace(total=self.total, free=self.total - self.others - held)


class Bench:
    """Maker and keeper, stepped by the test."""

    def __init__(
        self,
        folder: Path,
        store: EvidenceStore,
        max_spool_bytes: int | None = 10**9,
        room: DiskRoom | None = None,
    ) -> None:
        self.now = 0.0
        self.outbox = Outbox(folder / "outbox.db")
        self.camera = FakeCamera()
        self.spool = Spool(folder / "spool", room)
        self.ledger = EvidenceLedger(self.outbox.file)
        self.woken = 0
        self.keeper = EvidenceKeeper(
            self.ledger,
            self.spool,
            store,
            on_message=self.wake,
            on_death=lambda name, error: pytest.fail(f"{name}: {error}"),
            max_spool_bytes=max_spool_bytes,
        )
        self.archive = SpoolArchive(
            self.ledger, self.spool, on_spooled=lambda: None, on_message=self.wake
        )
        self.maker = EvidenceMaker(
            self.archive,
            self.spool,
            {CameraId("gate"): self.camera},
            CONFIG,
            on_death=lambda name, error: pytest.fail(f"{name}: {error}"),
            jobs=EvidenceJobs(max_snapshots=2, max_clips=2),
            clock=lambda: self.now,
        )

    def wake(self) -> None:
        self.woken += 1

    def raise_alert(self, number: int = 1, *, time_s: float = 10.0, grey: int = 90) -> Alert:
        raised = alert(number=number, time_s=time_s)
        self.outbox.commit([raised], compose)
        self.maker.take([raised], frame(raised.at, grey=grey))
        return raised

    def work(self) -> None:
        while self.maker.step():
            pass
        self.keeper.step()

    def messages(self) -> list[AlertMessage]:
        due = self.outbox.due(0.0, 1000)
        return [AlertMessage.model_validate_json(item.payload) for item in due]

    def states(self) -> list[tuple[str, ...]]:
        """Reason and states of snapshot and clip in every message after the raised ones."""
        return [
            (str(message.reason), *(ref.state for ref in message.evidence))
            for message in self.messages()
            if message.phase is not Phase.RAISED
        ]

    def spooled(self) -> list[str]:
        return sorted(path.name for path in self.spool.folder.iterdir())


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def bench(tmp_path: Path, store: FakeStore) -> Iterator[Bench]:
    made = Bench(tmp_path, store)
    yield made
    made.outbox.close()


def test_the_snapshot_is_stored_at_once_and_the_clip_after_its_post_roll(
    bench: Bench, store: FakeStore
) -> None:
    bench.raise_alert(time_s=10.0)
    bench.camera.at_s = 12.9
    bench.work()
    assert bench.states() == [("evidence", "stored", "pending")]
    assert bench.camera.asked == []
    bench.camera.at_s = 13.0
    bench.work()
    assert bench.states()[1:] == [("evidence", "stored", "stored")]
    assert bench.camera.asked == [("s", 5.0, 13.0)]
    assert len(store.held) == 2
    assert bench.spooled() == []
    assert bench.woken == 2


def test_a_message_names_what_the_store_holds(bench: Bench, store: FakeStore) -> None:
    bench.raise_alert(grey=200)
    bench.camera.at_s = None
    bench.work()
    snapshot, clip = bench.messages()[-1].evidence
    assert (snapshot.media_type, clip.media_type) == ("image/jpeg", "video/mp4")
    assert snapshot.sha256 is not None
    content = store.held[snapshot.sha256]
    assert hashlib.sha256(content).hexdigest() == snapshot.sha256
    assert len(content) == snapshot.bytes
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    assert abs(float(picture.mean()) - 200) < 3


def stored_picture(bench: Bench, store: FakeStore) -> tuple[int, ...]:
    snapshot, _ = bench.messages()[-1].evidence
    assert snapshot.sha256 is not None
    coded = np.frombuffer(store.held[snapshot.sha256], np.uint8)
    picture = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert picture is not None
    return tuple(map(int, picture.shape))


def test_the_snapshot_waits_for_the_main_streams_picture_of_the_moment(
    bench: Bench, store: FakeStore
) -> None:
    bench.camera.main_s = 9.8
    bench.raise_alert(time_s=10.0)
    bench.work()
    assert bench.states() == []
    bench.camera.main_s = 10.1
    bench.work()
    assert stored_picture(bench, store) == (96, 128, 3)


@pytest.mark.parametrize(("after_s", "is_made"), [(1.9, False), (2.0, True)])
def test_a_main_stream_that_hangs_does_not_hold_the_snapshot_for_long(
    bench: Bench, store: FakeStore, after_s: float, is_made: bool
) -> None:
    bench.camera.main_s = 9.8
    bench.raise_alert(time_s=10.0)
    bench.now = after_s
    bench.work()
    assert bool(bench.states()) is is_made
    if is_made:
        assert stored_picture(bench, store) == (48, 64, 3)


def test_a_node_that_stops_waits_for_no_better_picture(bench: Bench, store: FakeStore) -> None:
    bench.camera.main_s = 9.8
    bench.raise_alert(time_s=10.0)
    bench.maker.stop()
    bench.work()
    assert bench.states()[-1] == ("evidence", "stored", "stored")


def test_when_the_session_is_over_the_clip_is_cut_with_what_there_is(bench: Bench) -> None:
    bench.raise_alert()
    bench.camera.at_s = None
    bench.work()
    assert bench.states()[-1] == ("evidence", "stored", "stored")


def test_a_camera_that_stalls_does_not_hold_its_clip_for_ever(bench: Bench) -> None:
    bench.raise_alert()
    bench.camera.at_s = 11.0
    bench.now = 22.9
    bench.work()
    assert bench.states()[-1] == ("evidence", "stored", "pending")
    bench.now = 23.0
    bench.work()
    assert bench.states()[-1] == ("evidence", "stored", "stored")


def test_only_raised_alerts_get_evidence(bench: Bench) -> None:
    ended = alert(Phase.ENDED, reason=Reason.GONE)
    bench.maker.take([ended], frame(ended.at))
    assert not bench.maker.step()


@pytest.mark.parametrize("how", ["empty ring", "cannot be written", "no such camera"])
def test_a_clip_that_cannot_be_made_has_failed_and_is_said_so(bench: Bench, how: str) -> None:
    bench.camera.at_s = None
    bench.camera.is_empty = how == "empty ring"
    bench.camera.content = b"" if how == "cannot be written" else b"clip"
    if how == "no such camera":
        raised = alert(camera="else")
        bench.outbox.commit([raised], compose)
        bench.maker.take([raised], frame(raised.at))
    else:
        bench.raise_alert()
    bench.work()
    assert bench.states()[-1] == ("evidence", "stored", "failed")
    assert bench.spooled() == []


def test_without_the_frame_the_snapshot_has_failed(bench: Bench) -> None:
    raised = alert()
    bench.outbox.commit([raised], compose)
    bench.maker.take([raised], None)
    bench.work()
    assert bench.states() == [("evidence", "failed", "pending")]


def test_when_too_much_waits_the_oldest_fails_and_is_counted(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.raise_alert(number, grey=number)
    bench.camera.at_s = None
    bench.work()
    assert bench.maker.jobs.dropped == 2
    last = {message.alert_id: message.evidence for message in bench.messages()}
    states = [[ref.state for ref in evidence] for evidence in last.values()]
    assert states == [["failed", "failed"], ["stored", "stored"], ["stored", "stored"]]


def test_clips_that_wait_to_be_written_are_bounded_in_bytes_and_the_oldest_fails(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.camera.clip_bytes = MAX_CUT_BYTES // 2 + 1
    first, second = (bench.raise_alert(number) for number in (1, 2))
    bench.camera.at_s = None
    bench.work()
    assert bench.maker.jobs.dropped == 1
    last = {message.alert_id: message.evidence[1].state for message in bench.messages()}
    assert last == {first.alert_id: "failed", second.alert_id: "stored"}
    assert str(first.alert_id) in caplog.text


def test_room_in_the_queue_of_cuts_comes_back_and_the_newest_is_never_given_up() -> None:
    jobs = EvidenceJobs()
    queue = CutQueue(jobs, max_bytes=10, max_cuts=2)
    for sizes, kept in (([11], [11]), ([4, 6], [4, 6]), ([5, 6], [6]), ([1, 1, 1], [1, 1])):
        queue.extend(cut_of(size) for size in sizes)
        found = []
        while (cut := queue.next()) is not None:
            found.append(cut.footage.bytes_held)
        assert found == kept
    assert jobs.dropped == 2


def cut_of(size: int) -> Cut:
    return Cut(
        job=clip_job(alert(), CONFIG, 0.0),
        footage=FakeFootage(start_s=0, end_s=1, bytes_held=size),
    )


def test_while_the_store_is_away_evidence_waits_in_the_spool(
    bench: Bench, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.error = EvidenceError("away")
    bench.raise_alert()
    for _ in range(3):
        bench.work()
    assert bench.states() == []
    assert len(bench.spooled()) == 1
    assert len([record for record in caplog.records if "away" in record.message]) == 1
    store.error = None
    bench.work()
    assert bench.states() == [("evidence", "stored", "pending")]
    assert bench.spooled() == []


def test_what_the_store_refuses_for_good_has_failed(bench: Bench, store: FakeStore) -> None:
    store.error = EvidenceLostError("never")
    bench.raise_alert()
    bench.work()
    assert bench.states() == [("evidence", "failed", "pending")]
    assert bench.spooled() == []


def test_a_full_spool_gives_the_oldest_up(tmp_path: Path) -> None:
    store = FakeStore()
    store.error = EvidenceError("away")
    bench = Bench(tmp_path, store, max_spool_bytes=800)  # a picture has some 700 bytes
    for number in (1, 2):
        bench.raise_alert(number, grey=40 * number)
        bench.work()
    assert bench.keeper.dropped == 1
    assert len(bench.spooled()) == 1
    assert bench.states() == [("evidence", "failed", "pending")]
    bench.outbox.close()


def test_a_store_that_answers_is_asked_before_anything_is_given_up(tmp_path: Path) -> None:
    store = FakeStore()
    bench = Bench(tmp_path, store, max_spool_bytes=0)
    for number in (1, 2):
        bench.raise_alert(number, grey=40 * number)
    bench.work()
    assert (bench.keeper.dropped, len(store.held)) == (0, 2)
    bench.outbox.close()


def test_what_the_store_may_have_is_given_up_last(tmp_path: Path) -> None:
    store = FakeStore()
    bench = Bench(tmp_path, store, max_spool_bytes=1500)  # a picture has some 700 bytes
    store.answer_is_lost = True
    bench.raise_alert(1, grey=40)
    bench.work()
    store.answer_is_lost = False
    store.error = EvidenceError("away")
    for number in (2, 3):
        bench.raise_alert(number, grey=40 * number)
    bench.work()
    assert bench.keeper.dropped == 1
    store.error = None
    bench.work()
    snapshots = [states[1] for states in bench.states()]
    assert (snapshots.count("failed"), snapshots.count("stored")) == (1, 2)
    assert len(store.held) == 2
    bench.outbox.close()


def test_a_node_killed_before_the_answer_still_knows_what_the_store_may_have(
    tmp_path: Path,
) -> None:
    store = FakeStore()
    store.answer_is_lost = True
    killed = Bench(tmp_path, store, max_spool_bytes=1500)  # a picture has some 700 bytes
    killed.raise_alert(1, grey=40)
    killed.work()
    killed.outbox.close()
    store.answer_is_lost = False
    store.error = EvidenceError("away")
    bench = Bench(tmp_path, store, max_spool_bytes=1500)
    for number in (2, 3):
        bench.raise_alert(number, grey=40 * number)
    for _ in range(3):
        bench.work()
    store.error = None
    bench.work()
    assert bench.keeper.dropped == 1
    assert len(store.held) == 2
    references = [ref for message in bench.messages() for ref in message.evidence]
    stored = {ref.sha256 for ref in references if ref.state is EvidenceState.STORED}
    assert stored == set(store.held)
    bench.outbox.close()


def test_on_a_small_disk_half_of_its_room_is_the_bound_and_a_restart_keeps_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path / "spool", 1600)  # a picture has some 700 bytes
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    store = FakeStore()
    store.error = EvidenceError("away")
    bench = Bench(tmp_path, store, max_spool_bytes=None, room=DiskRoom(tmp_path, 0))
    for number in (1, 2):
        bench.raise_alert(number, grey=40 * number)
        bench.work()
    assert bench.keeper.dropped == 1
    bench.outbox.close()
    again = Bench(tmp_path, store, max_spool_bytes=None, room=DiskRoom(tmp_path, 0))
    again.keeper.step()
    assert again.keeper.dropped == 0
    again.outbox.close()


def test_a_node_started_on_a_full_disk_keeps_what_waits_and_more_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path / "spool", 10_000)
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    store = FakeStore()
    store.error = EvidenceError("away")
    first = Bench(tmp_path, store, max_spool_bytes=None, room=DiskRoom(tmp_path, 0))
    first.raise_alert(1, grey=40)
    first.work()
    first.outbox.close()
    disk.others = disk.usage(tmp_path).free
    again = Bench(tmp_path, store, max_spool_bytes=None, room=DiskRoom(tmp_path, 0))
    again.keeper.step()
    assert (again.keeper.dropped, len(again.spooled())) == (0, 1)
    disk.others = 0
    for number in (2, 3):
        again.raise_alert(number, grey=40 * number)
        again.work()
    assert (again.keeper.dropped, len(again.spooled())) == (0, 3)
    disk.others = disk.usage(tmp_path).free
    again.keeper.step()
    assert again.keeper.dropped == 0
    again.outbox.close()


def test_two_alerts_of_one_frame_share_the_file_until_both_are_stored(
    bench: Bench, store: FakeStore
) -> None:
    for number in (1, 2):
        bench.raise_alert(number)
    bench.work()
    assert len(store.held) == 1
    assert bench.states() == [("evidence", "stored", "pending")] * 2
    assert bench.spooled() == []


def test_evidence_of_an_alert_that_has_ended_leaves_it_ended(bench: Bench) -> None:
    bench.raise_alert()
    bench.outbox.commit([alert(Phase.ENDED, time_s=12, reason=Reason.GONE)], compose)
    bench.work()
    ended, updated = bench.messages()[1:]
    assert (updated.phase, updated.reason) == ("updated", "evidence")
    assert updated.ended_at == ended.ended_at is not None
    assert updated.sequence == ended.sequence + 1


def test_a_restart_takes_up_the_spool_and_says_what_is_lost(
    tmp_path: Path, store: FakeStore
) -> None:
    store.error = EvidenceError("away")
    first = Bench(tmp_path, store)
    first.raise_alert()
    first.work()  # the snapshot is in the spool, the clip not yet made
    first.outbox.close()
    (tmp_path / "spool" / "leftover.draft").write_bytes(b"half")
    (tmp_path / "spool" / ("0" * 64)).write_bytes(b"nobody's")
    store.error = None
    second = Bench(tmp_path, store)
    second.archive.recover()
    second.keeper.start()  # its thread alone: the spool has one keeper
    assert store.came.wait(PATIENCE_S)
    second.keeper.stop()  # it finishes what it has begun
    assert second.states()[-1] == ("evidence", "stored", "failed")
    assert second.spooled() == []
    second.outbox.close()


def test_stopping_cuts_clips_short_instead_of_losing_them(bench: Bench, store: FakeStore) -> None:
    bench.maker.start()
    bench.raise_alert()
    bench.maker.stop()
    bench.maker.stop()
    bench.keeper.step()
    assert bench.states()[-1] == ("evidence", "stored", "stored")


def spooled(folder: Path, content: bytes) -> Spooled:
    kept: list[Spooled] = []
    spool = Spool(folder)
    with spool.drafted(lambda path: void(path.write_bytes(content)), "video/mp4") as draft:
        spool.adopt(draft, kept.append)
    return kept[0]


def void(_: object) -> None:
    """For lambdas that must return nothing."""


def test_the_folder_store_names_files_by_their_content(tmp_path: Path) -> None:
    item = spooled(tmp_path / "spool", b"clip")
    store = FolderStore.from_url((tmp_path / "with space").as_uri())
    store.put(item)
    store.put(item)
    place = tmp_path / "with space" / item.sha256[:2] / item.sha256
    assert place.read_bytes() == b"clip"
    assert list(place.parent.iterdir()) == [place]


def test_a_folder_store_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    item = spooled(tmp_path / "spool", b"clip")
    (tmp_path / "store").touch()
    with pytest.raises(EvidenceError, match="cannot be written") as caught:
        FolderStore(tmp_path / "store").put(item)
    assert caught.value.retryable


def test_what_is_gone_from_the_spool_is_lost(tmp_path: Path) -> None:
    item = spooled(tmp_path / "spool", b"clip")
    item.path.unlink()
    with pytest.raises(EvidenceLostError):
        FolderStore(tmp_path / "store").put(item)


def test_a_spool_that_cannot_be_written_leaves_no_draft(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left")

    with (
        pytest.raises(EvidenceLostError, match="no space left"),
        spool.drafted(fail, "video/mp4"),
    ):
        pytest.fail("there is no draft")
    assert list(spool.folder.iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"other content"),
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["other", "cut", "gone", "folder"],
)
def test_a_spooled_file_that_is_not_what_it_says_is_set_aside_and_has_failed(
    bench: Bench, store: FakeStore, spoil: Callable[[Path], object]
) -> None:
    store.error = EvidenceError("away")
    bench.raise_alert(1, grey=40)
    bench.raise_alert(2, grey=80)
    bench.work()
    (spoiled, _) = [entry.sha256 for entry in bench.ledger.pending() if entry.sha256]
    assert spoiled is not None
    spoil(bench.spool.path(spoiled))
    had_a_body = bench.spool.path(spoiled).exists()
    store.error = None
    bench.work()
    assert sorted(states[1] for states in bench.states()) == ["failed", "stored"]
    assert (bench.keeper.corrupt, bench.spooled()) == (1, [])
    kept = list(bench.spool.aside.iterdir()) if bench.spool.aside.exists() else []
    assert [path.name.split(".")[0] for path in kept] == [spoiled] * had_a_body
    bench.keeper.step()
    assert bench.keeper.corrupt == 1


def test_what_was_never_ours_is_not_removed_from_the_spool_but_set_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    (spool.folder / "notes.txt").write_text("somebody's", encoding="utf-8")
    (spool.folder / ("a" * 64)).mkdir()
    (spool.folder / ("b" * 64)).write_bytes(b"ours, but nobody refers to it")
    (spool.folder / "c.draft").write_bytes(b"half")
    assert spool.sweep(set()) == 4
    assert list(spool.folder.iterdir()) == []
    assert {path.name.split(".")[0] for path in spool.aside.iterdir()} == {"notes", "a" * 64}


def test_files_set_aside_are_bounded(tmp_path: Path) -> None:
    for number in range(MAX_KEPT + 5):
        (tmp_path / f"{number}").write_bytes(b"?")
        set_aside(tmp_path / f"{number}", tmp_path / "aside")
    assert len(list((tmp_path / "aside").iterdir())) == MAX_KEPT


def test_the_last_of_the_disk_is_left_to_alerts(
    tmp_path: Path, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=10**9, total=2 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    bench = Bench(tmp_path, store)
    bench.camera.at_s = None
    watch = TroubleWatch(bench.outbox.standing, DiskRoom(tmp_path))
    expected = {
        10**9: ("stored", "stored"),
        90_000_000: ("stored", "failed"),
        20_000_000: ("failed", "failed"),
    }
    for number, (free, states) in enumerate(expected.items()):
        usage.free = free
        bench.raise_alert(number, grey=number)
        bench.work()
        assert bench.states()[-1] == ("evidence", *states)
        assert watch() == ((Trouble.DISK_FULL,) if "failed" in states else ())
    bench.outbox.close()


def test_trouble_is_logged_once_a_minute_while_it_lasts(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = TroubleWatch(
        bench.outbox.standing,
        DiskRoom(tmp_path, reserve=10**18),
        set_aside=tmp_path / "outbox.db.damaged",
        clock=lambda: bench.now,
    )
    for bench.now in (0.0, 30.0, 59.0, 60.0):
        assert watch() == (Trouble.DISK_FULL, Trouble.OUTBOX_SET_ASIDE)
    assert len(caplog.records) == 4
    assert "outbox.db.damaged" in caplog.text


def test_dropped_updates_trouble_the_node_for_a_minute(bench: Bench, tmp_path: Path) -> None:
    room = DiskRoom(tmp_path, reserve=0)
    watch = TroubleWatch(bench.outbox.standing, room, clock=lambda: bench.now)
    assert watch() == ()
    with bench.outbox.file.transaction() as database:
        database.execute("UPDATE totals SET dropped = dropped + 1")
    for bench.now, troubles in ((0.0, 1), (59.0, 1), (60.0, 0), (61.0, 0)):
        assert len(watch()) == troubles


def test_the_kinds_are_those_of_the_wire() -> None:
    assert {kind.value for kind in EvidenceKind} == {"snapshot", "clip"}
