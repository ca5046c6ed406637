from __future__ import annotations

import socket

import pytest
from av import error as libav

from ingest.errors import Fault, SourceAuthError
from ingest.faults import open_error

ADDRESS = "rtsp://user:geheim@camera.invalid/live"


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (libav.HTTPUnauthorizedError, Fault.AUTH),
        (libav.HTTPForbiddenError, Fault.AUTH),
        (libav.HTTPNotFoundError, Fault.NOT_FOUND),
        (libav.ConnectionRefusedError, Fault.REFUSED),
        (libav.ExitError, Fault.TIMEOUT),
        (libav.TimeoutError, Fault.TIMEOUT),
        (libav.InvalidDataError, Fault.OPEN),
        (libav.HTTPServerError, Fault.OPEN),
    ],
)
def test_each_error_of_libav_has_its_fault_and_shows_no_password(
    kind: type[libav.FFmpegError], fault: Fault
) -> None:
    error = open_error(kind(1, f"cannot do {ADDRESS}", ADDRESS), "gate", ADDRESS)
    assert error.fault is fault
    assert isinstance(error, SourceAuthError) is (fault is Fault.AUTH)
    assert "gate" in str(error)
    assert "geheim" not in str(error)


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://admin:ge'heim@127.0.0.1:18554/x",
        "rtsp://admin:ge<heim@127.0.0.1:18554/x",
        "rtsp://admin:ge heim@127.0.0.1:18554/x",
        "rtsp://127.0.0.1:18554/x?session=ge'heim",
        "rtsp://127.0.0.1:18554/x?p=heim",
    ],
)
def test_a_password_with_any_character_is_not_shown_but_the_place_is(address: str) -> None:
    libavs = libav.ConnectionRefusedError(111, f"Connection refused: {address}", address)
    text = str(open_error(libavs, "gate", address))
    assert "heim" not in text
    assert "cannot open rtsp://127.0.0.1:18554/x: Connection refused" in text


def test_no_name_server_is_asked_for_a_piece_of_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, _: asked.append(host))
    for address in ("rtsp://admin/geheim:x@camera.invalid/live", "rtsp://a?geheim@h/x"):
        open_error(libav.OSError(5, "input/output error"), "gate", address)
    assert asked == ["camera.invalid"]


@pytest.mark.parametrize(("resolves", "fault"), [(False, Fault.HOST), (True, Fault.OPEN)])
def test_an_input_output_error_is_an_unknown_host_when_the_name_does_not_resolve(
    monkeypatch: pytest.MonkeyPatch, resolves: bool, fault: Fault
) -> None:
    def lookup(*_: object) -> list[object]:
        if not resolves:
            raise socket.gaierror
        return []

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert open_error(libav.OSError(5, "input/output error"), "gate", ADDRESS).fault is fault


def test_an_error_after_the_time_out_is_a_time_out_whatever_libav_says() -> None:
    error = libav.InvalidDataError(1, "invalid data", ADDRESS)
    assert open_error(error, "gate", ADDRESS, is_late=True).fault is Fault.TIMEOUT
