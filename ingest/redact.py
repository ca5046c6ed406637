"""Strip credentials from any text before it is logged, raised or published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

HIDDEN = "***"

# Greedy up to the last @ of the line, or before the next URL in it: passwords with @, :, /,
# quotes or spaces in them are common, and a text that loses a few words is the smaller harm.
_USERINFO = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?:\S|[ \t](?!\S*?://))*@", re.IGNORECASE
)

# Also `/user=a_password=b_channel=1`, as the cameras of several makers want it. The value goes
# on over quotes and brackets: they may be its own.
_SECRET_VALUE = re.compile(
    r"(?P<name>[?&;/_](?:[\w.-]*?"
    r"(?:pass|pwd|psw|token|secret|key|auth|sign|user|usr|login|credential)[\w.-]*?"
    r"|[\w.-]*?pw|p)=)(?P<value>[^&\s]+)",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(r"(?P<name>authorization\s*:\s*)[^\r\n]+", re.IGNORECASE)
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


def redact(text: str, *addresses: str) -> str:
    """The text without user names, passwords and secret-like values of URLs in it.

    Args:
        text: Anything, for example a traceback.
        addresses: Whole addresses that may stand in it, also in parts: what is secret in them
            is replaced wherever it stands, plain or percent-encoded, so that nothing depends
            on where a password ends.
    """
    for address in addresses:
        for whole in (address, repr(address)[1:-1]):
            text = text.replace(whole, public_address(address))
        forms = sorted(set(_forms(address)), key=len, reverse=True)
        if forms:
            text = re.sub("|".join(map(re.escape, forms)), HIDDEN, text, flags=re.IGNORECASE)
    text = _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", text)
    text = _SECRET_VALUE.sub(rf"\g<name>{HIDDEN}", text)
    return _AUTHORIZATION.sub(rf"\g<name>{HIDDEN}", text)


def public_address(address: str) -> str:
    """Scheme, host, port and path of one whole address: what may be said of it.

    Of an address whose @ may belong to a password or to its query, only the scheme.
    """
    scheme, rest = _split(address)
    userinfo, _, place = rest.rpartition("@")
    if re.search("[?=]", userinfo):
        return scheme + HIDDEN
    return redact(scheme + re.split("[?#]", place, maxsplit=1)[0])


def _split(address: str) -> tuple[str, str]:
    """Scheme with its `://`, or nothing, and the rest."""
    match = _ADDRESS.fullmatch(address)
    assert match is not None  # it matches anything
    return match["scheme"] or "", match["rest"]


def _forms(address: str) -> Iterator[str]:
    """What is secret in an address, as it may stand in a text."""
    for secret in _secrets(address):
        plain = unquote(secret)
        quoted = (quote(plain, safe=safe, errors="surrogatepass") for safe in ("/", ""))
        for form in (secret, plain, *quoted):
            yield form
            yield repr(form)[1:-1]  # as a traceback shows it


def _secrets(address: str) -> Iterator[str]:
    rest = _split(address)[1]
    for at in re.finditer("@", rest):  # any may be the one behind the password
        userinfo = rest[: at.start()]
        yield from filter(None, (userinfo, userinfo.partition(":")[2]))
    query = "".join(rest.rpartition("@")[2].partition("?")[1:])
    values = [match["value"] for match in _SECRET_VALUE.finditer(address)]
    yield from filter(None, (query, *values))
