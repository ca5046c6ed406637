"""One attempt to bring a message to a receiver."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import httpx

from alerts.desk import webhook_signature
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import StoreError
from alerts.desk.webhook_due import Due, Outcome
from alerts.desk.webhook_errors import TargetError
from alerts.desk.webhook_target import resolved

ATTEMPT_S = 15.0
"""From looking the name up to the answer's head; its body is not read."""
CONNECT_S = 5.0
_LATER = frozenset({408, 425, 429})
"""4xx answers that say: not now. Any other is about this one message."""


def ssl_context(ca_file: Path | None) -> ssl.SSLContext | bool:
    """What receivers' certificates are checked against; StoreError where it cannot be read."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise StoreError(f"desk.webhooks.ca_file {ca_file} cannot be used") from error


def new_client(verify: ssl.SSLContext | bool = True) -> httpx.AsyncClient:
    """A client that follows nothing, remembers nothing and asks no proxy of the environment."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(ATTEMPT_S, connect=CONNECT_S),
        # No connection is used twice: they are told apart by address, and two names may share one.
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
        follow_redirects=False,
        trust_env=False,
        verify=verify,
        headers={"User-Agent": "xueliang-webhook", "Accept-Encoding": "identity"},
    )


async def post(
    client: httpx.AsyncClient, due: Due, allowed: Collection[str], *, clock: Clock = utc_now
) -> Outcome:
    """Send it; never raises for what a receiver or the network does."""
    try:
        async with asyncio.timeout(ATTEMPT_S):
            return await _post(client, due, allowed, clock())
    except TargetError as error:
        return _failed(str(error))
    except TimeoutError:
        return _failed(f"no answer within {ATTEMPT_S:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The library's words may repeat the address, which may hold a token of the receiver.
        return _failed(f"no connection: {type(error).__name__}")


async def _post(
    client: httpx.AsyncClient, due: Due, allowed: Collection[str], now: datetime
) -> Outcome:
    url = httpx.URL(due.url)
    headers = webhook_signature.headers(
        due.secret,
        due.body,
        event_id=due.event_id,
        attempt=due.attempt,
        timestamp_s=int(now.astimezone(UTC).timestamp()),
    )
    headers["Host"] = url.netloc.decode("ascii")
    request = client.build_request(
        "POST",
        await resolved(url, allowed),
        content=due.body,
        headers=headers,
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    answer = await client.send(request, stream=True)
    try:
        return _outcome(answer.status_code)
    finally:
        await answer.aclose()


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status_code=status, error="", is_receivers_fault=False)
    is_about_the_message = 400 <= status < 500 and status not in _LATER
    return Outcome(
        status_code=status,
        error=f"the receiver answered {status}",
        is_receivers_fault=not is_about_the_message,
    )


def _failed(error: str) -> Outcome:
    return Outcome(status_code=None, error=error, is_receivers_fault=True)
