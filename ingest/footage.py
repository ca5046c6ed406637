"""A cut of a session's packets: what evidence is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

import av

from ingest import mp4
from ingest.mask import MaskFiller
from ingest.pictures import decode_stored
from ingest.polygon import Polygon
from ingest.ring import PACKET_OVERHEAD_BYTES, StoredPacket
from ingest.stream_format import StreamFormat

SAME_PICTURE_S = 0.002
"""Times this close are one picture: `time_s` is rounded on its way through ticks."""


class Footage(ABC):
    """Immutable packets from a keyframe on, and the ways out of them.

    There is no accessor to the packets. A masked camera's packets show what its masks hide,
    so they must not leave; which ways out exist is a matter of the type: `OpenFootage`
    writes packets, `MaskedFootage` only pictures that went through the masks. It encodes in
    the thread that writes the evidence, not in the camera's, so that demuxing never stalls.
    """

    def __init__(self, stream: StreamFormat, packets: Sequence[StoredPacket]) -> None:
        if not packets:
            raise ValueError("footage needs at least one packet")
        self._stream = stream
        self._packets = tuple(packets)

    @property
    def start_s(self) -> float:
        """`time_s` of the first picture, a keyframe."""
        return self._packets[0].time_s

    @property
    def end_s(self) -> float:
        """`time_s` of the last picture."""
        return max(packet.time_s for packet in self._packets)

    @property
    def bytes_held(self) -> int:
        """Memory its packets take, about; cuts of the same seconds share them."""
        return sum(len(packet.payload) + PACKET_OVERHEAD_BYTES for packet in self._packets)

    @property
    def codec(self) -> str:
        """The codec of a clip written, by libav's name."""
        return self._stream.codec if self._is_remuxed else "h264"

    def picture_at(self, time_s: float) -> av.VideoFrame:
        """The picture shown at `time_s`, or the nearest before, masks filled in.

        Raises:
            LookupError: no picture could be decoded.
        """
        found: av.VideoFrame | None = None
        for shown_s, picture in decode_stored(self._stream, self._packets):
            if found is not None and shown_s > time_s + SAME_PICTURE_S:
                break
            found = picture
        if found is None:
            raise LookupError(f"no picture of {len(self._packets)} packets could be decoded")
        return self._visible(found)

    def write_mp4(self, path: Path) -> None:
        """Write the clip to `path` (replaced): MP4, `faststart`, from 0 s, without audio.

        Raises:
            OSError: it could not be written.
        """
        if self._is_remuxed:
            mp4.remux(self._stream, self._packets, path)
        else:
            mp4.encode(self._visible_pictures(), path)

    def _visible_pictures(self) -> Iterator[tuple[float, av.VideoFrame]]:
        for shown_s, picture in decode_stored(self._stream, self._packets):
            yield shown_s, self._visible(picture)

    @property
    @abstractmethod
    def _is_remuxed(self) -> bool:
        """Whether a clip holds the packets as received."""

    @abstractmethod
    def _visible(self, picture: av.VideoFrame) -> av.VideoFrame:
        """What may be seen of a decoded picture."""


class OpenFootage(Footage):
    """Footage of a camera without masks: clips are remuxed, H.265 is kept as received."""

    @property
    def _is_remuxed(self) -> bool:
        return self._stream.is_remuxable

    def _visible(self, picture: av.VideoFrame) -> av.VideoFrame:
        return picture


class MaskedFootage(Footage):
    """Footage of a camera with masks: everything is decoded, masked and encoded again."""

    def __init__(
        self,
        stream: StreamFormat,
        packets: Sequence[StoredPacket],
        polygons: Sequence[Polygon],
    ) -> None:
        super().__init__(stream, packets)
        self._masks = MaskFiller(polygons)

    @property
    def _is_remuxed(self) -> bool:
        return False

    def _visible(self, picture: av.VideoFrame) -> av.VideoFrame:
        return self._masks.apply(picture)


def make_footage(
    stream: StreamFormat, packets: Sequence[StoredPacket], polygons: Sequence[Polygon]
) -> Footage:
    """Footage of packets of a camera with these privacy masks."""
    if polygons:
        return MaskedFootage(stream, packets, polygons)
    return OpenFootage(stream, packets)
