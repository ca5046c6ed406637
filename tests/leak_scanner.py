"""Looks for planted secrets in text, in every form in which a program might write them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

SHORTEST = 6
"""A shorter secret would be found by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret, by its first letters, and where it stood."""

    secret: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: holds the secret {self.secret}"


class LeakScanner:
    """Collects what it finds; the same secret in the same place is one leak."""

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._leaks: dict[Leak, None] = {}

    @property
    def leaks(self) -> list[Leak]:
        """What was found so far."""
        return list(self._leaks)

    def plant(self, secret: str) -> str:
        """Look for `secret` from now on; returns it."""
        if len(secret) < SHORTEST:
            raise ValueError(f"a planted secret has at least {SHORTEST} letters")
        for form in _forms(secret):
            self._forms[form] = f"{secret[:2]}… ({len(secret)} letters)"
        return secret

    def scan(self, text: str | bytes, where: str) -> None:
        """Look through `text`; `where` is named in what is found."""
        plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        for form, secret in self._forms.items():
            if form in plain:
                self._leaks[Leak(secret=secret, where=where)] = None


def _forms(secret: str) -> set[str]:
    encoded = {repr(secret)[1:-1], quote(secret), quote(secret, safe=""), quote_plus(secret)}
    # in the middle of a longer base64 text: three alignments, without the letters at either end
    raw = secret.encode()
    shifted = {base64.b64encode(b"\0" * n + raw).decode()[4 if n else 0 : -4] for n in range(3)}
    return {secret, *encoded, *(form for form in shifted if len(form) >= SHORTEST)}
