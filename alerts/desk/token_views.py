"""What is told of tokens, and what a new one is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from alerts.desk.account import check_words
from alerts.desk.errors import OfficerError
from alerts.desk.views import Scope

MAX_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """A token as it is listed; it cannot be read again.

    Attributes:
        account: Log-in name of the integrator it belongs to.
        name: What it is for, in words.
        hint: How it begins.
        used_at: To within ten minutes; None where it never was.
    """

    token_id: int
    account: str
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token to be made; OfficerError where it cannot be. `days` None: until it is revoked."""

    account: str
    name: str
    scopes: frozenset[Scope]
    days: int | None = None

    def __post_init__(self) -> None:
        check_words("token's name", self.name)
        if not self.scopes:
            raise OfficerError("a token without a scope is good for nothing")
        if self.days is not None and not 1 <= self.days <= MAX_DAYS:
            raise OfficerError(f"a token lasts 1 to {MAX_DAYS} days")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A fresh token: `secret` is shown this once and kept nowhere."""

    row: TokenRow
    secret: str = field(repr=False)
