from __future__ import annotations

import pytest

from ingest.redact import public_address, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rtsp://admin:geheim@10.0.0.1/live", "rtsp://***@10.0.0.1/live"),
        ("rtsp://admin:ge@he/im:1@10.0.0.1:554/a", "rtsp://***@10.0.0.1:554/a"),
        ("[Errno 5] failed: 'rtsp://u:geheim@h/x'", "[Errno 5] failed: 'rtsp://***@h/x'"),
        ("http://h/v?token=geheim&ch=1", "http://h/v?token=***&ch=1"),
        ("rtsp://h/v?ch=1&Password=geheim", "rtsp://h/v?ch=1&Password=***"),
        ("rtsp://h/user=a_password=geheim_channel=1", "rtsp://h/user=***"),
        ("rtsp://h/v?authbasic=geheim", "rtsp://h/v?authbasic=***"),
        ("Authorization: Basic geheim", "Authorization: ***"),
        (
            "two: rtsp://a:geheim@h/1 and rtsp://b:geheim@h/2",
            "two: rtsp://***@h/1 and rtsp://***@h/2",
        ),
        ("rtsp://admin:ge'heim@10.0.0.1/live", "rtsp://***@10.0.0.1/live"),
        ('rtsp://admin:"geheim@10.0.0.1/live', "rtsp://***@10.0.0.1/live"),
        ("at 'rtsp://admin:ge<h>geheim@h/x' 1", "at 'rtsp://***@h/x' 1"),
        ("rtsp://admin:ge heim geheim@h/x", "rtsp://***@h/x"),
        ("['rtsp://a:geheim@h/1', 'rtsp://b:geheim@h/2']", "['rtsp://***@h/1', 'rtsp://***@h/2']"),
        ("http://h/v?pw=geheim&ch=1", "http://h/v?pw=***&ch=1"),
        ("http://h/v?u=a&psw=geheim", "http://h/v?u=a&psw=***"),
        ("http://h/v?ch=1&p=geheim", "http://h/v?ch=1&p=***"),
        ("http://h/v?pwd=geheim", "http://h/v?pwd=***"),
        ("http://h/v?password=x'geheim&ch=1", "http://h/v?password=***&ch=1"),
        ("http://h/v?loginpw=x;#geheim", "http://h/v?loginpw=***"),
        ("http://h/v?step=2&map=1", "http://h/v?step=2&map=1"),
        ("rtsp://10.0.0.1/live?channel=1", "rtsp://10.0.0.1/live?channel=1"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_credentials_are_stripped_and_the_rest_is_kept(text: str, expected: str) -> None:
    assert redact(text) == expected
    assert "geheim" not in redact(text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("rtsp://admin:ge'heim@127.0.0.1:18554/x", "rtsp://127.0.0.1:18554/x"),
        ("rtsp://admin:a geheim@h/x", "rtsp://h/x"),
        ("rtsp://admin:ge@he/im#geheim@h:554/x", "rtsp://h:554/x"),
        ("rtsp://admin:p://geheim@h/x", "rtsp://h/x"),
        ("rtsp://h/x?session=geheim", "rtsp://h/x"),
        ("rtsp://admin:geheim@h/x?a=geheim#geheim", "rtsp://h/x"),
        ("rtsp://h/user=a_p=geheim_channel=1", "rtsp://h/user=***"),
        ("rtsp://admin:pa?geheim@h/x", "rtsp://***"),
        ("rtsp://h/x?password=a@geheim", "rtsp://***"),
        ("rtsp://h/user=a_password=x@geheim_channel=1", "rtsp://***"),
        ("admin:geheim@h/x", "h/x"),
        ("admin:p://geheim@h/x", "h/x"),
        ("rtsp://h:554/live/1", "rtsp://h:554/live/1"),
        ("/clips/gate.mp4", "/clips/gate.mp4"),
    ],
)
def test_of_a_whole_address_only_scheme_host_port_and_path_are_said(
    address: str, expected: str
) -> None:
    assert public_address(address) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{address}",
        "in line 3: {address!r}",
        "user admin, password pa'ss wörd",
        "admin:pa%27ss%20w%C3%B6rd",
        "pa%27ss%20w%c3%b6rd",
        "tried the key x<y",
        "GET /x?authkey=x<y",
    ],
)
@pytest.mark.parametrize("password", ["pa'ss wörd", "pa%27ss%20w%C3%B6rd"])
def test_what_is_secret_in_an_address_that_is_known_is_replaced_wherever_it_stands(
    text: str, password: str
) -> None:
    address = f"rtsp://admin:{password}@10.0.0.1:554/x?authkey=x<y"
    shown = redact(text.format(address=address), address)
    for secret in ("pa'ss", "wörd", "pa%27", "C3%B6", "c3%b6", "x<y"):
        assert secret not in shown
    assert ("***" in shown) is ("{address" not in text)  # a whole address leaves its place


def test_an_address_without_secrets_stays_readable() -> None:
    assert redact("cannot read rtsp://h/x", "rtsp://h/x") == "cannot read rtsp://h/x"
