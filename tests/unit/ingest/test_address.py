from __future__ import annotations

from pathlib import Path

import pytest

from ingest.address import redact_for, resolve_address
from ingest.errors import Fault, SourceOpenError
from tests.unit.ingest.clips import camera


def test_variables_in_the_url_come_from_the_environment() -> None:
    found = resolve_address(camera(url="rtsp://${WHO}:${PASS}@h/x"), {"WHO": "a", "PASS": "b"})
    assert found == "rtsp://a:b@h/x"


def test_the_url_file_is_read_at_each_opening(tmp_path: Path) -> None:
    file = tmp_path / "url"
    config = camera(url=None, url_file=file)
    for url in ("rtsp://h/1", "rtsp://h/2"):
        file.write_text(url + "\n")
        assert resolve_address(config, {}) == url


def test_a_missing_variable_names_camera_and_variable_but_no_value() -> None:
    with pytest.raises(SourceOpenError) as caught:
        resolve_address(camera(url="rtsp://${WHO}:${PASS}@h/x"), {"WHO": "geheim"})
    assert caught.value.fault is Fault.ADDRESS
    assert "cam" in str(caught.value)
    assert "PASS" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_an_unusable_url_file_is_a_fault_of_the_address(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SourceOpenError, match="url_file") as caught:
        resolve_address(camera(url=None, url_file=file), {})
    assert caught.value.fault is Fault.ADDRESS


def test_a_text_loses_the_password_that_the_address_has_now(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("rtsp://admin:ge'heim@h/x\n")
    config = camera(url=None, url_file=file)
    assert "heim" not in redact_for(config, {}, 'KeyError: "ge\'heim" of admin:ge%27heim')
    file.unlink()
    assert redact_for(config, {}, "at rtsp://u:p@h/x") == "at rtsp://***@h/x"
