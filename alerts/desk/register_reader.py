"""Reads the register: pages for those who may, exports, and whether the chain is intact."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.register import Register
from alerts.desk.register_chain import NO_ENTRY, SEALED_FIELDS, BrokenChainError, ChainCheck, Head
from alerts.desk.register_file import closing_line, line
from alerts.desk.register_rows import conditions, filter_words, rows_of
from alerts.desk.register_sight import RegisterSight, sight_of
from alerts.desk.register_table import RegisterRecord, fields_of
from alerts.desk.register_views import (
    Looker,
    RegisterAction,
    RegisterFilter,
    RegisterPage,
    Subject,
)
from alerts.desk.register_writer import head_of
from alerts.desk.rights import Right, needs, open_to_all
from alerts.desk.store import Store
from alerts.desk.views import Officer

MAX_LIMIT = 500
_BLOCK = 1000
"""Entries read at once for exports and checks, each block in a transaction of its own."""


class RegisterReader:
    """Everything about the register but writing; thread-safe. Reading it is registered, too."""

    def __init__(
        self, store: Store, directory: Directory, register: Register, *, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._directory = directory
        self._register = register
        self._clock = clock

    @needs(Right.SEE_REGISTER)
    def page(
        self,
        officer: Officer,
        wanted: RegisterFilter,
        *,
        limit: int = 50,
        cursor: str | None = None,
        client: str = "",
    ) -> RegisterPage:
        """Entries of the officer's areas, newest first; raises NotAllowedError, RequestError."""
        if not 1 <= limit <= MAX_LIMIT:
            raise RequestError(f"limit is 1 to {MAX_LIMIT}")
        before = None if cursor is None else _number(cursor)
        self._register.looked(
            Looker(officer=officer, client=client),
            RegisterAction.LISTED_REGISTER,
            Subject(area_id=officer.area_id, words=filter_words(wanted)),
        )
        sight = sight_of(officer, self._directory)
        query = select(RegisterRecord).where(sight.condition(), *conditions(wanted))
        if before is not None:
            query = query.where(RegisterRecord.number < before)
        with self._store.reading() as session:
            newest = query.order_by(RegisterRecord.number.desc()).limit(limit + 1)
            records = session.scalars(newest).all()
            shown = records[:limit]
            return RegisterPage(
                rows=rows_of(session, shown, self._directory),
                next_cursor=str(shown[-1].number) if len(records) > limit else None,
                head=head_of(session),
            )

    @needs(Right.SEE_REGISTER)
    def export(self, officer: Officer, *, client: str = "") -> Iterator[str]:
        """The whole chain as JSON lines; of other areas only the place in it, not the words.

        Registered before the first line. Raises NotAllowedError, RegisterAwayError.
        """
        self._register.exported(
            Looker(officer=officer, client=client),
            Subject(area_id=officer.area_id),
            RegisterAction.EXPORTED_REGISTER,
        )
        return self._lines(sight_of(officer, self._directory))

    @open_to_all("for the command line, whose user holds the database anyway")
    def export_here(self, user: str) -> Iterator[str]:
        """The whole chain with all words, for the machine's own administrator `user`."""
        roots = [area.id for area in self._directory.site.areas if area.parent is None]
        self._register.exported_here(user, roots[0])
        return self._lines(None)

    @open_to_all("a number and a hash")
    def head(self) -> Head:
        """The end of the chain now."""
        with self._store.reading() as session:
            return head_of(session)

    @open_to_all("says nothing of any entry but its number")
    def verify(self, *, after: Head = NO_ENTRY, must_hold: Head | None = None) -> Head:
        """Check the chain from `after` on; the head, or BrokenChainError.

        `must_hold` is a head kept elsewhere. Where `after` itself has gone, that is a break, too.
        """
        self._check_still_there(after)
        check = ChainCheck(after, must_hold=must_hold)
        for record in self._records(after.count, self.head().count):
            check.take(fields_of(record))
        return check.finish()

    def _check_still_there(self, after: Head) -> None:
        query = select(RegisterRecord.hash).where(RegisterRecord.number == after.count)
        with self._store.reading() as session:
            found = session.scalar(query)
        if after.count and found != after.hash:
            raise BrokenChainError(after.count, "is not there as it was seen before")

    def _lines(self, sight: RegisterSight | None) -> Iterator[str]:
        head = self.head()
        for record in self._records(0, head.count):
            fields = fields_of(record)
            if sight is not None and not sight.holds(record.area_id):
                fields = {name: fields[name] for name in SEALED_FIELDS}
            yield line(fields)
        yield closing_line(head, self._directory.site.site, self._clock())

    def _records(self, after: int, last: int) -> Iterator[RegisterRecord]:
        """Entries from the one after `after` to `last`; what is missing is left out."""
        while after < last:
            query = select(RegisterRecord).where(
                RegisterRecord.number > after, RegisterRecord.number <= last
            )
            with self._store.reading() as session:
                block = session.scalars(query.order_by(RegisterRecord.number).limit(_BLOCK)).all()
            if not block:
                return
            yield from block
            after = block[-1].number


def _number(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise RequestError("this is not a cursor of the register")
    return int(cursor)
