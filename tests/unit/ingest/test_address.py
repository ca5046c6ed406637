from __future__ import annotations

from pathlib import Path

import pytest

from ingest.address import redact_for, resolve_address, resolve_analysed
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


def test_the_sub_stream_has_its_own_address_file_and_variables(tmp_path: Path) -> None:
    assert resolve_analysed(camera(url="rtsp://h/main"), {}) == "rtsp://h/main"
    named = camera(substream_url="rtsp://${WHO}@h/sub")
    assert resolve_analysed(named, {"WHO": "a"}) == "rtsp://a@h/sub"
    with pytest.raises(SourceOpenError, match="substream_url needs the environment variable WHO"):
        resolve_analysed(named, {})
    config = camera(substream_url_file=tmp_path / "sub")
    with pytest.raises(SourceOpenError, match="substream_url_file"):
        resolve_analysed(config, {})
    (tmp_path / "sub").write_text("rtsp://h/sub\n")
    assert resolve_analysed(config, {}) == "rtsp://h/sub"
    assert resolve_address(config, {}) == "rtsp://127.0.0.1/none"


def test_a_text_loses_the_passwords_of_both_streams() -> None:
    config = camera(url="rtsp://a:geheim-1@h/1", substream_url="rtsp://a:geheim-2@${HOST}/2")
    assert "geheim-1" not in redact_for(config, {}, "geheim-1")
    assert redact_for(config, {"HOST": "h"}, "geheim-1 geheim-2") == "*** ***"


def test_two_addresses_of_one_sub_stream_are_refused() -> None:
    with pytest.raises(ValueError, match="substream_url_file"):
        camera(substream_url="rtsp://h/sub", substream_url_file="/sub")
