"""A visitor's recordings become what the RTSP server can serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from deploy.video_import import prepare_video
from deploy.video_probe import Probe, VideoImportError, probe

FRAMES = 24
RATE_HZ = 12


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A recording to synthesise: a white bar on the left, grey elsewhere."""

    name: str = "clip.mp4"
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    size_wh: tuple[int, int] = (96, 64)
    options: dict[str, str] = field(default_factory=lambda: {"bf": "0"})
    with_audio: bool = False
    rotation: int = 0
    times: tuple[int, ...] = tuple(range(FRAMES))  # in frames


Make = Callable[[Clip], Path]


def write(clip: Clip, folder: Path) -> Path:
    path = folder / clip.name
    with av.open(str(path), "w") as container:
        stream = container.add_stream(clip.codec, rate=RATE_HZ, options=clip.options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = clip.size_wh
        stream.pix_fmt = clip.pix_fmt
        if clip.rotation:
            stream.set_display_rotation(clip.rotation)
        sound = container.add_stream("aac", rate=8000) if clip.with_audio else None
        for number, time in enumerate(clip.times):
            picture = np.full((clip.size_wh[1], clip.size_wh[0], 3), 60 + number, np.uint8)
            picture[:, : clip.size_wh[0] // 3] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = time, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if isinstance(sound, av.AudioStream):
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            silence.sample_rate, silence.pts = 8000, 0
            container.mux(sound.encode(silence))
            container.mux(sound.encode(None))
    return path


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda clip: write(clip, tmp_path)


def prepare(path: Path, folder: Path) -> tuple[Probe, list[float]]:
    progress: list[float] = []
    ready = prepare_video(path, folder, progress.append)
    assert ready.parent == folder
    return probe(ready), progress


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.time or 0) for frame in container.decode(video=0)]


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "CLIP.MP4"])
def test_what_can_be_served_is_linked_untouched(make: Make, tmp_path: Path, name: str) -> None:
    path = make(Clip(name=name))
    found, progress = prepare(path, tmp_path / "cache")
    assert found.path.read_bytes() == path.read_bytes()
    assert found.path.suffix == path.suffix.lower()
    assert progress == [1.0]


@pytest.mark.parametrize(
    "clip",
    [Clip(name="clip.ts"), Clip(name="clip.mov"), Clip(with_audio=True)],
    ids=["transport stream", "QuickTime", "with sound"],
)
def test_what_is_only_wrapped_wrongly_keeps_its_pictures(
    make: Make, tmp_path: Path, clip: Clip
) -> None:
    path = make(clip)
    found, _ = prepare(path, tmp_path / "cache")
    assert not found.has_audio
    assert found.path.suffix == ".mp4"
    assert found.is_in_order
    assert len(times_of(found.path)) == FRAMES
    if clip.with_audio:
        assert packets_of(found.path) == packets_of(path)


@pytest.mark.parametrize(
    ("clip", "size_wh"),
    [
        (Clip(codec="mpeg4", name="clip.avi"), (96, 64)),
        (Clip(codec="mjpeg", pix_fmt="yuvj420p", name="clip.mkv"), (96, 64)),
        (Clip(pix_fmt="yuv444p", size_wh=(97, 65)), (96, 64)),
        (Clip(size_wh=(2560, 1440), times=(0, 1, 2), codec="mpeg4"), (1280, 720)),
        (Clip(options={"bf": "3", "b_adapt": "0"}), (96, 64)),
        (Clip(rotation=90), (64, 96)),
    ],
    ids=["MPEG-4", "MJPEG", "odd size", "too large", "B frames", "turned telephone"],
)
def test_what_cannot_be_served_is_encoded_once(
    make: Make, tmp_path: Path, clip: Clip, size_wh: tuple[int, int]
) -> None:
    found, progress = prepare(make(clip), tmp_path / "cache")
    assert (found.codec, found.width, found.height) == ("h264", *size_wh)
    assert (found.packets, found.is_in_order, found.rotation) == (len(clip.times), True, 0)
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(("rotation", "white_side"), [(90, "bottom"), (-90, "top"), (180, "right")])
def test_a_turned_picture_stands_upright_afterwards(
    make: Make, tmp_path: Path, rotation: int, white_side: str
) -> None:
    found, _ = prepare(make(Clip(rotation=rotation)), tmp_path / "cache")
    with av.open(str(found.path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    ends = {
        "top": picture[:8],
        "bottom": picture[-8:],
        "left": picture[:, :8],
        "right": picture[:, -8:],
    }
    assert max(ends, key=lambda side: float(ends[side].mean())) == white_side


def test_a_jump_of_the_recordings_clock_is_taken_out(make: Make, tmp_path: Path) -> None:
    later = 100 * RATE_HZ
    path = make(Clip(name="clip.mkv", times=(0, 1, 2, 3, later, later + 1, later + 2)))
    found, _ = prepare(path, tmp_path / "cache")
    assert times_of(found.path) == pytest.approx([n / RATE_HZ for n in range(7)], abs=0.002)


def test_a_short_pause_is_kept(make: Make, tmp_path: Path) -> None:
    path = make(Clip(codec="mpeg4", name="clip.mkv", times=(0, 1, 13, 14)))
    found, _ = prepare(path, tmp_path / "cache")
    assert times_of(found.path) == pytest.approx([n / RATE_HZ for n in (0, 1, 13, 14)], abs=0.002)


def test_the_second_time_the_result_is_found(make: Make, tmp_path: Path) -> None:
    path = make(Clip(codec="mpeg4", name="clip.avi"))
    first, _ = prepare(path, tmp_path / "cache")
    made_at = first.path.stat().st_mtime_ns
    again, progress = prepare(path.rename(tmp_path / "other name.avi"), tmp_path / "cache")
    assert (again.path, again.path.stat().st_mtime_ns) == (first.path, made_at)
    assert progress == [1.0]
    assert [entry.name for entry in (tmp_path / "cache").iterdir()] == [first.path.name]


def test_an_interrupted_conversion_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    def interrupt(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_video(make(Clip(codec="mpeg4")), tmp_path / "cache", interrupt)
    assert not list((tmp_path / "cache").iterdir())


def test_each_unusable_file_is_named_with_its_reason(make: Make, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    single = make(Clip(name="single.mp4", times=(0,)))
    audio = tmp_path / "sound.wav"
    with av.open(str(audio), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 800), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate = 8000
        assert isinstance(stream, av.AudioStream)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    for path, reason in [
        (tmp_path / "missing.mp4", "No such file"),
        (tmp_path / "empty.mp4", "the file is empty"),
        (tmp_path / "noise.mp4", "not a readable video"),
        (tmp_path, "not a readable video"),
        (single, "at least two pictures"),
        (audio, "no video in it"),
    ]:
        with pytest.raises(VideoImportError, match=reason) as error:
            prepare_video(path, tmp_path / "cache", lambda _share: None)
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_said(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VideoImportError, match="cannot be prepared"):
        prepare_video(make(Clip()), tmp_path / "file" / "cache", lambda _share: None)
