from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from errno import ENODEV
from functools import partial
from pathlib import Path

import av
import pytest

from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.fallback_decoding import PATIENCE, Candidate, FallbackDecoder
from ingest.frame import Frame
from ingest.hardware_decoding import decoder_names, is_offered, with_chosen_decoder
from ingest.video_input import PictureDecoder, VideoInput, VideoPacket, open_video
from tests.unit.ingest.clips import camera, write_clip

FRAMES = 70


class Hardware:
    """Decodes with libav, as nv12, `delay` pictures late, its pictures carrying nothing but pts.

    It breaks at the packets that `breaks` names, and gives nothing while `is_silent`.
    """

    def __init__(
        self, video: VideoInput, *, delay: int = 0, breaks: Callable[[int], bool] = lambda _: False
    ) -> None:
        self._inner = video.format.decoder()
        self._delay = delay
        self._breaks = breaks
        self._held: list[av.VideoFrame] = []
        self._seen = 0
        self.is_silent = False

    def decode(self, packet: VideoPacket | None = None, /) -> list[av.VideoFrame]:
        self._seen += 1
        if self._breaks(self._seen):
            raise av.FFmpegError(ENODEV, "no such device")
        for picture in self._inner.decode(packet):
            nv12 = picture.reformat(format="nv12")
            nv12.opaque = None
            self._held.append(nv12)
        keep = 0 if packet is None else self._delay
        count = 0 if self.is_silent else max(len(self._held) - keep, 0)
        out, self._held = self._held[:count], self._held[count:]
        return out

    def flush_buffers(self) -> None:
        self._held.clear()
        self._inner.flush_buffers()


@pytest.fixture
def video(tmp_path: Path) -> Iterator[VideoInput]:
    clip = write_clip(tmp_path / "clip.mp4", frames=FRAMES, gop=20, options={"bf": "2"})
    with open_video(str(clip), camera_id="cam") as opened:
        yield opened


class Told:
    def __init__(self) -> None:
        self.used: list[str] = []
        self.reasons: list[str] = []

    def decoder(self, video: VideoInput, **hardware: PictureDecoder | None) -> FallbackDecoder:
        """Of these (None cannot be opened), then libav's own."""

        def opened(decoder: PictureDecoder | None) -> PictureDecoder:
            if decoder is None:
                raise av.FFmpegError(ENODEV, "no such device")
            return decoder

        named = hardware | {"h264": video.decoder}
        return FallbackDecoder(
            [Candidate(name=k, open=partial(opened, d)) for k, d in named.items()],
            on_use=self.used.append,
            on_last=self.reasons.extend,
        )


def frames(video: VideoInput, decoder: PictureDecoder) -> list[Frame]:
    """All frames of the file, decoded by `decoder`."""
    counters = CameraCounters()
    reader = FrameDecoder(
        replace(video, decoder=decoder),
        camera(sample_fps=60),
        session="s",
        counters=counters,
        start=datetime(2026, 1, 1, tzinfo=UTC),
    )
    found = [f for packet in video.packets() for f in reader.decode(packet, reader.stamp(packet))]
    return [*found, *reader.flush()]


def times(found: list[Frame]) -> list[float]:
    return [round(frame.at.time_s, 3) for frame in found]


ALL = [round(index / 10, 3) for index in range(FRAMES)]


@pytest.mark.parametrize("delay", [0, 4])
def test_pictures_of_hardware_carry_the_times_of_their_own_packets(
    video: VideoInput, delay: int
) -> None:
    told = Told()
    found = frames(video, told.decoder(video, h264_x=Hardware(video, delay=delay)))
    assert times(found) == ALL
    assert {frame.picture.format.name for frame in found} == {"nv12"}
    assert (told.used, told.reasons) == (["h264_x"], [])


