"""Attachments go into a backup and come back; half a backup is refused before anything changes."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.desk import attachment_backup
from alerts.desk.attachment_backup import archive, archive_of, check_archive, put_back
from alerts.desk.attachment_folder import AttachmentFolder
from alerts.desk.backup import back_up
from alerts.desk.errors import StoreError
from alerts.desk.restore import restore
from alerts.desk.views import Officer, QueueFilter, Role
from deploy.commands import desk
from tests.attached_files import PDF, encoded
from tests.desk_factories import add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig
from tests.integration.test_desk_backup import site_file

CLI = CliRunner()


def officer_of(rig: DeskRig) -> Officer:
    known = rig.service.officers.find("li.na")
    return known or add_officer(rig.service.officers, "li.na", role=Role.TOWN_OFFICER)


def case_of(rig: DeskRig, number: int, content: bytes) -> str:
    """A case with one attachment."""
    rig.take(alert_message(number, alert=number))
    officer = officer_of(rig)
    code = rig.service.queue(officer, QueueFilter()).rows[0].code
    rig.service.attachments.add(officer, code, "a", content)
    return code


def content_of(rig: DeskRig, code: str) -> bytes:
    officer = officer_of(rig)
    (row,) = rig.service.case(officer, code).attachments
    return rig.service.attachments.file(officer, code, row.number).path.read_bytes()


def test_attachments_come_back_with_their_cases(whole: str, tmp_path: Path) -> None:
    attached, out = tmp_path / "attachments", tmp_path / "kept" / "monday"
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        code = case_of(rig, 1, PDF)
        assert back_up(whole, out, attached) == 1
        case_of(rig, 2, encoded(".png"))
    shutil.rmtree(attached)
    restore(whole, out, tmp_path, attached)
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        assert content_of(rig, code) == PDF
    assert [archive_of(out).stat().st_mode & 0o777, out.stat().st_mode & 0o777] == [0o600] * 2


def test_an_older_backup_takes_no_newer_attachment_away(whole: str, tmp_path: Path) -> None:
    attached, out = tmp_path / "attachments", tmp_path / "monday"
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        case_of(rig, 1, PDF)
        back_up(whole, out, attached)
        newer = case_of(rig, 2, encoded(".png"))
        kept = content_of(rig, newer)
    replaced = restore(whole, out, tmp_path, attached)
    assert replaced is not None
    restore(whole, replaced, tmp_path, attached)
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        assert content_of(rig, newer) == kept


def keep(folder: Path, *contents: bytes) -> list[str]:
    return [AttachmentFolder(folder).keep(content) for content in contents]


def cut(share: float) -> Callable[[Path], None]:
    def damage(tar: Path) -> None:
        content = tar.read_bytes()
        tar.write_bytes(content[: int(len(content) * share)])

    return damage


def cut_between_two_files(tar: Path) -> None:
    tar.write_bytes(tar.read_bytes()[: 512 + 4096])


def bit_turned(tar: Path) -> None:
    content = bytearray(tar.read_bytes())
    content[content.index(b"yyyy")] ^= 1
    tar.write_bytes(content)


def foreign(name: str, kind: bytes = tarfile.REGTYPE) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with tarfile.open(path, "w") as tar:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.linkname = kind, 3, "/etc/passwd"
            tar.addfile(member, io.BytesIO(b"abc"))
            tar.addfile(tarfile.TarInfo("end-of-1"))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        cut(0.0),
        cut(0.2),
        cut(0.4),
        cut_between_two_files,
        bit_turned,
        foreign("../../etc/passwd"),
        foreign("a" * 64),
        foreign("a" * 64, tarfile.SYMTYPE),
        lambda tar: tar.write_bytes(b"no tar at all" * 100),
    ],
)
def test_a_tar_that_is_not_whole_is_refused_before_anything_changes(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    url, attached, out = f"sqlite:///{tmp_path}/desk.db", tmp_path / "attachments", tmp_path / "out"
    with DeskRig(desk_site(tmp_path)) as rig:
        case_of(rig, 1, PDF)
    keep(attached, b"x" * 4096, b"y" * 4096)
    back_up(url, out, attached)
    damage(archive_of(out))
    shutil.rmtree(attached)
    before = (tmp_path / "desk.db").read_bytes()
    with pytest.raises(StoreError):
        restore(url, out, tmp_path, attached)
    assert (tmp_path / "desk.db").read_bytes() == before
    assert not attached.exists()


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with DeskRig(desk_site(tmp_path)) as rig:
        case_of(rig, 1, PDF)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    out = tmp_path / "kept" / "out"
    with pytest.raises(StoreError, match="No space left"):
        back_up(f"sqlite:///{tmp_path}/desk.db", out, tmp_path / "attachments")
    assert list(out.parent.iterdir()) == []


def test_a_full_disk_at_restoring_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, attached, out = f"sqlite:///{tmp_path}/desk.db", tmp_path / "attachments", tmp_path / "out"
    with DeskRig(desk_site(tmp_path)) as rig:
        case_of(rig, 1, PDF)
        back_up(url, out, attached)
        case_of(rig, 2, PDF)
    shutil.rmtree(attached)
    before = (tmp_path / "desk.db").read_bytes()

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(attachment_backup, "sync", full)
        with pytest.raises(StoreError, match="No space left"):
            restore(url, out, tmp_path, attached)
    assert (tmp_path / "desk.db").read_bytes() == before
    assert not [path for path in attached.rglob("*") if path.is_file()]
    restore(url, out, tmp_path, attached)


def test_what_exists_is_never_written_over(tmp_path: Path) -> None:
    with DeskRig(desk_site(tmp_path)) as rig:
        case_of(rig, 1, PDF)
    archive_of(tmp_path / "out").write_text("precious")
    with pytest.raises(StoreError, match="exists"):
        back_up(f"sqlite:///{tmp_path}/desk.db", tmp_path / "out", tmp_path / "attachments")
    assert not (tmp_path / "out").exists()
    assert archive_of(tmp_path / "out").read_text() == "precious"


def test_only_what_lacks_is_written(tmp_path: Path) -> None:
    first, second = keep(tmp_path / "attachments", b"one", b"two")
    (tmp_path / "attachments" / first[:2] / "crashed.draft").write_bytes(b"half")
    assert archive(tmp_path / "attachments", tmp_path / "tar") == 2
    assert check_archive(tmp_path / "tar") == 2
    folder = AttachmentFolder(tmp_path / "attachments")
    folder.path(second).unlink()
    inode = folder.path(first).stat().st_ino
    assert put_back(tmp_path / "tar", tmp_path / "attachments") == 1
    assert (folder.path(first).stat().st_ino, folder.path(second).read_bytes()) == (inode, b"two")


def test_a_desk_without_attachments_has_an_empty_tar(tmp_path: Path) -> None:
    assert archive(tmp_path / "attachments", tmp_path / "tar") == 0
    assert (
        put_back(tmp_path / "tar", tmp_path / "elsewhere") == check_archive(tmp_path / "tar") == 0
    )


def test_the_commands_name_both_files_and_what_is_not_in_them(tmp_path: Path) -> None:
    site = site_file(tmp_path)
    with DeskRig(desk_site(tmp_path)) as rig:
        code = case_of(rig, 1, PDF)
    done = CLI.invoke(desk.app, ["backup", str(site), "--out", f"{tmp_path}/out"])
    assert "out.attachments.tar: 1 attachments" in done.output
    assert "evidence store" in done.output
    shutil.rmtree(tmp_path / "attachments")
    done = CLI.invoke(desk.app, ["restore", str(site), f"{tmp_path}/out"])
    assert (done.exit_code, "no out.attachments.tar" in done.output) == (0, False)
    with DeskRig(desk_site(tmp_path)) as rig:
        assert content_of(rig, code) == PDF
    archive_of(tmp_path / "out").unlink()
    done = CLI.invoke(desk.app, ["restore", str(site), f"{tmp_path}/out"])
    assert "no out.attachments.tar beside it" in done.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work for somebody else")
def test_what_root_puts_back_belongs_to_the_folders_owner(tmp_path: Path) -> None:
    (name,) = keep(tmp_path / "first", b"one")
    archive(tmp_path / "first", tmp_path / "tar")
    os.chown(tmp_path, 4711, 4712)
    put_back(tmp_path / "tar", tmp_path / "attachments")
    place = AttachmentFolder(tmp_path / "attachments").path(name)
    for path in (place, place.parent, place.parent.parent):
        assert (path.stat().st_uid, path.stat().st_gid) == (4711, 4712)
