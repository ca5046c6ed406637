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

from ingest.file_source import read_frames

from alerts.alert import Alert, Reason
from alerts.analysis import CameraAnalysis
from deploy.analyses import build_analysis, models_of, open_detectors
from deploy.settings import Site, SiteCamera
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.session import cores
from detectors.track import Track
from ingest.frame import Frame, FrameTime
from ingest.gate_hold import GateHold


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one analysed frame led to."""

    at: FrameTime
    tracks: tuple[Track, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """How far detection runs ahead of judgement.

    Attributes:
        batch: Frames of a batch. On a CPU it buys no arithmetic; four make the hand-over cheap.
        batches: Those a file may have under way, so that no inference thread waits for decoding.
    """

    batch: int = 4
    batches: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One model looking at one camera."""

    detector: Detector
    analysis: CameraAnalysis


class Replay:
    """A site whose cameras are files; a context manager, for its threads."""

    def __init__(
        self,
        site: Site,
        videos: Mapping[str, Path],
        *,
        max_frames: int | None = None,
        gate: bool = False,
    ) -> None:
        """With `gate`, files are gated as live cameras are, frame by frame: slower, for tests."""
        self._cameras = tuple(c for c in site.cameras if c.id in videos)
        self._site = site
        self._videos = videos
        self._gate = gate
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
        hold = GateHold() if self._gate and camera.gate == "auto" else None
        frames = read_frames(
            camera,
            self._videos[camera.id],
            start=start,
            sample_fps=camera.sample_fps,
            hold=hold,
        )
        # What is judged decides what is decoded next, so a gated file cannot run ahead.
        ahead = Ahead() if hold is None else Ahead(batch=1, batches=1)
        detectors = [lane.detector for lane in lanes]
        yield from judge(detect_in_order(frames, detectors, self._inference, ahead), lanes, hold)


def detect_in_order(
    frames: Iterable[Frame],
    detectors: Sequence[Detector],
    pool: ThreadPoolExecutor,
    ahead: Ahead,
) -> Iterator[tuple[Detections, ...]]:
    """For each frame what each detector saw, batches running ahead in `pool`."""
    under_way: deque[list[Future[list[Detections]]]] = deque()
    rest = iter(frames)
    while chunk := list(islice(rest, ahead.batch)):
        under_way.append([pool.submit(detector.detect, chunk) for detector in detectors])
        if len(under_way) == ahead.batches:
            yield from _results(under_way.popleft())
    while under_way:
        yield from _results(under_way.popleft())


def _results(batch: list[Future[list[Detections]]]) -> Iterator[tuple[Detections, ...]]:
    return zip(*(future.result() for future in batch), strict=True)


def judge(
    seen: Iterable[tuple[Detections, ...]], lanes: Sequence[Lane], hold: GateHold | None = None
) -> Iterator[Replayed]:
    """Trackers and rules over what was seen; what is open at the end of the file ends with it.

    Frames with somebody on them extend `hold`, as `alerts.judge` does.
    """
    last: Replayed | None = None
    for detections in seen:
        if last is not None:
            yield last
        alerts = [
            a for lane, d in zip(lanes, detections, strict=True) for a in lane.analysis.update(d)
        ]
        if hold is not None and any(lane.analysis.is_following for lane in lanes):
            hold.extend(detections[0].at)
        tracks = tuple(track for lane in lanes for track in lane.analysis.tracks)
        last = Replayed(at=detections[0].at, tracks=tracks, alerts=tuple(alerts))
    if last is not None:
        ended = [a for lane in lanes for a in lane.analysis.end(Reason.STREAM_ENDED)]
        yield Replayed(at=last.at, tracks=last.tracks, alerts=(*last.alerts, *ended))
