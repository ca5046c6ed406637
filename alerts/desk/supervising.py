"""Above the ordinary course: supervise (督办), extend, take up again, give back, follow up."""

from __future__ import annotations

from alerts.case import CaseStatus, FollowUp
from alerts.desk.case_hold import CaseHold, Held, account, words
from alerts.desk.errors import RequestError
from alerts.desk.escalation import level_of
from alerts.desk.journal import Fact, JournalKind, change, move
from alerts.desk.reopening import reopen
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import Action, CaseRow, Officer


class Supervising:
    """Thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def supervise(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Keep an eye on it from here on; the level is that of the officer's area."""
        why = words(reason)

        def deed(held: Held) -> None:
            record, directory = held.record, self._hold.directory
            said = self._hold.said(officer, Action.SUPERVISE, why, {Fact.AREA: officer.area_id})
            level = level_of(directory, record.area_id, officer.area_id)
            record.escalation_level = max(record.escalation_level, level)
            record.supervised_since = record.supervised_since or said.at
            due = directory.limits.running(record)
            change(held.session, record, JournalKind.SUPERVISED, said=said, due=due)

        return self._hold.act(officer, code, version, Action.SUPERVISE, deed)

    def extend(
        self, officer: Officer, code: str, version: int, limit: TimeLimit, reason: str
    ) -> CaseRow:
        """Give the step that runs now another end."""
        why = words(reason)
        due = self._hold.directory.limits.given(limit)
        if due is None:
            raise RequestError("say until when: minutes or due_at")

        def deed(held: Held) -> None:
            facts = {Fact.DUE_AT: due.shown_at.isoformat()}
            said = self._hold.said(officer, Action.EXTEND, why, facts)
            change(held.session, held.record, JournalKind.EXTENDED, said=said, due=due)

        return self._hold.act(officer, code, version, Action.EXTEND, deed)

    def release(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Give an accepted case back to the queue."""
        why = words(reason)

        def deed(held: Held) -> None:
            record = held.record
            record.assignee = None
            said = self._hold.said(officer, Action.RELEASE, why)
            due = self._hold.due(record, CaseStatus.PENDING)
            move(held.session, record, CaseStatus.PENDING, said=said, due=due)

        return self._hold.act(officer, code, version, Action.RELEASE, deed)

    def reopen(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Take a closed case up again; it is the officer's then."""
        why = words(reason)

        def deed(held: Held) -> None:
            record = held.record
            record.assignee = account(held.session, officer)
            record.department = record.handler = None
            said = self._hold.said(officer, Action.REOPEN, why)
            reopen(held.session, record, self._hold.directory.limits, said)

        return self._hold.act(officer, code, version, Action.REOPEN, deed)

    def follow_up(
        self, officer: Officer, code: str, version: int, result: FollowUp, note: str = ""
    ) -> CaseRow:
        """Keep what those concerned say (回访); whoever finds them unsatisfied may reopen."""
        said = words(note, is_required=result is FollowUp.UNSATISFIED)

        def deed(held: Held) -> None:
            held.record.follow_up = result.value
            entry = self._hold.said(officer, Action.FOLLOW_UP, said, {Fact.RESULT: result.value})
            move(held.session, held.record, CaseStatus.FOLLOWED_UP, said=entry, due=None)

        return self._hold.act(officer, code, version, Action.FOLLOW_UP, deed)
