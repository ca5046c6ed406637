from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.footage import Footage, make_footage
from ingest.ring import PacketRing
from tests.unit.ingest.clips import noise, stored_packets

MASK = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def cut(
    from_s: float, to_s: float, *, codec: str = "libx264", b_frames: int = 0, masked: bool = False
) -> Footage:
    stream, packets = stored_packets(codec=codec, b_frames=b_frames)
    ring = PacketRing()
    for packet in packets:
        ring.push(packet)
    return make_footage(stream, ring.cut(from_s, to_s), (MASK,) if masked else ())


def pixels(picture: av.VideoFrame) -> NDArray[np.int16]:
    return np.asarray(picture.to_ndarray(format="bgr24"), np.int16)


def shows(picture: NDArray[np.int16], index: int) -> bool:
    """Whether the right half, away from the edge, is that of the frame made as `index`."""
    right = np.s_[:, 100:]
    return bool(np.abs(picture[right] - pixels(noise(index))[right]).mean() < 15)


def read(path: Path) -> tuple[str, str, list[float], list[NDArray[np.int16]]]:
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert len(container.streams) == 1
        pictures = list(container.decode(stream))
        times = [float(p.pts * p.time_base) for p in pictures if p.pts is not None and p.time_base]
        context = stream.codec_context
        return context.name, context.codec_tag, times, [pixels(p) for p in pictures]


@pytest.mark.parametrize(
    ("codec", "name", "tag"), [("libx264", "h264", "avc1"), ("libx265", "hevc", "hvc1")]
)
def test_a_clip_holds_the_packets_as_received_from_the_keyframe_on(
    tmp_path: Path, codec: str, name: str, tag: str
) -> None:
    footage = cut(1.4, 2.2, codec=codec)
    footage.write_mp4(tmp_path / "clip.mp4")
    found_name, found_tag, times, pictures = read(tmp_path / "clip.mp4")
    assert (footage.start_s, footage.end_s, footage.codec) == (1.0, 2.2, name)
    assert (found_name, found_tag) == (name, tag)
    assert times == pytest.approx([index / 10 for index in range(13)])
    assert all(shows(picture, 10 + index) for index, picture in enumerate(pictures))


def test_a_clip_with_b_frames_plays_in_order_from_its_keyframe(tmp_path: Path) -> None:
    cut(1.0, 2.0, b_frames=2).write_mp4(tmp_path / "clip.mp4")
    _, _, times, pictures = read(tmp_path / "clip.mp4")
    assert times[0] == pytest.approx(0.0, abs=0.21)
    assert np.diff(times) == pytest.approx(0.1)
    assert all(shows(picture, 10 + index) for index, picture in enumerate(pictures))


def test_a_clip_can_be_played_before_it_is_whole(tmp_path: Path) -> None:
    cut(0.0, 2.0).write_mp4(tmp_path / "clip.mp4")
    content = (tmp_path / "clip.mp4").read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_a_masked_clip_shows_nothing_under_the_mask_and_the_source_elsewhere(
    tmp_path: Path,
) -> None:
    footage = cut(1.4, 2.2, masked=True)
    footage.write_mp4(tmp_path / "clip.mp4")
    name, _, times, pictures = read(tmp_path / "clip.mp4")
    assert (name, footage.codec) == ("h264", "h264")
    assert times == pytest.approx([index / 10 for index in range(13)], abs=1e-3)
    for index, picture in enumerate(pictures):
        assert picture[:, :80].max() < 40  # black, give or take what the coder does
        assert shows(picture, 10 + index)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_masked_clip_contains_none_of_the_packets(tmp_path: Path, codec: str) -> None:
    stream, packets = stored_packets(codec=codec)
    make_footage(stream, packets, (MASK,)).write_mp4(tmp_path / "clip.mp4")
    content = (tmp_path / "clip.mp4").read_bytes()
    assert not any(packet.payload[-64:] in content for packet in packets)


def test_masked_footage_has_no_public_way_to_its_packets() -> None:
    public = {name for name in dir(cut(0.0, 1.0, masked=True)) if not name.startswith("_")}
    assert public == {"bytes_held", "codec", "end_s", "picture_at", "start_s", "write_mp4"}


@pytest.mark.parametrize(
    ("at_s", "index"), [(1.0, 10), (1.4, 14), (1.44, 14), (0.2, 10), (9.0, 22)]
)
@pytest.mark.parametrize("masked", [False, True])
def test_the_picture_at_a_time_is_the_one_shown_then(at_s: float, index: int, masked: bool) -> None:
    picture = pixels(cut(1.4, 2.2, masked=masked).picture_at(at_s))
    assert shows(picture, index)
    assert bool(picture[:, :80].max() <= 16) is masked


def test_parameter_sets_known_only_from_the_session_reach_the_clip(tmp_path: Path) -> None:
    stream, packets = stored_packets()
    head, start, slices = packets[0].payload.rpartition(b"\x00\x00\x01\x65")
    bare = (replace(packets[0], payload=start + slices), *packets[1:])
    make_footage(replace(stream, extradata=head), bare, ()).write_mp4(tmp_path / "clip.mp4")
    _, _, times, pictures = read(tmp_path / "clip.mp4")
    assert len(times) == len(packets)
    assert shows(pictures[-1], len(packets) - 1)


def test_broken_packets_are_passed_over() -> None:
    stream, packets = stored_packets()
    broken = (
        *packets[:5],
        replace(packets[5], payload=b"\x00\x00\x00\x01\x41rubbish"),
        *packets[6:],
    )
    assert shows(pixels(make_footage(stream, broken, ()).picture_at(2.0)), 20)


def test_a_clip_that_cannot_be_written_is_an_os_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="clip"):
        cut(0.0, 1.0).write_mp4(tmp_path / "absent" / "clip.mp4")
    stream, packets = stored_packets()
    rubbish = [replace(packet, payload=b"\x00\x00\x00\x01rubbish") for packet in packets]
    with pytest.raises((OSError, LookupError)):
        make_footage(stream, rubbish, (MASK,)).write_mp4(tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


def test_footage_of_no_packets_is_refused() -> None:
    stream, _ = stored_packets(frames=1)
    with pytest.raises(ValueError, match="at least one"):
        make_footage(stream, (), ())


def test_footage_says_how_much_memory_its_packets_take() -> None:
    stream, packets = stored_packets(frames=10)
    payload = sum(len(packet.payload) for packet in packets)
    held = make_footage(stream, packets, ()).bytes_held
    assert payload < held < payload + 10 * 1000
