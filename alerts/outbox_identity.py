"""Whether the outbox's file is the one that was last open here, and a new identity if not.

A file restored from an older copy would give its numbers out a second time, and the desk would
take the new alerts for those it has. Two things tell such a file: a mark beside it, which was
changed at the last start and stop, and a desk that has numbers which this file never gave.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from alerts.errors import OutboxError
from alerts.outbox_file import OutboxFile, sync_folder
from alerts.payload import encode
from alerts.schema import AlertMessage, Receipt


class Mark(BaseModel):
    """What lies beside the outbox as `outbox.db.mark`.

    Attributes:
        opened: The random word that both got at the last start.
        before: The one of the start before, while a start is half done.
        place: The last message's place, when this was written.
        inode: Of the outbox's file: a copy put in its place has another.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    opened: str
    before: str | None = None
    place: int = 0
    inode: int


def is_last_opened(file: OutboxFile) -> bool:
    """Whether this very file was the last one open at its path, as it was left."""
    mark = _read(file.path)
    with file.transaction() as database:
        opened = database.execute("SELECT opened FROM outbox").fetchone()[0]
        place = _place(database)
    if mark is None:
        return opened == "" and place == 0  # just made
    is_known = opened in {mark.opened, mark.before}
    return is_known and place >= mark.place and mark.inode == file.path.stat().st_ino


def mark_opened(file: OutboxFile) -> None:
    """Give file and mark a new random word; a crash half-way leaves them matching.

    Raises:
        OutboxError: The mark cannot be written.
    """
    word = uuid4().hex
    with file.transaction() as database:
        before = database.execute("SELECT opened FROM outbox").fetchone()[0]
    _write(file, word, before)
    with file.transaction() as database:
        database.execute("UPDATE outbox SET opened = ?", (word,))
    _write(file, word, None)


def mark_closed(file: OutboxFile) -> None:
    """Note how far it came; where the disk is full the mark of the start has to do."""
    mark = _read(file.path)
    if mark is not None:
        with suppress(OutboxError):
            _write(file, mark.opened, None)


def renew(database: sqlite3.Connection) -> UUID:
    """A new outbox_id; what waits is numbered again from 1, in its order."""
    outbox_id = uuid4()
    database.execute("UPDATE outbox SET outbox_id = ?", (str(outbox_id),))
    database.execute("DELETE FROM dropped")
    database.execute("DELETE FROM cameras")
    # out of the way of the new numbers: (camera, sequence) is unique at every moment
    database.execute("UPDATE messages SET sequence = -sequence, attempts = 0, due_at = 0")
    numbers: dict[str, int] = {}
    rows = database.execute("SELECT place, payload FROM messages ORDER BY place").fetchall()
    for place, payload in rows:
        message = AlertMessage.model_validate_json(payload)
        number = numbers[message.camera] = numbers.get(message.camera, 0) + 1
        again = message.model_copy(update={"outbox_id": outbox_id, "sequence": number})
        database.execute(
            "UPDATE messages SET sequence = ?, payload = ? WHERE place = ?",
            (number, encode(again), place),
        )
    database.executemany("INSERT INTO cameras VALUES (?, ?)", numbers.items())
    database.execute(
        "UPDATE totals SET bytes = (SELECT coalesce(sum(length(payload)), 0) FROM messages)"
    )
    return outbox_id


def numbers_given(database: sqlite3.Connection) -> dict[str, int]:
    """The last number of each camera."""
    return dict(database.execute("SELECT camera, sequence FROM cameras").fetchall())


def is_ahead(receipt: Receipt, given: dict[str, int]) -> bool:
    """Whether the desk has numbers that this file never gave."""
    return any(
        last > given.get(camera, 0)
        for camera, spans in receipt.received.items()
        for _, last in spans
    )


def before_restore(receipt: Receipt, given: dict[str, int]) -> Iterable[tuple[str, int, int]]:
    """The part of a receipt about numbers given before the file was opened: it can be believed."""
    for camera, spans in receipt.received.items():
        limit = given.get(camera, 0)
        yield from ((camera, low, min(high, limit)) for low, high in spans)


def _place(database: sqlite3.Connection) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()
    return 0 if row is None else int(row[0])


def _path(path: Path) -> Path:
    return path.with_name(path.name + ".mark")


def _read(path: Path) -> Mark | None:
    """None where there is none, or none that can be read: then the file is not trusted."""
    try:
        return Mark.model_validate_json(_path(path).read_bytes())
    except (OSError, ValidationError):
        return None


def _write(file: OutboxFile, opened: str, before: str | None) -> None:
    place = _path(file.path)
    draft = place.with_name(place.name + ".new")
    with file.transaction() as database:
        last = _place(database)
    mark = Mark(opened=opened, before=before, place=last, inode=file.path.stat().st_ino)
    try:
        with draft.open("w", encoding="utf-8") as target:
            json.dump(mark.model_dump(), target)
            target.flush()
            os.fsync(target.fileno())
        draft.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise OutboxError(f"{place} cannot be written: {error.strerror}") from error
