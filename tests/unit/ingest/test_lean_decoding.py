"""A decoder opened anew at rest gives the same pictures, and only where there were many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import pytest
from av.video.codeccontext import VideoCodecContext

from ingest.lean_decoding import FEW, LeanDecoder
from ingest.video_input import VideoInput, VideoPacket, open_video
from tests.unit.ingest.clips import write_clip

GOP = 10


@pytest.fixture(params=["0", "2"], ids=["no-b-frames", "b-frames"])
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VideoInput]:
    options = {"bf": str(request.param)}
    clip = write_clip(tmp_path / "clip.mp4", frames=4 * GOP, gop=GOP, options=options)
    with open_video(str(clip), camera_id="cam") as opened:
        yield opened


class Opened:
    """Counts the contexts it makes."""

    def __init__(self, video: VideoInput) -> None:
        self._video = video
        self.count = 0

    def __call__(self) -> VideoCodecContext:
        self.count += 1
        return self._video.format.decoder()


def lean(video: VideoInput) -> tuple[LeanDecoder, Opened]:
    opened = Opened(video)
    assert video.stream.codec_context is not None
    return LeanDecoder(opened, video.stream.codec_context.reorder_depth), opened


def shown(pictures: list[av.VideoFrame]) -> list[tuple[int | None, bytes]]:
    return [(each.pts, each.to_ndarray().tobytes()) for each in pictures]


def decoded(decoder: LeanDecoder, packets: list[VideoPacket]) -> list[tuple[int | None, bytes]]:
    pictures = [picture for packet in packets for picture in decoder.decode(packet)]
    return shown([*pictures, *decoder.decode(None)])


def test_after_many_pictures_it_is_opened_anew_and_goes_on_alike(video: VideoInput) -> None:
    decoder, opened = lean(video)
    packets = list(video.packets())
    key = next(n for n, packet in enumerate(packets) if n > GOP and packet.is_keyframe)
    first = decoded(decoder, packets[:key])
    decoder.flush_buffers()
    second = decoded(decoder, packets[key:])
    assert opened.count == 2
    whole, _ = lean(video)
    assert first + second == decoded(whole, packets)


def test_after_single_keyframes_it_is_not(video: VideoInput) -> None:
    decoder, opened = lean(video)
    keys = [packet for packet in video.packets() if packet.is_keyframe]
    for key in keys:
        assert len(decoded(decoder, [key])) == 1
        decoder.flush_buffers()
    assert opened.count == 1


def test_few_pictures_are_forgotten_one_by_one(video: VideoInput) -> None:
    decoder, opened = lean(video)
    for _ in range(FEW):
        for packet in islice(video.packets(), 1):
            decoder.decode(packet)
        decoder.flush_buffers()
    assert opened.count == 1


def test_where_only_packets_tell_the_parameters_the_streams_own_decoder_is_kept(
    tmp_path: Path,
) -> None:
    clip = write_clip(tmp_path / "clip.webm", codec="libvpx", frames=5)
    with open_video(str(clip), camera_id="cam") as opened:
        assert opened.decoder is opened.stream.codec_context
