"""The main stream of a camera whose sub-stream is analysed: demuxed for evidence, never decoded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from ingest.address import resolve_address
from ingest.clock import PacketTime
from ingest.decoding import FrameDecoder
from ingest.frame import Frame
from ingest.packet_reader import PacketReader
from ingest.source import RtspSource
from ingest.video_input import VideoInput, VideoPacket


class MainSource(RtspSource):
    """One connection to the main stream; its sink gets packets, but no frames."""

    def _address(self) -> str:
        return resolve_address(self._camera, os.environ)

    def _reader(self, video: VideoInput) -> PacketReader:
        return _Undecoded(
            FrameDecoder(video, self._camera, session=self._session, counters=self._counters)
        )


class _Undecoded:
    """Only tells the times of packets: without a packet libav does not even open a decoder."""

    barren = 0
    """No picture is waited for."""

    patience_s = 0.0
    """A picture is asked for as soon as the other stream's frame is analysed."""

    def __init__(self, clock: PacketReader) -> None:
        self._clock = clock

    def stamp(self, packet: VideoPacket) -> PacketTime:
        return self._clock.stamp(packet)

    def decode(
        self, _packet: VideoPacket, _times: PacketTime, _captured_at: datetime | None = None
    ) -> Iterator[Frame]:
        return iter(())

    def flush(self) -> Iterator[Frame]:
        return iter(())
