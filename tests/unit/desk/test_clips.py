from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from alerts.desk import clips
from alerts.desk.clips import Clips
from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError

SHA = "a" * 64


def write_clip(path: Path, codec: str, *, frames: int = 25, wh: tuple[int, int] = (64, 48)) -> Path:
    """A grey ramp at 12.5 fps, beginning at 1 s."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = wh
        stream.pix_fmt = "yuv420p"
        stream.options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        for number in range(frames):
            grey = np.full((wh[1], wh[0], 3), number * 8, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="bgr24")
            frame.pts = 25 + 2 * number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_an_h264_clip_is_served_as_it_is(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip", "libx264")
    assert Clips(tmp_path / "copies").playable(clip, SHA) == clip
    assert not (tmp_path / "copies").exists()


def test_an_h265_clip_gets_an_h264_copy_of_the_same_times_once(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip", "libx265")
    keeper = Clips(tmp_path / "copies")
    copy = keeper.playable(clip, SHA)
    made = copy.stat().st_ino
    with av.open(str(copy)) as container:
        video = container.streams.video[0]
        times = [frame.time for frame in container.decode(video)]
        assert (video.codec_context.name, len(times)) == ("h264", 25)
    assert times[-1] - times[0] == pytest.approx(24 * 0.08, abs=0.01)
    assert copy.read_bytes().index(b"moov") < copy.read_bytes().index(b"mdat")
    assert keeper.playable(clip, SHA).stat().st_ino == made
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [f"{SHA}.mp4"]


@pytest.mark.parametrize("content", [b"", b"no clip at all" * 100])
def test_what_is_no_clip_is_missing_and_leaves_nothing_behind(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "clip").write_bytes(content)
    with pytest.raises(EvidenceMissingError) as caught:
        Clips(tmp_path / "copies").playable(tmp_path / "clip", SHA)
    assert str(tmp_path) not in str(caught.value)
    assert not list(tmp_path.glob("copies/*"))


def test_copies_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MAX_COPIES", 2)
    clip, keeper = write_clip(tmp_path / "clip", "libx265", frames=3), Clips(tmp_path / "copies")
    for age, name in enumerate("abc"):
        copy = keeper.playable(clip, name * 64)
        os.utime(copy, (age, age))
    assert {path.name[0] for path in (tmp_path / "copies").iterdir()} == {"b", "c"}


def test_a_copy_that_is_looked_at_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MAX_COPIES", 2)
    clip, keeper = write_clip(tmp_path / "clip", "libx265", frames=3), Clips(tmp_path / "copies")
    for age, name in enumerate("ab"):
        os.utime(keeper.playable(clip, name * 64), (age, age))
    keeper.playable(clip, "a" * 64)
    keeper.playable(clip, "c" * 64)
    assert {path.name[0] for path in (tmp_path / "copies").iterdir()} == {"a", "c"}


def test_a_disk_that_is_full_is_no_missing_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, __: Path) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(clips, "convert", full)
    clip = write_clip(tmp_path / "clip", "libx265", frames=3)
    with pytest.raises(EvidenceStoreError) as caught:
        Clips(tmp_path / "copies").playable(clip, SHA)
    assert str(tmp_path) not in str(caught.value)
