from __future__ import annotations

import pytest

from ingest.redact import redact


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
        ("rtsp://10.0.0.1/live?channel=1", "rtsp://10.0.0.1/live?channel=1"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_credentials_are_stripped_and_the_rest_is_kept(text: str, expected: str) -> None:
    assert redact(text) == expected
    assert "geheim" not in redact(text)
