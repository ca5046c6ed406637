"""Recorded files through the pipeline as fast as it goes, to the same result each time.

Each file has a thread that decodes it, hands batches of consecutive frames to a pool of one
inference thread a core, and takes the results in order through tracker and rules. Nothing
depends on time: batches are formed by counting, and no frame is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from alerts.alert import Alert, Reason
from alerts.analysis import CameraAnalysis
from deploy.analyses import build_analysis, models_of, open_detectors
from deploy.settings import Site, SiteCamera
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.session import cores
from detectors.track import Track
from ingest.file_source import read_frames
from ingest.frame import Frame, FrameTime

BATCH = 4
"""On a CPU a batch buys no arithmetic; four frames make the hand-over cheap."""

AHEAD = 4
"""Batches a file may have under way, so that no inference thread waits for its decoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one analysed frame led to."""

    at: FrameTime
    tracks: tuple[Track, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One model looking at one camera."""

    detector: Detector
    analysis: CameraAnalysis


class Replay:
    """A site whose cameras are files; a context manager, for its threads."""

    def __init__(
        self, site: Site, videos: Mapping[str, Path], *, max_frames: int | None = None
    ) -> None:
        self._cameras = tuple(c for c in site.cameras if c.id in videos)
        self._site = site
        self._videos = videos
        self._max_frames = max_frames  # analysed frames a file; None: all
        # One single-threaded run a core beats one run on all cores: nothing waits for the other.
        self._detectors = open_detectors(site, self._cameras, threads=1)
        self._inference = ThreadPoolExecutor(cores(), thread_name_prefix="infer")
        self._decoding = ThreadPoolExecutor(2 * cores(), thread_name_prefix="replay")

    def __enter__(self) -> Replay:
        return self

    def __exit__(self, *_: object) -> None:
        self._decoding.shutdown(cancel_futures=True)
        self._inference.shutdown(cancel_futures=True)

    def run(self, start: datetime) -> dict[str, list[Replayed]]:
        """Every analysed frame of every camera, in order; files run side by side."""
        running = {
            camera.id: self._decoding.submit(lambda c: list(self.frames(c, start)), camera)
            for camera in self._cameras
        }
        return {camera_id: future.result() for camera_id, future in running.items()}

    def frames(self, camera: SiteCamera, start: datetime) -> Iterator[Replayed]:
        """One camera's file, frame by frame."""
        lanes = [
            Lane(
                detector=self._detectors[model_id],
                analysis=build_analysis(self._site, camera, self._detectors[model_id]),
            )
            for model_id in models_of(self._site, camera)
        ]
        frames = read_frames(
            camera, self._videos[camera.id], start=start, sample_fps=camera.sample_fps
        )
        yield from judge(
            detect_in_order(frames, [x.detector for x in lanes], self._inference), lanes
        )


def detect_in_order(
    frames: Iterable[Frame], detectors: Sequence[Detector], pool: ThreadPoolExecutor
) -> Iterator[tuple[Detections, ...]]:
    """For each frame what each detector saw, batches of `BATCH` running ahead in `pool`."""
    under_way: deque[list[Future[list[Detections]]]] = deque()
    rest = iter(frames)
    while chunk := list(islice(rest, BATCH)):
        under_way.append([pool.submit(detector.detect, chunk) for detector in detectors])
        if len(under_way) == AHEAD:
            yield from _results(under_way.popleft())
    while under_way:
        yield from _results(under_way.popleft())


def _results(batch: list[Future[list[Detections]]]) -> Iterator[tuple[Detections, ...]]:
    return zip(*(future.result() for future in batch), strict=True)


def judge(seen: Iterable[tuple[Detections, ...]], lanes: Sequence[Lane]) -> Iterator[Replayed]:
    """Trackers and rules over what was seen; what is open at the end of the file ends with it."""
    last: Replayed | None = None
    for detections in seen:
        if last is not None:
            yield last
        alerts = [
            a for lane, d in zip(lanes, detections, strict=True) for a in lane.analysis.update(d)
        ]
        tracks = tuple(track for lane in lanes for track in lane.analysis.tracks)
        last = Replayed(at=detections[0].at, tracks=tracks, alerts=tuple(alerts))
    if last is not None:
        ended = [a for lane in lanes for a in lane.analysis.end(Reason.STREAM_ENDED)]
        yield Replayed(at=last.at, tracks=last.tracks, alerts=(*last.alerts, *ended))
