"""A camera with two streams: which of them gives a clip or a picture, and of which moment."""

from __future__ import annotations

from dataclasses import replace

import av
import numpy as np
import pytest

from ingest.config import CameraConfig
from ingest.errors import FootageGoneError
from ingest.evidence_streams import MAIN_LAG_S, EvidenceStreams
from ingest.ring import StoredPacket
from ingest.sessions import SessionRings
from tests.unit.ingest.clips import camera, noise, stored_packets
from tests.unit.ingest.world import FORMAT

MASK = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


class Streams:
    """The rings of a camera, filled by hand on a clock that the test sets."""

    def __init__(self, config: CameraConfig | None = None) -> None:
        self.now_s = 0.0
        self.sub = self._rings(config or camera())
        self.main = self._rings(config or camera())
        self.evidence = EvidenceStreams(self.sub, self.main)

    def _rings(self, config: CameraConfig) -> SessionRings:
        return SessionRings(config, span_s=15.0, max_bytes=1_000_000, monotonic=lambda: self.now_s)


def fill(
    rings: SessionRings,
    session: str,
    *,
    arrives_s: float,
    until_s: float = 12.0,
    fps: int = 10,
    late_s: float = 0.0,
) -> None:
    """A session whose time 0 arrives at `arrives_s`; every second packet comes `late_s` later."""
    rings.begin(session, FORMAT)
    for index in range(round(until_s * fps) + 1):
        at_s = index / fps
        delay_s = late_s if index % 2 else 0.0
        rings.push(
            StoredPacket(
                payload=b"x",
                time_s=at_s,
                decode_s=at_s,
                is_keyframe=index % fps == 0,
                arrived_s=arrives_s + at_s + delay_s,
            )
        )


def span(streams: Streams, from_s: float, to_s: float) -> tuple[float, float]:
    footage = streams.evidence.footage("sub", from_s, to_s)
    return round(footage.start_s, 3), round(footage.end_s, 3)


@pytest.mark.parametrize("late_s", [0.0, 0.7])
def test_a_clip_is_the_main_streams_of_the_same_moments(late_s: float) -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    fill(streams.main, "main", arrives_s=97.0, until_s=15.0, late_s=late_s)
    assert span(streams, 2.0, 8.0) == (5.0, 11.0)
    assert streams.evidence.fallbacks == 0


@pytest.mark.parametrize("session", ["main", None], ids=["began late", "absent"])
def test_what_the_main_stream_lacks_comes_from_the_sub_stream(session: str | None) -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    if session is not None:
        fill(streams.main, session, arrives_s=105.0)
    assert span(streams, 2.0, 8.0) == (2.0, 8.0)
    assert streams.evidence.still("sub", 4.0) is None
    assert streams.evidence.fallbacks == 2


def test_a_main_stream_that_stopped_before_the_end_of_the_clip_is_not_taken() -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    fill(streams.main, "main", arrives_s=100.0, until_s=6.0)
    assert span(streams, 2.0, 8.0) == (2.0, 8.0)
    assert span(streams, 2.0, 6.5) == (2.0, 6.0)


def test_a_clip_may_come_from_the_main_streams_last_session() -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    fill(streams.main, "old", arrives_s=90.0, until_s=19.0)
    fill(streams.main, "new", arrives_s=111.0, until_s=1.0)
    assert span(streams, 2.0, 8.0) == (12.0, 18.0)


def test_footage_of_a_session_that_is_gone_is_refused() -> None:
    streams = Streams()
    fill(streams.main, "main", arrives_s=100.0)
    with pytest.raises(FootageGoneError):
        streams.evidence.footage("sub", 2.0, 8.0)


@pytest.mark.parametrize(
    ("main_until_s", "position_s"),
    [(12.0, 12.0), (11.5, 11.5), (10.0, 10.0), (5.0, 12.0 - MAIN_LAG_S), (14.0, 12.0)],
)
def test_a_clip_waits_for_the_main_stream_but_not_for_long(
    main_until_s: float, position_s: float
) -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    fill(streams.main, "main", arrives_s=80.0, until_s=20.0 + main_until_s)
    assert streams.evidence.position("sub") == pytest.approx(position_s)


def test_without_a_main_stream_nothing_is_waited_for() -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    assert streams.evidence.position("sub") == 12.0
    fill(streams.main, "main", arrives_s=100.0, until_s=3.0)
    streams.main.end()
    assert streams.evidence.position("sub") == 12.0
    assert not streams.evidence.is_still_due("sub", 12.0)


def test_a_session_that_is_over_is_waited_for_no_more() -> None:
    streams = Streams()
    fill(streams.main, "main", arrives_s=100.0)
    assert streams.evidence.position("sub") is None
    assert not streams.evidence.is_still_due("sub", 30.0)


def test_a_picture_is_due_until_the_main_stream_has_come_to_its_moment() -> None:
    streams = Streams()
    fill(streams.sub, "sub", arrives_s=100.0)
    fill(streams.main, "main", arrives_s=97.0, until_s=12.0)
    assert [streams.evidence.is_still_due("sub", at_s) for at_s in (9.0, 9.2)] == [False, True]


def real_streams(config: CameraConfig | None = None) -> Streams:
    """Both streams show the same pictures; the main one began 1 s earlier."""
    streams = Streams(config)
    stream, packets = stored_packets(frames=60)
    for rings, session, zero_s in ((streams.sub, "sub", 1.0), (streams.main, "main", 0.0)):
        rings.begin(session, stream)
        for packet in packets:
            rings.push(replace(packet, arrived_s=zero_s + packet.decode_s))
    return streams


def pixels(picture: av.VideoFrame | None) -> np.ndarray:
    assert picture is not None
    return np.asarray(picture.to_ndarray(format="bgr24"), np.int16)


def test_the_picture_is_that_of_the_moment_in_the_main_streams_time() -> None:
    found = pixels(real_streams().evidence.still("sub", 2.35))
    assert np.abs(found - pixels(noise(33))).mean() < 15
    assert np.abs(found - pixels(noise(23))).mean() > 25


def test_a_masked_cameras_main_stream_is_masked_in_picture_and_type() -> None:
    evidence = real_streams(camera(privacy_masks=[MASK])).evidence
    assert pixels(evidence.still("sub", 2.35))[:, :80].max() <= 16
    assert type(evidence.footage("sub", 1.0, 3.0)).__name__ == "MaskedFootage"


def test_a_picture_from_long_before_the_moment_is_not_taken() -> None:
    streams = real_streams()
    assert streams.evidence.still("sub", 4.9) is not None
    assert streams.evidence.still("sub", 5.8) is None
