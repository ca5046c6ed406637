"""When footage of a household's camera needs a stated reason.

A household lends its camera for what happens now: while a case is open, that is reason enough. Of
a case that is over, an officer says why they look again, and the register keeps the words. A camera
that has left the site file counts as a household's: the stricter rule wrongs nobody.
"""

from __future__ import annotations

from alerts.case import CaseStatus
from alerts.desk.directory import Directory
from alerts.desk.errors import ReasonNeededError, RequestError
from ingest.config import Owner

OVER = frozenset({CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP})
MIN_REASON = 4
"""Characters; in Chinese four say something (群众来访), two do not (查看)."""
MAX_REASON = 200


def needs_reason(directory: Directory, camera_id: str, status: CaseStatus) -> bool:
    """Whether footage of this camera in a case of this status needs a stated reason."""
    if not camera_id or status not in OVER:  # a case opened by hand may have no camera
        return False
    return directory.owner_of(camera_id) is Owner.HOUSEHOLD


def stated(reason: str | None) -> str:
    """The reason as it is kept; empty where none was given.

    Raises:
        RequestError: It is too short to say anything, or too long.
    """
    words = " ".join((reason or "").replace("\0", "").split())
    if words and not MIN_REASON <= len(words) <= MAX_REASON:
        raise RequestError(f"a reason has {MIN_REASON} to {MAX_REASON} characters")
    return words


def check_reason(directory: Directory, camera_id: str, status: CaseStatus, reason: str) -> None:
    """Raise ReasonNeededError where a reason is needed and `reason` is empty."""
    if not reason and needs_reason(directory, camera_id, status):
        raise ReasonNeededError(
            "footage of a household's camera, and the case is over: state `reason`"
        )
