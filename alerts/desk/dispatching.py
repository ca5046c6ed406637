"""Dispatch (分流交办): handing a case on, and what those do who got it."""

from __future__ import annotations

from alerts.case import CaseStatus
from alerts.desk.case_hold import CaseHold, Held, words
from alerts.desk.cases import accept_first
from alerts.desk.journal import Fact, Facts, JournalKind, change, move
from alerts.desk.recipients import Recipient, Recipients, choose, colleague, recipients_for
from alerts.desk.tables import CaseRecord
from alerts.desk.time_limits import Due, TimeLimit
from alerts.desk.views import Action, CaseRow, Officer

NO_LIMIT = TimeLimit()


class Dispatching:
    """Thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def recipients(self, officer: Officer, code: str) -> Recipients:
        """To whom the officer may hand the case."""
        with self._hold.store.reading() as session:
            record = self._hold.one(session, officer, code)
            return recipients_for(session, record, officer, self._hold.directory)

    def dispatch(
        self,
        officer: Officer,
        code: str,
        version: int,
        to: Recipient,
        *,
        limit: TimeLimit = NO_LIMIT,
        note: str = "",
    ) -> CaseRow:
        """Hand a case to a department or officer, with a time limit; accept it first if need be."""
        said = words(note, is_required=False)

        def deed(held: Held) -> None:
            accept_first(self._hold, held)
            self._hand(held, to)
            due = self._due(held.record, limit)
            facts = _facts(held.record, due)
            entry = self._hold.said(officer, Action.DISPATCH, said, facts)
            move(held.session, held.record, CaseStatus.DISPATCHED, said=entry, due=due)

        return self._hold.act(officer, code, version, Action.DISPATCH, deed)

    def start(self, officer: Officer, code: str, version: int) -> CaseRow:
        """Those it was handed to are at it."""

        def deed(held: Held) -> None:
            due = self._hold.directory.limits.running(held.record)
            said = self._hold.said(officer, Action.START)
            move(held.session, held.record, CaseStatus.HANDLING, said=said, due=due)

        return self._hold.act(officer, code, version, Action.START, deed)

    def report(self, officer: Officer, code: str, version: int, feedback: str) -> CaseRow:
        """Say what was done; a case that nobody began is begun first."""
        done = words(feedback)

        def deed(held: Held) -> None:
            record = held.record
            if record.status == CaseStatus.DISPATCHED:
                due = self._hold.directory.limits.running(record)
                began = self._hold.said(officer, Action.START)
                move(held.session, record, CaseStatus.HANDLING, said=began, due=due)
            said = self._hold.said(officer, Action.REPORT, done)
            due = self._hold.due(record, CaseStatus.REPORTED)
            move(held.session, record, CaseStatus.REPORTED, said=said, due=due)

        return self._hold.act(officer, code, version, Action.REPORT, deed)

    def send_back(
        self, officer: Officer, code: str, version: int, reason: str, limit: TimeLimit = NO_LIMIT
    ) -> CaseRow:
        """The feedback does not do: the same people shall go at it again."""
        why = words(reason)

        def deed(held: Held) -> None:
            due = self._due(held.record, limit)
            said = self._hold.said(officer, Action.SEND_BACK, why, _facts(held.record, due))
            move(held.session, held.record, CaseStatus.DISPATCHED, said=said, due=due)

        return self._hold.act(officer, code, version, Action.SEND_BACK, deed)

    def hand_over(
        self, officer: Officer, code: str, version: int, to: Recipient, note: str = ""
    ) -> CaseRow:
        """Give it to somebody else where it stands; the limit goes on.

        An accepted case gets another assignee, an officer of a desk; one that was dispatched
        another department or handler.
        """
        text = words(note, is_required=False)

        def deed(held: Held) -> None:
            if held.record.status == CaseStatus.ACCEPTED:
                facts = self._reassign(held, to)
            else:
                self._hand(held, to)
                facts = _facts(held.record, None)
            said = self._hold.said(officer, Action.HAND_OVER, text, facts)
            due = self._hold.directory.limits.running(held.record)
            change(held.session, held.record, JournalKind.HANDED_OVER, said=said, due=due)

        return self._hold.act(officer, code, version, Action.HAND_OVER, deed)

    def _hand(self, held: Held, to: Recipient) -> None:
        record, directory = held.record, self._hold.directory
        chosen = choose(held.session, (record, held.officer), to, directory)
        record.department, record.handler = chosen

    def _reassign(self, held: Held, to: Recipient) -> Facts:
        assignee = colleague(held.session, held.record, to.handler_id, self._hold.directory)
        held.record.assignee = assignee
        return {Fact.HANDLER: assignee.display_name}

    def _due(self, record: CaseRecord, limit: TimeLimit) -> Due | None:
        given = self._hold.directory.limits.given(limit)
        return given or self._hold.due(record, CaseStatus.DISPATCHED)


def _facts(record: CaseRecord, due: Due | None) -> Facts:
    facts = dict[Fact, str]()
    if record.department is not None:
        facts[Fact.DEPARTMENT] = record.department
    if record.handler is not None:
        facts[Fact.HANDLER] = record.handler.display_name
    if due is not None:
        facts[Fact.DUE_AT] = due.shown_at.isoformat()
    return facts
