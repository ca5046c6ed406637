from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ingest.attempts import SLOW_RETRY_S
from ingest.camera_settings import CameraClocks, CameraSettings
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.errors import Fault, SourceAuthError, SourceOpenError, StreamEndedError
from ingest.main_source import MainSource
from ingest.main_stream import MainStream
from ingest.ring import StoredPacket
from ingest.source import RtspSource, Sink
from tests.unit.ingest.clips import camera
from tests.unit.ingest.world import FORMAT

Plan = Callable[["Kept", Sink, Callable[[], bool]], None]


class Kept:
    """A main stream whose connections go as planned, on a clock that only waiting moves."""

    def __init__(self, *plans: Plan, config: CameraConfig | None = None) -> None:
        self.now_s = 0.0
        self.waits: list[float] = []
        self.plans = list(plans)
        self.stream = MainStream(
            config or camera(substream_url="rtsp://127.0.0.1/sub"),
            settings=CameraSettings(zone=ZoneInfo("Asia/Shanghai")),
            clocks=CameraClocks(now=self._now, monotonic=lambda: self.now_s, random=lambda: 1.0),
            make_source=self._source,
            wait=self._wait,
        )
        self.stream.run()

    def _now(self) -> datetime:
        return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=self.now_s)

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds
        if self.now_s > 7200:
            self.stream.thread.stopping.set()

    def _source(self, camera: CameraConfig, *, session: str, counters: CameraCounters) -> _Planned:
        if not self.plans:
            self.stream.thread.stopping.set()
            return _Planned(self, lambda *_: None)
        return _Planned(self, self.plans.pop(0))


class _Planned:
    def __init__(self, kept: Kept, plan: Plan) -> None:
        self._kept, self._plan = kept, plan

    def run(self, should_stop: Callable[[], bool], sink: Sink) -> None:
        self._plan(self._kept, sink, should_stop)


def streams(seconds: int) -> Plan:
    def plan(kept: Kept, sink: Sink, should_stop: Callable[[], bool]) -> None:
        sink.opened(FORMAT)
        for at_s in map(float, range(seconds)):
            if should_stop():
                return
            sink.packet(StoredPacket(payload=b"x", time_s=at_s, decode_s=at_s, is_keyframe=True))
            kept.now_s += 1.0
        raise StreamEndedError("the stream ended", camera_id="cam", fault=Fault.ENDED)

    return plan


def refused(*_: object) -> None:
    raise SourceOpenError("no", camera_id="cam", fault=Fault.REFUSED)


def wrong_password(*_: object) -> None:
    raise SourceAuthError("no", camera_id="cam", fault=Fault.AUTH)


def test_it_is_tried_again_with_the_waits_of_a_camera(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        kept = Kept(refused, refused, streams(10), wrong_password)
    assert kept.waits == [1.0, 2.0, 1.0, SLOW_RETRY_S]
    assert kept.stream.counters.reconnects == 4
    assert "main stream: camera cam: no" in caplog.records[0].getMessage()


def test_its_packets_are_kept_for_a_while_after_it_ended() -> None:
    kept = Kept(streams(10))
    assert len(kept.stream.rings.held()) == 1
    assert not kept.stream.is_open
    kept.now_s += 60.0
    assert kept.stream.rings.held() == ()


def test_it_is_open_only_within_the_consent() -> None:
    opened: list[float] = []

    def watched(kept: Kept, sink: Sink, should_stop: Callable[[], bool]) -> None:
        opened.append(kept.now_s)
        streams(10_000)(kept, sink, should_stop)
        opened.append(kept.now_s)

    # It is 08:00 in Shanghai when the world begins.
    consent = {"until": "2026-06-01", "hours": "08:30-09:00", "purpose": "火情"}
    config = camera(owner="household", consent=consent, substream_url="rtsp://127.0.0.1/sub")
    Kept(watched, config=config)
    assert opened == pytest.approx([1800, 3600], abs=2)


def test_a_household_without_consent_is_never_opened() -> None:
    config = camera(owner="household", substream_url="rtsp://127.0.0.1/sub")
    kept = Kept(refused, config=config)
    assert len(kept.plans) == 1


def test_a_fault_of_ours_shows_the_password_of_neither_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bug(*_: object) -> None:
        raise RuntimeError("with main-geheim, or sub-geheim")

    config = camera(url="rtsp://a:main-geheim@h/1", substream_url="rtsp://a:sub-geheim@h/2")
    kept = Kept(bug, config=config)
    assert kept.waits == [SLOW_RETRY_S]
    assert "RuntimeError" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "fields", "address"),
    [
        (RtspSource, {}, "rtsp://h/main"),
        (RtspSource, {"substream_url": "rtsp://${WHO}@h/sub"}, "rtsp://me@h/sub"),
        (MainSource, {"substream_url": "rtsp://${WHO}@h/sub"}, "rtsp://h/main"),
    ],
)
def test_the_sub_stream_is_analysed_and_the_main_one_kept(
    kind: type[RtspSource],
    fields: dict[str, object],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def opened(_: CameraConfig, given: str) -> None:
        asked.append(given)
        raise SourceOpenError("no", camera_id="cam", fault=Fault.REFUSED)

    monkeypatch.setattr("ingest.source.open_rtsp", opened)
    monkeypatch.setitem(os.environ, "WHO", "me")
    config = camera(url="rtsp://h/main", **fields)
    with pytest.raises(SourceOpenError):
        kind(config, session="s", counters=CameraCounters()).run(lambda: False, None)  # type: ignore[arg-type]  # it is not reached
    assert asked == [address]
