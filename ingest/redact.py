"""Strip credentials from any text before it is logged, raised or published."""

from __future__ import annotations

import re

HIDDEN = "***"

# Greedy up to the last @: passwords with @, : or / in them are common, and a path that
# loses its host to an @ of its own is the smaller harm.
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s'\"<>]*@", re.IGNORECASE)

# Also `/user=a_password=b_channel=1`, as the cameras of several makers want it.
_SECRET_VALUE = re.compile(
    r"(?P<name>[?&;/_][\w.-]*?"
    r"(?:pass|pwd|token|secret|key|auth|sign|user|usr|login|credential)[\w.-]*?=)[^&;\s'\"#]+",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(r"(?P<name>authorization\s*:\s*)[^\r\n]+", re.IGNORECASE)


def redact(text: str) -> str:
    """The text without user names, passwords and secret-like values of URLs in it."""
    text = _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", text)
    text = _SECRET_VALUE.sub(rf"\g<name>{HIDDEN}", text)
    return _AUTHORIZATION.sub(rf"\g<name>{HIDDEN}", text)
