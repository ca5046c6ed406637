"""Whatever stands where a camera's address should: a fault in words, and no secret in them."""

from __future__ import annotations

import traceback
from pathlib import Path
from urllib.parse import quote

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.address import redact_for, resolve_address
from ingest.config import CameraConfig
from ingest.errors import Fault, IngestError, SourceOpenError
from ingest.faults import open_error
from ingest.redact import public_address, redact
from ingest.rtsp_input import open_rtsp
from tests.fuzz import FUZZ, TEXT
from tests.unit.ingest.clips import camera

SECRET = "geheim-wort"
PIECES = st.sampled_from(
    [
        *("rtsp://", "rtsps://", "://", "@", ":", "/", "?", "#", "&", "=", "[", "]", "%", "\\"),
        *("user", "127.0.0.1", ":1", "::1", "password=", "user=a_password=", "${X}", "'", '"', " "),
    ]
)
ANY = st.one_of(TEXT, st.lists(st.one_of(PIECES, TEXT), max_size=8).map("".join))
ADDRESSES = st.one_of(ANY, ANY.map(lambda text: f"rtsp://127.0.0.1:1/{text}"))
USERINFO = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=12)


@FUZZ
@given(address=ADDRESSES, value=TEXT)
def test_every_address_is_resolved_or_its_fault_is_said(address: str, value: str) -> None:
    if not address:
        return  # refused with the site file
    config = camera(url=address)
    resolved = resolve(config, {"X": value})
    if resolved is not None:
        resolved.encode()
        assert "\n" not in resolved
        public_address(resolved).encode()
        redact_for(config, {"X": value}, f"at {resolved}").encode()


def resolve(config: CameraConfig, environment: dict[str, str]) -> str | None:
    """The address, or None where the fault is said to be the address's."""
    try:
        return resolve_address(config, environment)
    except SourceOpenError as error:
        fault = error.fault
    assert fault is Fault.ADDRESS
    return None


@FUZZ
@given(
    content=st.one_of(
        st.binary(max_size=100), ADDRESSES.map(lambda text: text.encode("utf-16", "surrogatepass"))
    )
)
def test_every_url_file_is_read_or_its_fault_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "url"
    file.write_bytes(content)
    resolve(camera(url=None, url_file=file), {})


@FUZZ
@given(
    user=USERINFO.filter(lambda name: ":" not in name), before=USERINFO, after=USERINFO, tail=ANY
)
def test_no_form_of_a_password_stays_in_a_text(
    user: str, before: str, after: str, tail: str
) -> None:
    password = f"{before}{SECRET}{after}"
    address = f"rtsp://{user}:{password}@127.0.0.1/{tail}"
    text = f"cannot open {address}, sent as {quote(password)}, {password!r}; {address!r}"
    assert SECRET not in redact(text, address)
    assert SECRET not in public_address(address)


@FUZZ
@given(address=ADDRESSES, words=TEXT)
def test_every_error_of_libav_becomes_one_of_ours(address: str, words: str) -> None:
    error = open_error(av.error.InvalidDataError(1, words), "gate", address)
    assert isinstance(error, IngestError)


@pytest.mark.parametrize(
    "rest",
    [
        "1/%00%zz",
        "99999999/",
        "-1/",
        "x/",
        "1/" + "a" * 100_000,
        "1]/",
        "1/?#?#",
        "1/ \t",
        "1/*?[!",
    ],
)
def test_an_address_that_nobody_answers_at_is_one_error_without_its_password(rest: str) -> None:
    config = camera(url=f"rtsp://user:{SECRET}@127.0.0.1:{rest}", open_timeout_s=1.0)
    with pytest.raises(IngestError) as caught:
        open_rtsp(config, resolve_address(config, {}))
    assert SECRET not in "".join(traceback.format_exception(caught.value))
