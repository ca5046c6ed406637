"""What officers attach: bounds, names, shared files, a full disk, and when it goes again."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.case import Verdict
from alerts.desk import attachments
from alerts.desk.attachment_content import clean
from alerts.desk.attachment_retention import AT_ONCE, AttachmentRetention
from alerts.desk.attachments import MAX_BYTES, MAX_NAME, MOST, NAMELESS
from alerts.desk.errors import (
    AttachmentCountError,
    AttachmentSizeError,
    EvidenceMissingError,
    EvidenceStoreError,
)
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.views import AttachmentRow, CaseView, Officer, QueueFilter, Role
from alerts.retention_config import RetentionConfig
from alerts.schema import EvidenceKind
from tests.attached_files import PDF, encoded, picture
from tests.desk_factories import add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

JPEG = encoded(".jpg")


class Bench:
    """A desk with cases to attach to, and the pass that forgets."""

    def __init__(self, rig: DeskRig, **rules: object) -> None:
        self.rig = rig
        self.officer: Officer = add_officer(rig.service.officers, "li.na", role=Role.TOWN_OFFICER)
        config = RetentionConfig.model_validate({"department": {"days": 90}, **rules})
        self.retention = AttachmentRetention(
            rig.store,
            rig.service.attachment_folder,
            RetentionRules(rig.service.directory, config),
            rig.service.thumbnails,
            rig.service.changes,
            clock=rig.clock,
        )

    def case(self, number: int) -> str:
        """The code of a new case."""
        now = self.rig.now
        self.rig.take(alert_message(number, alert=number, raised_at=now, captured_at=now))
        return self.rig.service.queue(self.officer, QueueFilter()).rows[0].code

    def attach(self, code: str, content: bytes = JPEG, name: str = "现场.jpg") -> AttachmentRow:
        """As `self.officer`; the file is as old as the rig's clock says."""
        row = self.rig.service.attachments.add(self.officer, code, name, content)
        at = self.rig.now.timestamp()
        os.utime(self.path(code, row), (at, at))
        return row

    def path(self, code: str, row: AttachmentRow) -> Path:
        return self.rig.service.attachments.file(self.officer, code, row.number).path

    def has(self, code: str, row: AttachmentRow) -> bool:
        try:
            return self.path(code, row).is_file()
        except EvidenceMissingError:
            return False

    def view(self, code: str) -> CaseView:
        return self.rig.service.case(self.officer, code)

    def close(self, code: str) -> None:
        service, row = self.rig.service, self.view(code).row
        row = service.accept(self.officer, code, row.version)
        service.close(self.officer, code, row.version, verdict=Verdict.TRUE, note="")

    def files(self) -> list[Path]:
        folder = self.rig.service.attachment_folder.files.folder
        return [path for path in folder.rglob("*") if path.is_file()]

    def run(self) -> None:
        while self.retention.step():
            pass


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@pytest.fixture
def bench(rig: DeskRig) -> Bench:
    return Bench(rig)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("现场.jpg", "现场.jpg"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\C:\\照片\\a b.png", "a b.png"),
        ("a\0\n\r\x1b[31mb.jpg", "a[31mb.jpg"),
        ("付款\u202egpj.exe", "付款gpj.exe"),
        ("\ud800x.jpg", "x.jpg"),
        ("字" * 300 + ".pdf", "字" * (MAX_NAME - 4) + ".pdf"),
        ("", NAMELESS),
        ("照片/", NAMELESS),
        ("\0\0", NAMELESS),
    ],
)
def test_a_name_is_for_reading_only(bench: Bench, told: str, kept: str) -> None:
    code = bench.case(1)
    row = bench.attach(code, name=told)
    assert row.name == kept
    assert bench.view(code).attachments == (row,)
    assert bench.path(code, row).name == bench.files()[0].name


def test_a_wrong_ending_changes_nothing(bench: Bench) -> None:
    code = bench.case(1)
    rows = [bench.attach(code, PDF, "a.jpg"), bench.attach(code, encoded(".png"), "a.pdf")]
    assert [row.media_type for row in rows] == ["application/pdf", "image/png"]


def test_too_large_is_refused_before_it_is_read(bench: Bench) -> None:
    code = bench.case(1)
    with pytest.raises(AttachmentSizeError):
        bench.attach(code, JPEG + b"\0" * (MAX_BYTES + 1 - len(JPEG)))
    assert bench.attach(code, JPEG + b"\0" * (MAX_BYTES - len(JPEG))).bytes < len(JPEG) * 2


def test_what_grows_too_large_when_it_is_made_anew_is_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = encoded(".jpg", picture())
    monkeypatch.setattr(attachments, "MAX_BYTES", len(poor))
    code = bench.case(1)
    monkeypatch.setattr("alerts.desk.attachment_content.JPEG_QUALITY", 100)
    with pytest.raises(AttachmentSizeError, match="metadata"):
        bench.attach(code, poor)
    assert (bench.files(), bench.view(code).attachments) == ([], ())


