from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from alerts.desk.errors import UploadError
from alerts.desk.folder_shelf import EvidenceFolder
from alerts.desk.uploads import ABANDONED_S, PARTS, Uploads

CONTENT = b"0123456789"
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(EvidenceFolder(tmp_path / "evidence"))


def test_parts_become_whole_at_the_place_named_by_the_content(
    uploads: Uploads, tmp_path: Path
) -> None:
    assert uploads.offset(SHA) is None
    assert not uploads.append(SHA, CONTENT[:4], offset=0, total=10)
    assert (uploads.offset(SHA), uploads.is_stored(SHA)) == (4, False)
    assert uploads.append(SHA, CONTENT[4:], offset=4, total=10)
    assert (tmp_path / "evidence" / SHA[:2] / SHA).read_bytes() == CONTENT
    assert list((tmp_path / "evidence" / PARTS).iterdir()) == []


def test_a_whole_part_of_a_desk_that_died_before_checking_it_is_sent_again(
    uploads: Uploads, tmp_path: Path
) -> None:
    (tmp_path / "evidence" / PARTS).mkdir(parents=True)
    (tmp_path / "evidence" / PARTS / f"{SHA}.10").write_bytes(b"not these!")
    assert uploads.offset(SHA) is None
    assert uploads.append(SHA, CONTENT, offset=0, total=10)


def test_a_whole_part_of_a_desk_that_died_before_storing_it_is_not_sent_again(
    uploads: Uploads, tmp_path: Path
) -> None:
    (tmp_path / "evidence" / PARTS).mkdir(parents=True)
    (tmp_path / "evidence" / PARTS / f"{SHA}.10").write_bytes(CONTENT)
    assert (uploads.offset(SHA), uploads.is_stored(SHA)) == (10, True)


def test_a_whole_part_outlives_a_disk_that_will_not_take_it(
    uploads: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, __: Path) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="no space"):
            uploads.append(SHA, CONTENT, offset=0, total=10)
        with pytest.raises(OSError, match="no space"):  # or the node would call it stored
            uploads.offset(SHA)
    assert (tmp_path / "evidence" / PARTS / f"{SHA}.10").read_bytes() == CONTENT
    assert uploads.append(SHA, b"", offset=10, total=10)


def test_parts_lie_on_the_volume_of_the_store(uploads: Uploads, tmp_path: Path) -> None:
    uploads.append(SHA, CONTENT[:4], offset=0, total=10)
    assert [path.name for path in tmp_path.iterdir()] == ["evidence"]


def test_another_total_does_not_continue_a_part(uploads: Uploads) -> None:
    uploads.append(SHA, CONTENT[:4], offset=0, total=10)
    with pytest.raises(UploadError) as caught:
        uploads.append(SHA, CONTENT[4:], offset=4, total=11)
    assert caught.value.offset == 4


def test_abandoned_parts_make_room(uploads: Uploads, tmp_path: Path) -> None:
    uploads.append("a" * 64, b"x", offset=0, total=10)
    old = tmp_path / "evidence" / PARTS / f"{'a' * 64}.10"
    long_ago = old.stat().st_mtime - ABANDONED_S - 1
    os.utime(old, (long_ago, long_ago))
    uploads.append(SHA, b"0", offset=0, total=10)
    assert [path.name for path in (tmp_path / "evidence" / PARTS).iterdir()] == [f"{SHA}.10"]
