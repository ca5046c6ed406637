"""A camera that is watched, struck by a fault, healed, and watched again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from ingest.counters import CameraCounters
from ingest.errors import Fault
from ingest.frame import Frame
from ingest.status import CameraState, CameraStatus
from tests.fault_proxy import FaultProxy
from tests.integration.ingest_watched import Watched

FIRST_FRAMES = 3
FIRST_WITHIN_S = 15.0
TOLD_WITHIN_S = 15.0
BACK_LIMIT_S = 15.0
"""When a test gives up; what was promised is for the test to say."""

LONGEST_WAIT_S = 0.5
"""Where only a person can help, cameras are asked once a minute; a test has less time."""

Blow = Callable[[FaultProxy], None]


def nothing(_: FaultProxy) -> None:
    """It heals by itself, or the camera has to help itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One fault between a camera and its server.

    Attributes:
        name: Its camera's id.
        strike: Begins it.
        heal: Ends it.
        told: The status the camera then has; None where it goes on.
        lasts_s: How long the fault lasts after that.
        mount: Where the camera looks.
        fields: More of the camera's site entry.
    """

    name: str
    strike: Blow
    heal: Blow = nothing
    told: tuple[CameraState, Fault] | None = None
    lasts_s: float = 0.0
    mount: str = "/video"
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came of it.

    Attributes:
        lasted_s: Seconds from the strike to the end of the fault.
        back_s: Seconds from then to the next analysed frame.
        waits_s: What the camera waited for between attempts.
        frames: Those it gave, `struck_at` of them before the strike.
        lines: What was logged of it.
    """

    lasted_s: float
    back_s: float
    waits_s: list[float]
    frames: list[Frame]
    struck_at: int
    statuses: list[CameraStatus]
    counters: CameraCounters
    lines: list[str]


class LogLines(logging.Handler):
    """Collects what is logged of each camera."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        camera_id = getattr(record, "camera_id", "")
        self.lines.setdefault(camera_id, []).append(record.getMessage())


def play_all(troubles: Iterable[Trouble], upstream_port: int) -> dict[str, Outcome]:
    """Every trouble with a camera and a proxy of its own, all at the same time."""
    log, heard = logging.getLogger("ingest"), LogLines()
    log.addHandler(heard)
    try:
        with ThreadPoolExecutor(max_workers=32) as pool:
            play = partial(_play, upstream_port=upstream_port, heard=heard)
            return dict(pool.map(play, troubles))
    finally:
        log.removeHandler(heard)


def _play(trouble: Trouble, *, upstream_port: int, heard: LogLines) -> tuple[str, Outcome]:
    waits_s: list[float] = []

    def wait(seconds: float) -> None:
        waits_s.append(seconds)
        time.sleep(seconds if seconds < 10.0 else LONGEST_WAIT_S)

    with FaultProxy(upstream_port) as proxy:
        fields = {"id": trouble.name, **trouble.fields}
        watched = Watched(proxy.url(trouble.mount), fields, wait=wait)
        try:
            watched.until(lambda: len(watched.frames) >= FIRST_FRAMES, FIRST_WITHIN_S)
            struck_at, struck_s = len(watched.frames), time.monotonic()
            trouble.strike(proxy)
            _endure(trouble, watched)
            lasted_s = time.monotonic() - struck_s
            count, healed_s = len(watched.frames), time.monotonic()
            trouble.heal(proxy)
            watched.until(lambda: len(watched.frames) > count, BACK_LIMIT_S)
            back_s = time.monotonic() - healed_s
        finally:
            watched.camera.stop()
    return trouble.name, Outcome(
        lasted_s=lasted_s,
        back_s=back_s,
        waits_s=waits_s,
        frames=watched.frames,
        struck_at=struck_at,
        statuses=watched.statuses,
        counters=watched.camera.counters,
        lines=heard.lines.get(trouble.name, []),
    )


def _endure(trouble: Trouble, watched: Watched) -> None:
    """Until the camera says what is wrong, and for as long as the fault is to last."""
    told = trouble.told
    if told is not None:
        watched.until(
            lambda: told in [(status.state, status.fault) for status in watched.statuses],
            TOLD_WITHIN_S,
        )
    time.sleep(trouble.lasts_s)