def test_a_case_has_so_many_and_no_more(bench: Bench) -> None:
    code, other = bench.case(1), bench.case(2)
    for number in range(MOST):
        bench.attach(code, name=f"{number}.jpg")
    with pytest.raises(AttachmentCountError):
        bench.attach(code)
    bench.attach(other)
    assert len(bench.view(code).attachments) == MOST


def test_a_full_disk_attaches_nothing_and_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = bench.case(1)

    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(EvidenceStoreError) as caught:
            bench.attach(code)
    assert bench.rig.site.data not in str(caught.value)
    view = bench.view(code)
    assert (view.attachments, bench.files()) == ((), [])
    assert not [entry for entry in view.journal if entry.kind == "attached"]
    assert bench.has(code, bench.attach(code))


def test_one_file_of_two_cases_stays_until_the_last_is_over(bench: Bench) -> None:
    first = bench.case(1)
    row = bench.attach(first)
    bench.close(first)
    bench.rig.now += timedelta(days=50)
    second = bench.case(2)
    again = bench.attach(second)
    bench.close(second)
    assert len(bench.files()) == 1
    bench.rig.now += timedelta(days=41)
    bench.run()
    assert (bench.has(first, row), bench.has(second, again)) == (False, True)
    bench.rig.now += timedelta(days=50)
    bench.run()
    assert (bench.has(second, again), bench.files()) == (False, [])
    assert (bench.retention.counters.deleted, bench.view(second).attachments[0].url) == (2, None)


def test_the_case_says_that_it_went_and_the_small_copy_goes_too(bench: Bench) -> None:
    code = bench.case(1)
    row = bench.attach(code)
    small = bench.rig.service.attachments.thumbnail(bench.officer, code, row.number).path
    bench.close(code)
    bench.rig.now += timedelta(days=91)
    told: list[str] = []
    bench.rig.service.changes.subscribe(lambda change: told.append(change.id))
    bench.run()
    bench.run()
    assert told == [code]
    assert [entry.note for entry in bench.view(code).journal].count("deleted") == 1
    assert not small.exists()


def test_an_open_case_and_duplicates_it_shows_keep_theirs(bench: Bench) -> None:
    main, duplicate = bench.case(1), bench.case(2)
    rows = [(code, bench.attach(code)) for code in (main, duplicate)]
    bench.rig.service.moves.merge(
        bench.officer, duplicate, bench.view(duplicate).row.version, into=main
    )
    bench.rig.now += timedelta(days=91)
    bench.run()
    assert [bench.has(*each) for each in rows] == [True, True]
    bench.close(main)
    bench.run()
    assert [bench.has(*each) for each in rows] == [False, False]


def test_a_file_just_written_for_another_case_is_not_taken_from_it(bench: Bench) -> None:
    """Between what retention reads and what it removes, somebody may attach the same again."""
    code = bench.case(1)
    row = bench.attach(code)
    path = bench.path(code, row)
    bench.close(code)
    bench.rig.now += timedelta(days=91)
    at = bench.rig.now.timestamp()
    os.utime(path, (at, at))
    bench.run()
    assert (bench.has(code, row), path.exists()) == (False, True)
    bench.rig.now += timedelta(days=15)
    bench.run()
    assert not path.exists()


def test_beyond_its_size_the_oldest_goes_and_evidence_counts(rig: DeskRig) -> None:
    size = len(clean(JPEG).content)
    bench = Bench(rig, max_gb=2.5 * size / 1e9)
    rows = []
    for number in range(1, 4):
        rig.now += timedelta(minutes=1)
        code = bench.case(number)
        rows.append((code, bench.attach(code)))
        bench.close(code)
    bench.run()
    assert [bench.has(*each) for each in rows] == [False, True, True]
    rig.take(
        alert_message(
            9,
            alert=9,
            evidence=[
                {"kind": EvidenceKind.CLIP, "state": "stored", "sha256": "0" * 64, "bytes": size}
            ],
        )
    )
    bench.run()
    assert [bench.has(*each) for each in rows] == [False, False, True]


def test_strays_are_pruned_in_a_database_that_knows_attachments(bench: Bench) -> None:
    folder = bench.rig.service.attachment_folder
    for number in range(AT_ONCE + 2):
        os.utime(folder.files.place(folder.keep(b"%d" % number)), (0, 0))
    draft = folder.files.folder / "ab" / "crashed.draft"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))
    bench.run()
    assert len(bench.files()) == AT_ONCE + 3
    code = bench.case(1)
    row = bench.attach(code)
    bench.run()
    assert (bench.has(code, row), len(bench.files())) == (True, 1)
    assert bench.retention.counters.unreferenced == AT_ONCE + 3
