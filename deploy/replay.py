"""Recorded files through the pipeline as fast as it goes, to the same result each time.

One thread a core. Each takes the file whose turn it is, decodes its next frames, hands the file
on, and detects; whoever completes a file's frames in order takes them through tracker and rules.
So no thread waits for another's kind of work, and a picture is still in the cache when it is
scaled. Nothing depends on time: batches are formed by counting, and no frame is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event

from deploy.analyses import build_analysis, open_detectors
from deploy.replay_file import Lane, Replayed, ReplayFile
from deploy.replay_turns import Turns
from deploy.settings import Site, SiteCamera
from detectors.arrangement import Arrangement
from detectors.session import cores
from detectors.tracker import TrackIds
from ingest.counters import CameraCounters
from ingest.file_source import FileSource, file_rate
from ingest.frame import CameraId, Frame
from ingest.gate_hold import GateHold

logger = logging.getLogger(__name__)

LEAST_BATCH = 4
"""Each run of a model pushes our own code and data out of the cache: what a frame costs besides
decoding and inference is 0.7 ms in batches of 4, 1.3 ms one by one, and no less in batches of 8."""

OnReplayed = Callable[[str, Replayed], None]
"""Takes each analysed frame of a camera, in order and one at a time; cameras come side by side."""


class Replay:
    """A site whose cameras are files; a context manager, for its threads.

    Attributes:
        detectors: Every model in use, by its id.
        counters: What was read and decoded, by camera.
    """

    def __init__(
        self,
        site: Site,
        videos: Mapping[str, Path],
        *,
        max_frames: int | None = None,
        gate: bool = False,
    ) -> None:
        """Open models, and each file once, so that a bad one is said before an hour's work.

        Args:
            site: Its cameras named in `videos` are replayed.
            videos: File by camera id.
            max_frames: Analysed frames a file; None: all.
            gate: Gate files as live cameras are, frame by frame: slower, to compare alerts.

        Raises:
            IngestError: A file cannot be used.
            CatalogueError, DetectorError: A model cannot be used.
        """
        self._cameras = tuple(c for c in site.cameras if c.id in videos)
        self._site = site
        self._videos = videos
        self._max_frames = max_frames
        self._gate = gate
        for file in videos.values():
            file_rate(file)
        self.counters = {CameraId(camera.id): CameraCounters() for camera in self._cameras}
        # One single-threaded run a core beats one run on all cores: nothing waits for the other.
        self.detectors = open_detectors(site, self._cameras, threads=1)
        self._stop = Event()
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="replay")

    def __enter__(self) -> Replay:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._threads.shutdown(cancel_futures=True)

    def run(self, start: datetime, on_replayed: OnReplayed) -> None:
        """Every analysed frame of every camera; files run side by side.

        Raises:
            IngestError, DetectorError: The first fault of any file; the others are stopped.
        """
        files = [self._open(camera, start, on_replayed) for camera in self._cameras]
        turns = Turns(files)
        running = [self._threads.submit(turns.work, self._stop) for _ in range(cores())]
        wait(running, return_when=FIRST_EXCEPTION)
        for future in running:
            future.result()
        for file in files:
            file.finish()

    def _open(self, camera: SiteCamera, start: datetime, on_replayed: OnReplayed) -> ReplayFile:
        hold = GateHold() if self._gate and camera.gate == "auto" else None
        source = FileSource(
            camera,
            self._videos[camera.id],
            start=start,
            sample_fps=camera.sample_fps,
            hold=hold,
            counters=self.counters[CameraId(camera.id)],
        )
        return ReplayFile(
            self._frames(source, camera, is_whole=hold is None),
            self._lanes(camera),
            partial(on_replayed, camera.id),
            batch=self._batch(camera) if hold is None else 1,
            hold=hold,
        )

    def _frames(self, source: FileSource, camera: SiteCamera, *, is_whole: bool) -> Iterator[Frame]:
        yield from islice(source.frames(), self._max_frames)
        if self._max_frames is None and is_whole:
            _tell_losses(camera.id, source)

    def _batch(self, camera: SiteCamera) -> int:
        """As many frames as the camera's models take at once, and no fewer than pay."""
        wanted = self._site.models_of(camera)
        models = [model for model in self._site.models if model.id in wanted]
        return max(LEAST_BATCH, *(Arrangement.of(model, cores()).max_batch for model in models))

    def _lanes(self, camera: SiteCamera) -> list[Lane]:
        ids = TrackIds()
        detectors = [self.detectors[model_id] for model_id in self._site.models_of(camera)]
        return [
            Lane(detector=one, analysis=build_analysis(self._site, camera, one, ids))
            for one in detectors
        ]


def _tell_losses(camera_id: str, source: FileSource) -> None:
    """A truncated or damaged recording replays as far as it goes; nobody must mistake it."""
    decoded, errors = source.counters.frames_decoded, source.counters.decode_errors
    if errors or decoded < source.declared_frames:
        logger.warning(
            "camera %s: %d of %d frames decoded, %d broken",
            camera_id,
            decoded,
            source.declared_frames,
            errors,
            extra={"action": "recording-damaged", "camera_id": camera_id},
        )
