"""Which addresses a webhook may lead to, so that nobody makes the desk knock at any door.

The desk stands inside the network: whoever may enter an address could otherwise reach what trusts
the desk's machine. Checked is the address that is connected to, after its name was looked up.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Collection
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Thread

import httpx

from alerts.desk.webhook_errors import TargetError

MAX_URL = 2000
RESOLVED_S = 5.0
_HOST = re.compile(rb"[A-Za-z0-9._:-]{1,253}")

Address = IPv4Address | IPv6Address


def checked_url(url: str, allowed: Collection[str]) -> str:
    """`url`, if it is of http or https, without credentials, and on the list of `allowed` hosts.

    An empty list allows every host; what the name means is checked before each attempt.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise TargetError("this is not an address") from error
    if len(url) > MAX_URL or parsed.scheme not in {"http", "https"} or not _is_host(parsed):
        raise TargetError("an address is http://… or https://…")
    if parsed.userinfo or parsed.fragment:
        raise TargetError("an address has no credentials and no fragment")
    if allowed and parsed.host not in allowed:
        raise TargetError("this host is not in desk.webhooks.hosts")
    if not allowed and _is_forbidden_literal(parsed.host):
        raise TargetError("this address is of the desk's own machine or link")
    return str(parsed)


async def resolved(url: httpx.URL, allowed: Collection[str]) -> httpx.URL:
    """`url` with the address of its host in place of the name, so that what was checked is used.

    Raises:
        TargetError: The host is unknown, or none of its addresses may be connected to.
    """
    for address in await _addresses(url.host):
        if url.host in allowed or not is_forbidden(address):
            return url.copy_with(host=str(address))
    raise TargetError("the host is the desk's own machine or link")


async def _addresses(host: str) -> list[Address]:
    with suppress(ValueError):
        return [ip_address(host)]
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Address]] = loop.create_future()

    def look_up() -> None:
        try:
            places = [each[4] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
            answer = [ip_address(str(place[0]).partition("%")[0]) for place in places]
        except (OSError, UnicodeError, ValueError):
            answer = []
        with suppress(RuntimeError):  # the desk has stopped meanwhile
            loop.call_soon_threadsafe(_answer, found, answer)

    # A thread of its own, that nobody waits for: a look-up cannot be stopped and may take half a
    # minute, a stopping desk waits for the loop's own threads.
    Thread(target=look_up, name="desk-look-up", daemon=True).start()
    with suppress(TimeoutError):
        async with asyncio.timeout(RESOLVED_S):
            if addresses := await found:
                return addresses
    raise TargetError("the host's name cannot be looked up")


def _answer(found: asyncio.Future[list[Address]], addresses: list[Address]) -> None:
    if not found.done():
        found.set_result(addresses)


def is_forbidden(address: Address) -> bool:
    """Whether it is the desk's own machine, its link (clouds keep secrets there) or nobody."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    )


def _is_host(url: httpx.URL) -> bool:
    return _HOST.fullmatch(url.raw_host) is not None


def _is_forbidden_literal(host: str) -> bool:
    try:
        return is_forbidden(ip_address(host))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
