"""What an account is made of, and what of it can be changed; checked where it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from alerts.desk.errors import OfficerError
from alerts.desk.views import Language, Role

MIN_PASSWORD = 8
MAX_PASSWORD = 200
"""Argon2 reads all of it; without a bound a log-in of megabytes would keep a core busy."""
MAX_WORDS = 100

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOfficer:
    """An account to be made; OfficerError where it cannot be.

    Attributes:
        password: None for an integrator, who comes by token or over MQTT and signs in nowhere.
        department: Whose cases a department handler sees; they need one.
        display_name: As other officers read it; the name where empty.
    """

    name: str
    password: str | None = field(repr=False)
    role: Role
    area_id: str
    display_name: str = ""
    language: Language = "zh"
    department: str | None = None

    def __post_init__(self) -> None:
        if NAME.fullmatch(self.name) is None:
            raise OfficerError("a name is 1 to 64 letters, digits, dots, dashes or underscores")
        check_words("display name", self.display_name)
        check_department(self.role, self.department)
        if self.role is not Role.INTEGRATOR:
            check_password(self.password or "")
        elif self.password is not None:
            raise OfficerError("an integrator has no password: make a token")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChange:
    """What to change of an account; None leaves it, an empty `department` takes it away."""

    role: Role | None = None
    area_id: str | None = None
    department: str | None = None
    display_name: str | None = None

    def __post_init__(self) -> None:
        check_words("department", self.department or "")
        check_words("display name", self.display_name or "")


def check_password(password: str) -> None:
    """OfficerError unless it may be a password."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise OfficerError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")


def check_department(role: Role, department: str | None) -> None:
    """OfficerError unless the role may have it, or goes without."""
    check_words("department", department or "")
    if role is Role.DEPARTMENT_HANDLER and not (department or "").strip():
        raise OfficerError("a department handler needs a department")


def check_words(what: str, words: str) -> None:
    """OfficerError unless they are a line that officers can read."""
    if len(words) > MAX_WORDS or not words.isprintable():
        raise OfficerError(f"a {what} is at most {MAX_WORDS} printable characters")
