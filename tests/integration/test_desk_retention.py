"""Evidence whose time is over, on SQLite and PostgreSQL, in a folder and in a bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import update

from alerts.case import CaseStatus, Verdict
from alerts.desk.count_care import care_for_counts
from alerts.desk.errors import EvidenceMissingError
from alerts.desk.recipients import Recipient
from alerts.desk.retention import AT_ONCE, Retention
from alerts.desk.retention_keeper import RetentionKeeper
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.search_tables import CaseCountRecord
from alerts.desk.shelf import Shelf
from alerts.desk.thumbnails import AllCopies
from alerts.desk.views import CaseRow, Officer, QueueFilter, Role
from alerts.retention_config import RetentionConfig
from alerts.schema import EvidenceKind
from tests.desk_factories import add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig


class Bench:
    """A desk whose evidence lies in a folder."""

    def __init__(self, rig: DeskRig, **rules: object) -> None:
        self.rig = rig
        self.officer: Officer = add_officer(rig.service.officers, "li.na")
        config = RetentionConfig.model_validate({"department": {"days": 90}, **rules})
        self.retention = Retention(
            rig.store,
            rig.service.shelf,
            RetentionRules(rig.service.directory, config),
            AllCopies(rig.service.clips, rig.service.thumbnails),
            rig.service.changes,
            clock=rig.clock,
        )

    def case(self, number: int, content: bytes | None = None, *, is_closed: bool = True) -> str:
        """A case with a stored snapshot; its code."""
        content = f"picture {number}".encode() if content is None else content
        sha256 = self.put(content)
        reference = {
            "kind": "snapshot",
            "state": "stored",
            "sha256": sha256,
            "bytes": len(content),
            "media_type": "image/jpeg",
        }
        self.rig.take(
            alert_message(
                number,
                alert=number,
                raised_at=self.rig.now,
                captured_at=self.rig.now,
                evidence=[reference],
            )
        )
        row = self.rows()[0]
        if is_closed:
            row = self.rig.service.accept(self.officer, row.code, row.version)
            self.rig.service.close(
                self.officer, row.code, row.version, verdict=Verdict.TRUE, note=""
            )
        return row.code

    def rows(self) -> tuple[CaseRow, ...]:
        return self.rig.service.queue(self.officer, QueueFilter(), limit=200).rows

    def put(self, content: bytes, *, days_ago: float = 0) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self.rig.service.evidence_folder.place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        at = (self.rig.now - timedelta(days=days_ago)).timestamp()
        os.utime(place, (at, at))
        return sha256

    def files(self) -> int:
        folder = self.rig.service.evidence_folder.folder
        return len([path for path in folder.rglob("*") if path.is_file()])

    def has_picture(self, code: str) -> bool:
        try:
            self.rig.service.evidence_path(self.officer, code, EvidenceKind.SNAPSHOT)
        except EvidenceMissingError:
            return False
        return True

    def run(self) -> int:
        """A whole pass; how many steps it took."""
        steps = 1
        while self.retention.step():
            steps += 1
        return steps


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


def test_old_evidence_of_closed_cases_goes_and_the_case_says_so(rig: DeskRig) -> None:
    bench = Bench(rig)
    old = bench.case(1)
    still_open = bench.case(2, is_closed=False)
    rig.now += timedelta(days=50)
    young = bench.case(3)
    rig.now += timedelta(days=41)
    told: list[str] = []
    rig.service.changes.subscribe(lambda change: told.append(change.id))
    bench.run()
    assert [bench.has_picture(code) for code in (old, still_open, young)] == [False, True, True]
    assert bench.files() == 2
    assert told == [old]
    view = rig.service.case(bench.officer, old)
    (entry,) = [each for each in view.journal if each.note == "deleted"]
    assert (entry.kind, entry.actor, entry.at) == ("evidence", "system", rig.now)
    (row,) = [each for each in view.evidence if each.kind is EvidenceKind.SNAPSHOT]
    assert (row.url, row.is_deleted) == (None, True)
    assert not view.row.snapshot_ready
    bench.run()
    assert len(rig.service.case(bench.officer, old).journal) == len(view.journal)


def test_a_late_message_does_not_bring_deleted_evidence_back(rig: DeskRig) -> None:
    bench = Bench(rig)
    code = bench.case(1)
    rig.now += timedelta(days=91)
    bench.run()
    reference = {"kind": "snapshot", "state": "stored", "sha256": "0" * 64, "bytes": 1}
    rig.take(alert_message(2, alert=1, phase="updated", evidence=[reference]))
    assert not bench.has_picture(code)


def test_a_case_reopened_before_the_step_keeps_its_evidence(rig: DeskRig) -> None:
    bench = Bench(rig)
    code = bench.case(1)
    rig.now += timedelta(days=91)
    rig.take(alert_message(2, alert=1, phase="updated", reason="reopened"))
    bench.run()
    assert bench.has_picture(code)


@pytest.mark.parametrize(
    "status", [CaseStatus.DISPATCHED, CaseStatus.HANDLING, CaseStatus.REPORTED]
)
def test_a_case_that_somebody_works_on_keeps_its_evidence(rig: DeskRig, status: CaseStatus) -> None:
    bench, moves = Bench(rig), rig.service.moves
    handler = add_officer(rig.service.officers, "walker", role=Role.GRID_WORKER)
    code = bench.case(1, is_closed=False)
    row = moves.dispatch(bench.officer, code, 1, to=Recipient(handler_id=handler.id))
    if status is CaseStatus.HANDLING:
        row = moves.start(handler, code, row.version)
    if status is CaseStatus.REPORTED:
        row = moves.report(handler, code, row.version, "已劝离")
    assert row.status is status
    rig.now += timedelta(days=91)
    bench.run()
    assert bench.has_picture(code)


def test_a_duplicate_keeps_its_evidence_as_long_as_the_main_case_is_open(rig: DeskRig) -> None:
    bench = Bench(rig)
    town = add_officer(rig.service.officers, "wang", role=Role.TOWN_OFFICER)
    main, duplicate = (bench.case(number, is_closed=False) for number in (1, 2))
    rig.service.moves.merge(town, duplicate, 1, into=main)
    rig.now += timedelta(days=91)
    bench.run()
    assert bench.has_picture(duplicate)
    rig.service.false_alarm(bench.officer, main, 1, "树影")
    bench.run()
    assert [bench.has_picture(code) for code in (main, duplicate)] == [False, False]


def test_the_small_copy_goes_with_the_picture(rig: DeskRig) -> None:
    bench = Bench(rig)
    is_done, picture = cv2.imencode(".jpg", np.zeros((90, 160, 3), np.uint8))
    assert is_done
    code = bench.case(1, picture.tobytes())
    small = rig.service.thumbnail(bench.officer, code).path
    assert small.exists()
    rig.now += timedelta(days=91)
    bench.run()
    assert not small.exists()


def test_beyond_its_size_the_oldest_goes(rig: DeskRig) -> None:
    bench = Bench(rig, max_gb=0.000_003)  # 3 kB
    codes = []
    for number in range(1, 6):
        rig.now += timedelta(minutes=1)
        codes.append(bench.case(number, bytes([number]) * 1000))
    bench.run()
    assert [bench.has_picture(code) for code in codes] == [False, False, True, True, True]
    assert bench.retention.counters.deleted_bytes == 2000


def test_a_file_that_two_cases_share_stays_until_the_last_one_is_over(rig: DeskRig) -> None:
    bench = Bench(rig)
    first = bench.case(1, b"shared")
    rig.now += timedelta(days=50)
    second = bench.case(2, b"shared")
    rig.now += timedelta(days=41)
    bench.run()
    assert [bench.has_picture(code) for code in (first, second)] == [False, True]
    rig.now += timedelta(days=50)
    bench.run()
    assert bench.files() == 0


def test_files_that_no_case_knows_of_are_pruned_after_a_while(rig: DeskRig) -> None:
    bench = Bench(rig, unreferenced_days=14)
    kept = bench.case(1)
    rig.now += timedelta(days=20)
    bench.put(b"uploaded, never told", days_ago=15)
    bench.put(b"uploaded, not told yet", days_ago=13)
    draft = rig.service.evidence_folder.folder / "ab" / "crashed.draft"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))
    foreign = draft.with_name("README")
    foreign.write_bytes(b"not ours")
    os.utime(foreign, (0, 0))
    bench.run()
    assert (bench.has_picture(kept), bench.retention.counters.unreferenced) == (True, 2)
    assert (bench.files(), foreign.exists(), draft.exists()) == (3, True, False)


def test_a_database_without_evidence_prunes_nothing(rig: DeskRig) -> None:
    """It is new, or another one: the store is not its own."""
    bench = Bench(rig)
    bench.put(b"of the old database", days_ago=500)
    bench.run()
    assert bench.files() == 1


def test_a_step_has_a_bound(rig: DeskRig) -> None:
    bench = Bench(rig)
    for number in range(AT_ONCE * 2 + 1):
        bench.put(f"{number}".encode(), days_ago=100)
    bench.case(1)
    assert bench.run() >= 4
    assert bench.files() == 1


def test_copies_for_browsers_go_with_the_clip(rig: DeskRig) -> None:
    bench = Bench(rig)
    sha256 = bench.put(b"clip")
    bench.case(1, b"clip")
    copy = Path(rig.site.data) / "clips" / f"{sha256}.mp4"
    copy.parent.mkdir()
    copy.write_bytes(b"h264")
    rig.now += timedelta(days=91)
    bench.run()
    assert not copy.exists()


class AwayShelf:
    """A store that cannot be reached, around one that can."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.is_away = True

    def path(self, sha256: str) -> Path | None:
        return self.shelf.path(sha256)

    def items(self) -> Iterator[object]:
        return self.shelf.items()

    def remove(self, name: str) -> None:
        if self.is_away:
            raise OSError("the mount is gone")
        self.shelf.remove(name)

    def close(self) -> None:
        pass


