from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.catch_up import CATCH_UP_S
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.file_source import FileSource
from ingest.frame import Frame, FrameUse
from ingest.gate_hold import FOLLOW_S, WATCH_S, GateHold
from ingest.gated_decoding import HEARTBEAT_S, LOOK_S, QUEUE_S, GatedDecoder
from ingest.motion_gate import LINGER_S, MotionGate
from ingest.video_input import open_video
from tests.unit.ingest.clips import START, camera, frame_time
from tests.unit.ingest.scenes import FPS, write_scene

Seen = Callable[[Frame], None]


def read(
    clip: Path, hold: GateHold | None, sample_fps: float = 5
) -> tuple[list[Frame], CameraCounters]:
    source = FileSource(camera(), clip, start=START, sample_fps=sample_fps, hold=hold)
    return list(source.frames()), source.counters


def identity(frame: Frame) -> tuple[int, float, bytes]:
    return frame.at.number, frame.at.time_s, frame.full().tobytes()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds, with a walk from 15.3 to 18.3 s."""
    path = tmp_path_factory.mktemp("scenes") / "walked.mp4"
    return write_scene(path, seconds=30, walks_s=[(15.3, 18.3)])


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen seconds of nothing."""
    return write_scene(tmp_path_factory.mktemp("scenes") / "still.mp4", seconds=16)


def test_of_a_quiet_camera_only_keyframes_are_decoded(still: Path) -> None:
    frames, counted = read(still, GateHold())
    first = FPS  # until a second keyframe tells how far they are apart
    assert counted.frames_decoded == first + 8
    assert counted.frames_skipped + first >= 12 * FPS
    assert counted.gate_opened == 0
    assert counted.quiet_s == pytest.approx(15, abs=1.1)
    heartbeats = [f.at.time_s for f in frames]
    assert heartbeats[0] == 0.0, "who is there already is found at once"
    assert counted.heartbeats == len(heartbeats)
    assert max(b - a for a, b in pairwise(heartbeats)) <= HEARTBEAT_S


def test_frames_are_those_of_a_camera_decoded_all_the_time(walked: Path) -> None:
    everything = {identity(frame) for frame in read(walked, None)[0]}
    frames, counted = read(walked, GateHold())
    assert {identity(frame) for frame in frames} <= everything
    numbers = [frame.at.number for frame in frames]
    assert numbers == sorted(set(numbers))
    assert counted.frames_analysed == len(frames)
    assert counted.frames_decoded < 0.5 * 30 * FPS


def test_waking_goes_back_to_before_the_motion(walked: Path) -> None:
    """He appears at 15.3 s and is noticed at the look at 17 s, the last one was at 15 s."""
    full = {f.at.number for f in read(walked, None)[0] if 15.0 <= f.at.time_s <= 18.3}
    frames, counted = read(walked, GateHold())
    assert full <= {frame.at.number for frame in frames}
    assert counted.gate_opened == 1
    late = [f.at.time_s for f in frames if f.use is FrameUse.CAUGHT_UP]
    assert late == pytest.approx([15.2 + 0.2 * i for i in range(9)])  # 15.0 was a heartbeat
    assert counted.frames_caught_up == len(late)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("b-frames.mp4", {"b_frames": 2}),
        ("h265.mp4", {"codec": "libx265"}),
        ("h265-b.mp4", {"codec": "libx265", "b_frames": 3}),
        ("all-keyframes.mp4", {"gop": 1}),
        ("half-seconds.mp4", {"gop": FPS // 2}),
        ("two-seconds.mp4", {"gop": 2 * FPS}),
        ("four-seconds.mp4", {"gop": 4 * FPS}),
    ],
)
def test_whatever_the_stream_waking_finds_the_same_frames(
    tmp_path: Path, name: str, options: dict[str, int]
) -> None:
    clip = write_scene(tmp_path / name, seconds=18, walks_s=[(11.5, 14.5)], **options)  # type: ignore[arg-type]  # a table of keywords
    everything = {identity(frame) for frame in read(clip, None, sample_fps=FPS)[0]}
    frames, counted = read(clip, GateHold())
    assert {identity(frame) for frame in frames} <= everything
    sampled = [identity(frame) for frame in read(clip, None)[0]]
    walking = {identity for identity in sampled if 11.5 <= identity[1] < 14.5}
    assert walking <= {identity(frame) for frame in frames}
    assert counted.gate_opened == 1
    assert counted.frames_skipped > 0


def test_a_change_of_light_does_not_wake_it(tmp_path: Path) -> None:
    clip = write_scene(tmp_path / "light.mp4", seconds=20, bright_from_s=8.5)
    assert read(clip, GateHold())[1].gate_opened == 0


def test_while_rules_still_wait_every_keyframe_is_analysed(still: Path) -> None:
    hold = GateHold()
    analysed: list[float] = []

    def follow(frame: Frame) -> None:
        if frame.use is not FrameUse.GLANCE:
            analysed.append(frame.at.time_s)
        if frame.at.time_s <= 5.0:
            hold.extend(frame.at)

    decode(still, hold, follow)
    last_s = 5.0
    assert [t for t in analysed if last_s + FOLLOW_S + 1 < t < last_s + WATCH_S] == [8.0]
    assert all(t > 8.0 + LOOK_S for t in analysed if t > last_s + WATCH_S)


@pytest.mark.parametrize(("gop", "skips"), [(100, True), (150, False)])
def test_with_keyframes_too_far_apart_all_is_decoded(tmp_path: Path, gop: int, skips: bool) -> None:
    clip = write_scene(tmp_path / "sparse.mp4", seconds=20, gop=gop)
    assert (read(clip, GateHold())[1].frames_skipped > 0) is skips