def silent(video: VideoInput) -> Hardware:
    hardware = Hardware(video)
    hardware.is_silent = True
    return hardware


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _: None, "h264_x: no such device"),
        (lambda video: Hardware(video, breaks=lambda n: n == 1), "h264_x: no such device"),
        (lambda video: Hardware(video, breaks=lambda n: n == 3, delay=5), "h264_x: no such device"),
        (silent, f"h264_x: no picture of {PATIENCE} packets"),
    ],
    ids=["cannot be opened", "breaks at once", "breaks before a picture", "gives nothing"],
)
def test_software_takes_over_from_the_first_packet_on(
    video: VideoInput, make: Callable[[VideoInput], Hardware | None], said: str
) -> None:
    told = Told()
    found = frames(video, told.decoder(video, h264_x=make(video)))
    assert times(found) == ALL
    assert (told.used[-1], told.reasons) == ("h264", [said])


def test_the_next_kind_of_hardware_comes_before_software(video: VideoInput) -> None:
    told = Told()
    broken = Hardware(video, breaks=lambda _: True)
    found = frames(video, told.decoder(video, h264_x=None, h264_y=broken, h264_z=Hardware(video)))
    assert times(found) == ALL
    assert (told.used, told.reasons) == (["h264_y", "h264_z"], [])


def test_hardware_that_worked_is_given_up_after_a_while_not_at_one_broken_packet(
    video: VideoInput,
) -> None:
    told = Told()
    found = frames(video, told.decoder(video, h264_x=Hardware(video, breaks=lambda n: n == 12)))
    assert told.used == ["h264_x"]
    assert len(found) >= FRAMES - 2
    lost = Told()
    video.container.seek(0)
    frames(video, lost.decoder(video, h264_x=Hardware(video, breaks=lambda n: n > 12)))
    assert lost.used == ["h264_x", "h264"]


def test_a_decoder_that_cannot_be_reset_is_opened_anew(video: VideoInput) -> None:
    opened: list[Hardware] = []

    def open_one() -> Hardware:
        opened.append(Hardware(video))
        return opened[-1]

    decoder = FallbackDecoder(
        [
            Candidate(name="h264_v4l2m2m", open=open_one, is_resettable=False),
            Candidate(name="h264", open=lambda: video.decoder),
        ],
        on_use=lambda _: None,
        on_last=lambda _: None,
    )
    keys = [packet for packet in video.packets() if packet.is_keyframe]
    for key in keys:
        assert len([*decoder.decode(key), *decoder.decode(None)]) == 1
        decoder.flush_buffers()
    assert len(opened) == 1 + len(keys)


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("software", ()),
        ("qsv", ("hevc_qsv",)),
        ("auto", ("hevc_cuvid", "hevc_qsv", "hevc_v4l2m2m")),
    ],
)
def test_names_are_those_of_libav(choice: str, names: tuple[str, ...]) -> None:
    decoder = camera(decoder=choice).decoder
    assert decoder is not None
    assert decoder_names("hevc", decoder) == names


def test_what_libav_does_not_offer_is_known() -> None:
    assert is_offered("h264")
    assert not is_offered("h264_abacus")


@pytest.mark.parametrize("choice", ["software", None])
def test_software_is_the_streams_own_decoder(video: VideoInput, choice: str | None) -> None:
    counters = CameraCounters()
    assert with_chosen_decoder(video, camera(decoder=choice), counters) is video
    assert (counters.decoder, counters.decoder_fallbacks) == ("h264", 0)


def test_hardware_that_is_absent_is_counted_each_time_and_said_once(
    video: VideoInput, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_video: object, name: str) -> PictureDecoder:
        raise av.FFmpegError(ENODEV, f"no device for {name}")

    monkeypatch.setattr("ingest.hardware_decoding._open", absent)
    counters = CameraCounters()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            chosen = with_chosen_decoder(video, camera(decoder="cuvid"), counters)
    assert times(frames(video, chosen.decoder)) == ALL
    assert (counters.decoder, counters.decoder_fallbacks) == ("h264", 3)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    for word in ("cam", "cuvid", "h264_cuvid", "decoder: software"):
        assert word in said[0]
