"""Where a page of cases ended, as an opaque word for an address."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from alerts.desk.errors import RequestError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last case of the page before."""

    queued_at: datetime
    case_id: int

    def encode(self) -> str:
        """As an opaque word for an address."""
        plain = f"{self.queued_at.isoformat()} {self.case_id}"
        return base64.urlsafe_b64encode(plain.encode()).decode()

    @classmethod
    def decode(cls, word: str) -> Self:
        """The reverse of `encode`; RequestError for anything else."""
        try:
            at, case_id = base64.urlsafe_b64decode(word.encode()).decode().split(" ")
            queued_at, number = datetime.fromisoformat(at), int(case_id)
            if queued_at.tzinfo is None or not 0 <= number < 2**31:
                raise ValueError("a cursor of nowhere")
            return cls(queued_at=queued_at.astimezone(UTC), case_id=number)
        except (ValueError, OverflowError, binascii.Error) as error:
            raise RequestError("this is not a cursor of the queue") from error