def keeper_of(bench: Bench) -> RetentionKeeper:
    return RetentionKeeper(
        bench.retention,
        tidy=lambda: care_for_counts(bench.rig.store),
        on_death=lambda name, error: None,
    )


def test_wrong_counts_are_logged_once_an_hour(
    rig: DeskRig, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(rig)
    keeper = keeper_of(bench)
    bench.case(1)
    keeper.tidy()
    assert "counts" not in caplog.text
    with rig.store.writing() as session:
        session.execute(update(CaseCountRecord).values(cases=CaseCountRecord.cases + 1))
    keeper.tidy()
    assert "wrong" in caplog.text
    assert "2 counted, 1 there" in caplog.text


def test_tidying_waits_for_a_store_that_is_away(
    rig: DeskRig, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = keeper_of(Bench(rig))
    rig.store.close()
    keeper.tidy()
    assert "tidying-waits" in caplog.text


def test_what_cannot_be_removed_now_is_removed_by_the_next_pass(
    rig: DeskRig, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(rig)
    code = bench.case(1)
    bench.case(2, is_closed=False)
    rig.now += timedelta(days=91)
    shelf = AwayShelf(rig.service.shelf)
    bench.retention._shelf = shelf  # type: ignore[assignment]
    keeper = keeper_of(bench)
    while keeper.step():
        pass
    assert "the mount is gone" in caplog.text
    assert (bench.has_picture(code), bench.files()) == (False, 2)
    shelf.is_away = False
    bench.run()
    bench.run()
    assert bench.files() == 1


def test_the_keeper_starts_and_stops(rig: DeskRig) -> None:
    keeper = keeper_of(Bench(rig))
    keeper.start()
    keeper.stop()
    keeper.stop()