def test_with_keyframes_too_far_apart_the_gate_still_says_what_is_analysed(tmp_path: Path) -> None:
    walk_s = (9.3, 12.3)
    clip = write_scene(tmp_path / "sparse.mp4", seconds=20, gop=150, walks_s=[walk_s])
    frames, counted = read(clip, GateHold())
    assert counted.frames_decoded == 20 * FPS
    analysed = [f.at.time_s for f in frames if f.use is not FrameUse.GLANCE]
    walking = [t for t in analysed if walk_s[0] + 0.2 <= t < walk_s[1]]
    assert walking == pytest.approx([9.6 + 0.2 * i for i in range(len(walking))])
    assert walking[-1] > walk_s[1] - 0.21
    quiet = [t for t in analysed if 5 < t < walk_s[0] or t > walk_s[1] + LINGER_S]
    assert len(quiet) <= 3, "of some sixty sampled"


def test_without_a_second_keyframe_it_wakes(tmp_path: Path) -> None:
    clip = write_scene(tmp_path / "one.mp4", seconds=9, gop=1000, walks_s=[(6.3, 8.5)])
    frames, counted = read(clip, GateHold())
    assert counted.frames_decoded == 9 * FPS
    walking = [f.at.time_s for f in frames if f.use is FrameUse.LIVE and 6.5 <= f.at.time_s < 8.5]
    assert len(walking) == 10


def decode(
    clip: Path, hold: GateHold, on_frame: Seen, on_packet: Callable[[float], None] = lambda _: None
) -> CameraCounters:
    """Decode as a live source does, so that the analysis can answer between two frames."""
    counters = CameraCounters()
    with open_video(str(clip), camera_id="cam") as video:
        plain = FrameDecoder(video, camera(), session="s", counters=counters, start=START)
        decoder = GatedDecoder(plain, MotionGate("s", hold), counters)
        for packet in video.packets():
            times = decoder.stamp(packet)
            on_packet(times.time_s)
            for frame in decoder.decode(packet, times):
                on_frame(frame)
    return counters


def test_a_still_person_found_by_a_heartbeat_keeps_it_open(still: Path) -> None:
    hold = GateHold()
    frames: list[Frame] = []

    def follow(frame: Frame) -> None:
        frames.append(frame)
        if frame.at.time_s >= 3 and frame.use is not FrameUse.GLANCE:
            hold.extend(frame.at)

    decode(still, hold, follow)
    found_s = min(f.at.time_s for f in frames if f.at.time_s >= 3 and f.use is FrameUse.LIVE)
    after = [f.at.time_s for f in frames if f.at.time_s >= found_s]
    assert after == pytest.approx([found_s + 0.2 * i for i in range(len(after))])
    assert after[-1] == pytest.approx(15.8)


def test_at_rest_packets_may_queue_up_until_the_next_keyframe(still: Path) -> None:
    patience: list[tuple[float, float]] = []
    with open_video(str(still), camera_id="cam") as video:
        counters = CameraCounters()
        plain = FrameDecoder(video, camera(), session="s", counters=counters, start=START)
        decoder = GatedDecoder(plain, MotionGate("s", GateHold()), counters)
        for packet in video.packets():
            times = decoder.stamp(packet)
            list(decoder.decode(packet, times))
            patience.append((times.decode_s, decoder.patience_s))
    awake = [rest_s for at_s, rest_s in patience if at_s < 0.9]
    assert set(awake) == {0.0}
    resting = [(at_s % 1, rest_s) for at_s, rest_s in patience if at_s >= 2]
    assert [rest_s for into_s, rest_s in resting if into_s < 0.5] == pytest.approx(
        [QUEUE_S] * sum(into_s < 0.5 for into_s, _ in resting)
    )
    assert all(into_s + rest_s <= 1 + 1e-6 for into_s, rest_s in resting)


@pytest.mark.parametrize("gop", [1, 5, 12])
def test_keyframes_close_together_are_not_all_looked_at(tmp_path: Path, gop: int) -> None:
    clip = write_scene(tmp_path / "dense.mp4", seconds=12, gop=gop)
    counted = read(clip, GateHold())[1]
    assert counted.frames_decoded <= 3 * FPS


def test_between_heartbeats_a_quiet_camera_is_glanced_at(still: Path) -> None:
    uses: list[FrameUse] = []
    counted = decode(still, GateHold(), lambda frame: uses.append(frame.use))
    assert uses.count(FrameUse.GLANCE) == counted.frames_glanced > 0
    assert len(uses) > counted.frames_glanced
    assert counted.decode_cpu_s > 0
    assert counted.gate_cpu_s > 0


def test_a_hold_that_comes_late_catches_up_from_the_heartbeat_on(still: Path) -> None:
    hold = GateHold()
    analysed: list[tuple[float, FrameUse]] = []

    def follow(frame: Frame) -> None:
        if frame.use is not FrameUse.GLANCE:
            analysed.append((frame.at.time_s, frame.use))

    def answer_late(time_s: float) -> None:
        if time_s >= 8.5:
            hold.extend(frame_time(time_s=time_s))

    decode(still, hold, follow, answer_late)
    heartbeat_s = max(time_s for time_s, use in analysed if use is FrameUse.LIVE and time_s < 8.4)
    late = [time_s for time_s, use in analysed if use is FrameUse.CAUGHT_UP]
    assert heartbeat_s < late[0]
    assert late[-1] == pytest.approx(8.4)
    assert late[-1] - late[0] <= CATCH_UP_S
    assert [time_s for time_s, _ in analysed] == sorted(time_s for time_s, _ in analysed)
