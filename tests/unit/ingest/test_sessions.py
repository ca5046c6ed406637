from __future__ import annotations

from zoneinfo import ZoneInfo

from ingest.camera_settings import CameraSettings
from ingest.evidence_streams import EvidenceStreams
from ingest.ring import StoredPacket
from ingest.sessions import SessionRings
from tests.unit.ingest.clips import camera
from tests.unit.ingest.world import FORMAT


def packet(index: int, size: int) -> StoredPacket:
    return StoredPacket(payload=bytes(size), time_s=index, decode_s=index, is_keyframe=True)


def rings() -> SessionRings:
    return SessionRings(camera(), span_s=15.0, max_bytes=10_000, monotonic=lambda: 0.0)


def test_what_was_given_up_for_want_of_room_is_counted_over_all_sessions_and_streams() -> None:
    analysed, main = rings(), rings()
    for session in ("a", "b"):
        analysed.begin(session, FORMAT)
        for index in range(5):
            analysed.push(packet(index, 4000))
    assert analysed.dropped == 2 * 3
    analysed.end()
    assert analysed.dropped == 2 * 3
    main.begin("m", FORMAT)
    for index in range(3):
        main.push(packet(index, 4000))
    assert EvidenceStreams(analysed, main).dropped == 7
    assert EvidenceStreams(analysed, None).dropped == 6


def test_a_clip_of_a_4k_camera_fits_whatever_the_pre_roll() -> None:
    for pre_roll_s in (5.0, 30.0):
        settings = CameraSettings(zone=ZoneInfo("Asia/Shanghai"), pre_roll_s=pre_roll_s)
        assert settings.max_bytes / settings.span_s * 8 > 16e6
