from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from ingest.errors import Fault, SourceFormatError, SourceOpenError
from ingest.file_source import FileSource, file_rate, read_frames
from tests.unit.ingest.clips import START, camera, write_clip


@pytest.mark.parametrize(
    ("name", "codec", "size_wh"),
    [
        ("clip.mp4", "libx264", (160, 120)),
        ("clip.avi", "msmpeg4", (160, 120)),
        ("clip.mkv", "ffv1", (159, 119)),
        ("clip.mp4", "libx265", (160, 120)),
    ],
)
def test_every_frame_of_any_container_is_read_at_or_above_its_rate(
    tmp_path: Path, name: str, codec: str, size_wh: tuple[int, int]
) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else None
    clip = write_clip(tmp_path / name, codec=codec, size_wh=size_wh, options=options)
    frames = list(read_frames(camera(), clip, start=START, sample_fps=10))
    assert [frame.at.number for frame in frames] == list(range(1, 21))
    assert [frame.at.time_s for frame in frames] == pytest.approx([i / 10 for i in range(20)])
    assert file_rate(clip) == pytest.approx(10)


def test_a_session_is_the_files_hash_and_times_count_from_the_start_given(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=5)
    for frame in read_frames(camera(), clip, start=START, sample_fps=60):
        assert frame.at.session == hashlib.sha256(clip.read_bytes()).hexdigest()
        assert frame.at.captured_at == START + timedelta(seconds=frame.at.time_s)


def test_skipped_frames_are_counted_in_the_numbers(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=20, fps=10)
    source = FileSource(camera(sample_fps=60), clip, start=START, sample_fps=5)
    assert [frame.at.number for frame in source.frames()] == list(range(1, 20, 2))
    assert (source.counters.frames_decoded, source.counters.frames_analysed) == (20, 10)


def test_b_frames_come_in_the_order_shown(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", options={"bf": "3", "b_strategy": "0"})
    times = [f.at.time_s for f in read_frames(camera(), clip, start=START, sample_fps=60)]
    assert times == pytest.approx([index / 10 for index in range(20)])


def test_two_runs_give_the_same_frames(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    first, second = (
        [(f.at, f.full().tobytes()) for f in read_frames(camera(), clip, start=START, sample_fps=5)]
        for _ in range(2)
    )
    assert first == second


def test_a_broken_frame_is_counted_and_the_others_are_read(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    with av.open(clip) as container:
        broken = [packet for packet in container.demux(video=0) if packet.size][14]
        assert broken.pos is not None
        content = bytearray(clip.read_bytes())
        content[broken.pos : broken.pos + broken.size] = b"\xff" * broken.size
    clip.write_bytes(content)
    source = FileSource(camera(), clip, start=START, sample_fps=60)
    read = len(list(source.frames()))
    assert source.counters.decode_errors >= 1
    assert 10 <= read < 20


@pytest.mark.parametrize(
    ("content", "fault"), [(None, Fault.NOT_FOUND), (b"not a video" * 100, Fault.OPEN)]
)
def test_a_file_that_cannot_be_opened_says_why(
    tmp_path: Path, content: bytes | None, fault: Fault
) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceOpenError) as caught:
        next(read_frames(camera(), path, start=START, sample_fps=5))
    assert caught.value.fault is fault


def test_a_file_without_video_is_a_fault_of_its_format(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        samples.sample_rate = 8000
        container.mux(stream.encode(samples))
        container.mux(stream.encode(None))
    with pytest.raises(SourceFormatError) as caught:
        file_rate(path)
    assert caught.value.fault is Fault.NO_VIDEO


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "frames"),
    [
        ("video/vtest.avi", 795),
        ("video/TUD-Campus.mp4", 71),
        ("video/pedestrian_survaillance.mp4", 242),
        ("video/bgslibrary-video03.avi", 1699),
        ("quality/tree.avi", 68),
    ],
)
def test_recordings_of_others_are_read_whole(shared_data: Path, name: str, frames: int) -> None:
    read = [f.at for f in read_frames(camera(), shared_data / name, start=START, sample_fps=60)]
    times = [at.time_s for at in read]
    assert [at.number for at in read] == list(range(1, frames + 1))
    assert times == sorted(times)
    assert times[0] == 0.0
