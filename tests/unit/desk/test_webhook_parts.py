"""Where webhooks may lead, how they are signed, and when they are tried again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from alerts.desk.webhook_back_off import FIRST, LONGEST, back_off
from alerts.desk.webhook_errors import TargetError
from alerts.desk.webhook_signature import headers, new_secret
from alerts.desk.webhook_target import checked_url, resolved


@pytest.mark.parametrize(
    "url",
    [
        "https://dispatch.example/hooks/xueliang?key=1",
        "http://10.1.2.3:8080/",
        "http://[2001:db8::1]/x",
    ],
)
def test_addresses_of_other_machines_are_taken(url: str) -> None:
    assert checked_url(url, ()) == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://dispatch.example/",
        "file:///etc/passwd",
        "dispatch.example",
        "http://",
        "http://user:word@dispatch.example/",
        "https://dispatch.example/#part",
        "http://127.0.0.1:8080/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://localhost/",
        "http://x.localhost/",
        "http://" + "a" * 2000,
        "http://a b/",
        "http://[::1",
    ],
)
def test_addresses_that_reach_the_desk_itself_or_nothing_are_refused(url: str) -> None:
    with pytest.raises(TargetError):
        checked_url(url, ())


def test_a_list_of_hosts_allows_those_and_no_others() -> None:
    allowed = ("127.0.0.1", "dispatch.example")
    assert checked_url("http://127.0.0.1:9/", allowed)
    assert checked_url("https://DISPATCH.example/", allowed)
    with pytest.raises(TargetError):
        checked_url("https://other.example/", allowed)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost"])
def test_what_a_name_leads_to_is_checked_when_it_is_used(host: str) -> None:
    with pytest.raises(TargetError):
        asyncio.run(resolved(httpx.URL(f"http://{host}:9/"), ()))


def test_the_address_that_was_checked_is_the_one_that_is_used() -> None:
    url = asyncio.run(resolved(httpx.URL("http://localhost:9/x"), ("localhost",)))
    assert url.host in {"127.0.0.1", "::1"}
    assert (url.port, url.path) == (9, "/x")


def test_a_receiver_can_check_the_signature_as_the_documents_say() -> None:
    secret, body = new_secret(), b'{"id": 1}'
    sent = headers(secret, body, event_id=UUID(int=1), attempt=2, timestamp_s=1_800_000_000)
    signed = sent["Xueliang-Timestamp"].encode() + b"." + body
    expected = "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(sent["Xueliang-Signature"], expected)
    assert len({new_secret() for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("failures", "plain"),
    [(1, FIRST), (2, 2 * FIRST), (5, 16 * FIRST), (11, LONGEST), (10_000, LONGEST)],
)
def test_the_pause_doubles_up_to_an_hour_a_fifth_more_or_less(
    failures: int, plain: timedelta
) -> None:
    assert back_off(failures, lambda: 0.5) == plain
    assert back_off(failures, lambda: 0.0) == plain * 0.8
    assert back_off(failures, lambda: 1.0) == pytest.approx(plain * 1.2, rel=0.001)
