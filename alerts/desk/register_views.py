"""What goes into the register and what its readers see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.desk.register_chain import Head
from alerts.desk.views import Officer


class RegisterAction(StrEnum):
    """What somebody did."""

    WATCHED_SNAPSHOT = "watched-snapshot"
    WATCHED_CLIP = "watched-clip"
    WATCHED_LIVE = "watched-live"
    WATCHED_ATTACHMENT = "watched-attachment"
    EXPORTED_DOSSIER = "exported-dossier"
    SEARCHED = "searched"
    LISTED_REGISTER = "listed-register"
    EXPORTED_REGISTER = "exported-register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Who looks, and from which address; empty where it is not known."""

    officer: Officer
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is looked at.

    Attributes:
        area_id: Whose auditors read the entry.
        words: What was searched for, or which file of several.
        reason: As the officer stated it; else the code of the case is the reason.
    """

    area_id: str
    case_code: str = ""
    camera_id: str = ""
    words: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """Which entries; None means all. `since` is included, `until` is not; both aware."""

    actor: str | None = None
    action: RegisterAction | None = None
    camera_id: str | None = None
    case_code: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """An entry; empty words where a field does not apply.

    Attributes:
        number: From 1, without gaps over all areas.
        actor: Log-in name, or `command-line`.
        owner: `household` or `department` of the camera.
        reason: The code of the case, or the words given.
        previous: The hash of the entry before.
    """

    number: int
    at: datetime
    actor: str
    actor_name: str
    role: str
    client: str
    action: str
    case_code: str
    camera_id: str
    camera_name: str
    subject: str
    area_id: str
    area_name: str
    owner: str
    reason: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """Newest first; `head` is the end of the whole chain: keep it elsewhere, and compare."""

    rows: tuple[RegisterRow, ...]
    next_cursor: str | None
    head: Head
