"""Attachments beside a backup of the database: one tar of files that are named by their content.

The database is copied first: a file is there before its case knows of it. What is put back adds to
what is there and writes over nothing, so a restore that fails, or one of an older backup, takes no
attachment from anybody; files that no case knows of go later, see `attachment_retention`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

from alerts.desk.errors import StoreError
from alerts.desk.folder_shelf import EvidenceFolder
from alerts.desk.ownership import give_to_folders_owner
from alerts.desk.shelf import SHA256
from alerts.desk.sqlite_file import sync
from alerts.evidence.spool import DRAFT

BLOCK = 1 << 20
_END = re.compile(r"end-of-(\d{1,12})")
"""The last member: a tar cut off between two files reads like a whole one."""


def archive_of(backup: Path) -> Path:
    """Where the attachments of a backup lie."""
    return backup.with_name(f"{backup.name}.attachments.tar")


def archive(folder: Path, out: Path) -> int:
    """Write all attachments to the new file `out`, also while a desk runs; how many.

    Raises:
        StoreError: `out` exists or cannot be written, or an attachment cannot be read.
    """
    if out.exists():
        raise StoreError(f"{out} exists already; name another file")
    draft = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            count = _add_all(tar, EvidenceFolder(folder))
        sync(draft)
        draft.rename(out)
        sync(out.parent)
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def check_archive(file: Path) -> int:
    """How many attachments are in it; StoreError unless each is whole and none lacks."""
    with _reading(file):
        return sum(1 for name, content in _members(file) if _is_whole(file, name, content))


def put_back(file: Path, folder: Path) -> int:
    """Write those that are not there; how many.

    Raises:
        StoreError: They cannot be written. What was written stays: it takes nothing from anybody.
    """
    shelf, count = EvidenceFolder(folder), 0
    with _reading(file):
        for name, content in _members(file):
            if shelf.path(name) is None:
                _write(shelf.place(name), content)
                count += 1
    return count


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise StoreError(f"{file} is damaged ({error})") from error
    except OSError as error:
        raise StoreError(f"attachments of {file}: {error.strerror}") from error


def _add_all(tar: tarfile.TarFile, shelf: EvidenceFolder) -> int:
    count = 0
    for item in shelf.items():
        if not SHA256.fullmatch(item.name):
            continue
        try:
            content = shelf.place(item.name).open("rb")
        except FileNotFoundError:  # its time was over meanwhile
            continue
        with content:
            member = tarfile.TarInfo(item.name)
            member.size = os.fstat(content.fileno()).st_size
            tar.addfile(member, content)
        _forget_members(tar)
        count += 1
    tar.addfile(tarfile.TarInfo(f"end-of-{count}"))
    return count


def _members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each. Raises StoreError where one is none of ours, or the end lacks."""
    count = 0
    with tarfile.open(file, "r:") as tar:
        while (member := tar.next()) is not None:
            _forget_members(tar)
            if end := _END.fullmatch(member.name):
                if int(end[1]) == count:
                    return
                break
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not SHA256.fullmatch(member.name):
                raise StoreError(f"{file} holds what is no attachment")
            yield member.name, content
            count += 1
    raise StoreError(f"{file} is cut off")


def _forget_members(tar: tarfile.TarFile) -> None:
    """Else it remembers each of them, a kilobyte a file."""
    tar.members.clear()  # type: ignore[attr-defined]  # of CPython's; typeshed leaves it out


def _is_whole(file: Path, name: str, content: IO[bytes]) -> bool:
    digest = hashlib.sha256()
    while block := content.read(BLOCK):
        digest.update(block)
    if digest.hexdigest() != name:
        raise StoreError(f"{file} is damaged (attachment {name[:12]})")
    return True


def _write(place: Path, content: IO[bytes]) -> None:
    for folder in (place.parent.parent, place.parent):
        if not folder.exists():
            folder.mkdir(parents=True)
            give_to_folders_owner(folder)
    draft = place.parent / f"{uuid4().hex}{DRAFT}"
    try:
        with draft.open("wb") as file:
            while block := content.read(BLOCK):
                file.write(block)
        give_to_folders_owner(draft)
        sync(draft)
        draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)
    sync(place.parent)
