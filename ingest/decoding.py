"""From video packets to the frames that are analysed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import thread_time

import av

from ingest.clock import PacketTime, SessionClock
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.frame import CameraId, Frame, FrameTime
from ingest.mask import MaskFiller
from ingest.sampling import FrameSampler
from ingest.scaler import PictureScaler
from ingest.video_input import VideoInput, VideoPacket


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """What a packet hands to the picture decoded from it."""

    time_s: float
    captured_at: datetime | None


class FrameDecoder:
    """Decodes the packets of one session and builds the frames the sampler takes.

    One broken frame is a counter; whether the stream is dead is for the reader to say.
    """

    patience_s = 0.0
    """Every packet is decoded as it comes."""

    def __init__(
        self,
        video: VideoInput,
        camera: CameraConfig,
        *,
        session: str,
        counters: CameraCounters,
        start: datetime | None = None,
    ) -> None:
        """With `start`, `captured_at` is `start + time_s` (files) instead of the arrival."""
        fps = video.format.fps
        self._video = video
        self._camera_id = CameraId(camera.id)
        self._session = session
        self._counters = counters
        self._start = start
        self._clock = SessionClock(step_s=1 / fps if fps else 0.04)
        self._sampler = FrameSampler(camera.sample_fps, fps)
        self._masks = MaskFiller(camera.privacy_masks) if camera.privacy_masks else None
        self._scaler = PictureScaler()
        base = video.stream.time_base
        self._tick = (base.numerator, base.denominator) if base else (1, 1)
        self._number = 0
        self._handed = 0
        self._last: _Stamp | None = None
        self.barren = 0  # packets decoded since the last picture that could be shown

    def stamp(self, packet: VideoPacket) -> PacketTime:
        """The packet's time in the session; call for each packet, in decoding order."""
        before = self._clock.repairs
        times = self._clock.stamp(self._seconds(packet.pts), self._seconds(packet.dts))
        self._counters.clock_repairs += self._clock.repairs - before
        return times

    def _seconds(self, ticks: int | None) -> float | None:
        # Not times a float tick: 2.8 s should read 2.8.
        return None if ticks is None else ticks * self._tick[0] / self._tick[1]

    def decode(
        self, packet: VideoPacket, times: PacketTime, captured_at: datetime | None = None
    ) -> Iterator[Frame]:
        """The analysed ones of the frames that this packet releases, masks filled in.

        Args:
            packet: The next packet in decoding order.
            times: Its `stamp`.
            captured_at: When it arrived; needed unless `start` was given.
        """
        self._last = _Stamp(time_s=times.time_s, captured_at=captured_at)
        packet.opaque = self._last
        self.barren += 1
        return self._frames(packet, times.decode_s)

    def flush(self) -> Iterator[Frame]:
        """The analysed ones of the frames the decoder still holds, at the end of a file."""
        return self._frames(None, None)

    @property
    def trusts_pts(self) -> bool:
        """Whether a packet's stamp is the time of its picture, so that it can stay undecoded."""
        return self._clock.trusts_pts

    def peek(
        self, packet: VideoPacket, times: PacketTime, captured_at: datetime | None, *, ahead: int
    ) -> Frame | None:
        """The picture of one keyframe by itself; the decoder must be at rest, and is again.

        Args:
            packet: The keyframe.
            times: Its `stamp`.
            captured_at: When it arrived; needed unless `start` was given.
            ahead: Packets before it that were neither decoded nor skipped.

        Returns:
            The frame, whether the sampler would take it or not; None where it is broken.
        """
        self._last = _Stamp(time_s=times.time_s, captured_at=captured_at)
        packet.opaque = self._last
        pictures = [*self._pictures(packet), *self._pictures(None)]
        self.rewind()
        self._counters.frames_decoded += len(pictures)
        if len(pictures) != 1 or pictures[0].is_corrupt:
            self._counters.decode_errors += 1
            return None
        return self._build(pictures[0], times.time_s, captured_at, self._number + ahead + 1)

    def hand_over(self, frame: Frame) -> Frame:
        """Give out a peeked frame; neither it nor one before it comes any more.

        The tracker goes forward only.
        """
        self._handed = frame.at.number
        return frame

    def rewind(self) -> None:
        """After a flush, be ready for a keyframe."""
        self._video.decoder.flush_buffers()

    def skip(self, times_s: Iterable[float]) -> None:
        """Packets of these times are not decoded; what comes after is numbered as if they were."""
        for time_s in sorted(times_s):
            self._number += 1
            self._counters.frames_skipped += 1
            self._sampler.takes(time_s)  # the grid goes on as if every frame had been seen

    def _frames(self, packet: VideoPacket | None, decode_s: float | None) -> Iterator[Frame]:
        for picture in self._pictures(packet):
            frame = self._frame(picture, decode_s)
            if frame is not None:
                yield frame

    def _pictures(self, packet: VideoPacket | None) -> list[av.VideoFrame]:
        began_s = thread_time()
        try:
            return self._video.decoder.decode(packet)
        except av.FFmpegError:
            self._counters.decode_errors += 1
            return []
        finally:
            self._counters.decode_cpu_s += thread_time() - began_s

    def _frame(self, picture: av.VideoFrame, decode_s: float | None) -> Frame | None:
        self._number += 1
        self._counters.frames_decoded += 1
        stamp = self._stamp_of(picture)
        before = self._clock.repairs
        time_s = self._clock.shown(stamp.time_s, decode_s)
        self._counters.clock_repairs += self._clock.repairs - before
        if picture.is_corrupt:
            self._counters.decode_errors += 1
            return None
        self.barren = 0
        if not self._sampler.takes(time_s) or self._number <= self._handed:
            return None
        return self._build(picture, time_s, stamp.captured_at, self._number)

    def _stamp_of(self, picture: av.VideoFrame) -> _Stamp:
        stamp = picture.opaque
        if isinstance(stamp, _Stamp):
            return stamp
        assert self._last is not None  # a picture comes after a packet
        return self._last

    def _build(
        self, picture: av.VideoFrame, time_s: float, captured_at: datetime | None, number: int
    ) -> Frame:
        if self._start is not None:
            captured_at = self._start + timedelta(seconds=time_s)
        assert captured_at is not None  # `decode` says so
        at = FrameTime(
            camera_id=self._camera_id,
            session=self._session,
            number=number,
            time_s=time_s,
            captured_at=captured_at,
        )
        shown = picture if self._masks is None else self._masks.apply(picture)
        return Frame(at=at, picture=shown, scaler=self._scaler)
