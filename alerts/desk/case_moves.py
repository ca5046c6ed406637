"""The life of a case after it was accepted, as the service offers it: `service.moves`.

Each call names its right, which a token's scopes may lack; `case_actions` says the rest.

`version` is the one that the officer saw; every move returns the case as it is then. They raise
CaseNotFoundError (not in the officer's sight), NotAllowedError (not this role's, or not handed to
them), CaseConflictError (somebody was quicker: `zh` and `en` name whom), IllegalTransitionError
(not from this status) and RequestError (something lacks or is too long).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from alerts.case import FollowUp
from alerts.desk.by_hand import ByHand, NewCase
from alerts.desk.case_hold import CaseHold
from alerts.desk.dispatching import NO_LIMIT, Dispatching
from alerts.desk.merging import Merging
from alerts.desk.recipients import Recipient, Recipients
from alerts.desk.rights import Right, needs
from alerts.desk.splitting import Splitting
from alerts.desk.supervising import Supervising
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import CaseRow, Officer


class CaseMoves:
    """Thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._dispatching = Dispatching(hold)
        self._supervising = Supervising(hold)
        self._merging = Merging(hold)
        self._splitting = Splitting(hold)
        self._by_hand = ByHand(hold)

    @needs(Right.OPEN_CASES)
    def open_by_hand(self, officer: Officer, new: NewCase, *, key: str | None = None) -> CaseRow:
        """Open a case that no camera saw; it waits to be accepted.

        Asked again under the same `key` it is the same case, or OpenedAlreadyError where other
        words came with it.
        """
        return self._by_hand.open(officer, new, key)

    @needs(Right.DISPATCH_CASES)
    def recipients(self, officer: Officer, code: str) -> Recipients:
        """To whom the officer may dispatch the case, or hand it over."""
        return self._dispatching.recipients(officer, code)

    @needs(Right.DISPATCH_CASES)
    def dispatch(
        self,
        officer: Officer,
        code: str,
        version: int,
        *,
        to: Recipient,
        limit: TimeLimit = NO_LIMIT,
        note: str = "",
    ) -> CaseRow:
        """Hand a pending or accepted case to a department or officer (分流交办)."""
        return self._dispatching.dispatch(officer, code, version, to=to, limit=limit, note=note)

    @needs(Right.WORK_CASES)
    def start(self, officer: Officer, code: str, version: int) -> CaseRow:
        """Those it was handed to are at it."""
        return self._dispatching.start(officer, code, version)

    @needs(Right.WORK_CASES)
    def report(self, officer: Officer, code: str, version: int, feedback: str) -> CaseRow:
        """Say what was done; `feedback` must not be empty."""
        return self._dispatching.report(officer, code, version, feedback)

    @needs(Right.HANDLE_CASES)
    def send_back(
        self,
        officer: Officer,
        code: str,
        version: int,
        reason: str,
        *,
        limit: TimeLimit = NO_LIMIT,
    ) -> CaseRow:
        """The feedback does not do (退回): the same people go at it again."""
        return self._dispatching.send_back(officer, code, version, reason, limit)

    @needs(Right.DISPATCH_CASES)
    def hand_over(
        self, officer: Officer, code: str, version: int, *, to: Recipient, note: str = ""
    ) -> CaseRow:
        """Give it to somebody else where it stands; the limit goes on."""
        return self._dispatching.hand_over(officer, code, version, to, note)

    @needs(Right.HANDLE_CASES)
    def release(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Give an accepted case back to the queue."""
        return self._supervising.release(officer, code, version, reason)

    @needs(Right.HANDLE_CASES)
    def reopen(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Take a closed or followed-up case up again."""
        return self._supervising.reopen(officer, code, version, reason)

    @needs(Right.HANDLE_CASES)
    def follow_up(
        self, officer: Officer, code: str, version: int, *, result: FollowUp, note: str = ""
    ) -> CaseRow:
        """Keep what those concerned say (回访); unsatisfied needs a note."""
        return self._supervising.follow_up(officer, code, version, result, note)

    @needs(Right.SUPERVISE_CASES)
    def supervise(self, officer: Officer, code: str, version: int, reason: str) -> CaseRow:
        """Keep an eye on an open case (督办)."""
        return self._supervising.supervise(officer, code, version, reason)

    @needs(Right.SUPERVISE_CASES)
    def extend(
        self, officer: Officer, code: str, version: int, *, limit: TimeLimit, reason: str
    ) -> CaseRow:
        """Give the step that runs now another end."""
        return self._supervising.extend(officer, code, version, limit, reason)

    @needs(Right.HANDLE_CASES)
    def merge(
        self, officer: Officer, code: str, version: int, *, into: str, note: str = ""
    ) -> CaseRow:
        """Close the case as a duplicate of case `into` (合并)."""
        return self._merging.merge(officer, code, version, into, note)

    @needs(Right.HANDLE_CASES)
    def split(
        self,
        officer: Officer,
        code: str,
        version: int,
        *,
        alerts: Collection[UUID],
        reason: str,
    ) -> CaseRow:
        """Take alerts out (拆分): the new case, or the duplicate that is its own again."""
        return self._splitting.split(officer, code, version, alerts, reason)

    @needs(Right.HANDLE_CASES)
    def relate(self, officer: Officer, code: str, other: str, *, note: str = "") -> CaseRow:
        """Say that two cases belong together; no move, so no version."""
        return self._merging.relate(officer, code, other, note)
