"""A step of the wall clock by an hour changes no time limit, dwell or cooldown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.alert import Phase
from alerts.desk.clock import SteadyClock
from alerts.desk.errors import LockedOutError
from alerts.desk.lockout import FIRST_WAIT_S, Lockout
from alerts.desk.store import Store
from alerts.rules.config import RuleConfig
from alerts.watch import CameraWatch
from alerts.zone import ZoneConfig
from detectors.track import Track, TrackState
from tests.factories import CAMERA, frame_time

REPOSITORY = Path(__file__).resolve().parents[2]
HOUR = timedelta(hours=1)
STEPS = pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["ahead", "back"])

MAY_READ_THE_WALL_CLOCK = {
    "alerts/desk/backup.py": "names of files",
    "alerts/desk/clock.py": "the one place of the desk",
    "alerts/desk/pages/frame.py": "the time shown to officers",
    "alerts/desk/uploads.py": "the age of files, which outlives a process",
    "alerts/evidence/s3_bucket.py": "the time in a signature, which the bucket checks",
    "alerts/node_voice.py": "`since`, for people",
    "alerts/outbox_append.py": "when a message was stored, which outlives a process",
    "alerts/outbox_opening.py": "names of files",
    "deploy/camera_swap.py": "`since`, for people",
    "deploy/demo/site.py": "a date of consent",
    "deploy/durability_metrics.py": "how long a message has waited, for people",
    "deploy/evaluation.py": "a time nobody reads",
    "deploy/log.py": "the time of a log line",
    "ingest/camera_settings.py": "`since` and consent, which is a matter of the calendar",
    "ingest/source.py": "`captured_at`",
}


class Machine:
    """A wall clock that can be set, and a monotonic one that cannot."""

    def __init__(self) -> None:
        self.wall_at = datetime(2026, 11, 22, tzinfo=UTC)
        self.seconds = 1000.0

    def wall(self) -> datetime:
        return self.wall_at

    def monotonic(self) -> float:
        return self.seconds

    def goes_on(self, seconds: float) -> None:
        self.wall_at += timedelta(seconds=seconds)
        self.seconds += seconds


@STEPS
def test_the_clock_of_time_limits_does_not_step(step: timedelta) -> None:
    machine = Machine()
    clock = SteadyClock(machine.wall, machine.monotonic)
    began = clock()
    machine.goes_on(60)
    machine.wall_at += step
    machine.goes_on(60)
    assert clock() - began == timedelta(seconds=120)
    assert clock().tzinfo is UTC


@STEPS
def test_a_lock_out_lasts_as_long_as_it_was_said_to(tmp_path: Path, step: timedelta) -> None:
    machine = Machine()
    store = Store(f"sqlite:///{tmp_path}/desk.db").open()
    lockout = Lockout(store, "account", limit=1)
    clock = SteadyClock(machine.wall, machine.monotonic)
    lockout.failed("li", clock())
    machine.wall_at += step
    machine.goes_on(FIRST_WAIT_S - 1)
    with pytest.raises(LockedOutError):
        lockout.check("li", clock())
    machine.goes_on(1)
    lockout.check("li", clock())
    store.close()


def presence(step: timedelta, stepped_at_s: float) -> list[tuple[Phase, float]]:
    """Somebody stays 4 s, comes back after 6 s; `captured_at` steps on the way."""
    zone = ZoneConfig(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
    rule = RuleConfig(
        id="r", kind="presence", labels=("person",), zone="all", min_s=2, cooldown_s=20
    )
    watch = CameraWatch.build([rule], [zone], site="s", camera_id=CAMERA, model_id="coco")
    said = []
    for number in range(200):
        time_s = number * 0.2
        at = frame_time(time_s, number=number + 1)
        if time_s >= stepped_at_s:
            at = replace(at, captured_at=at.captured_at + step)
        tracks = [somebody(time_s)] if time_s < 4 or 10 <= time_s < 14 else []
        said += [(alert.phase, alert.at.time_s) for alert in watch.update(tracks, at, (640, 480))]
    return said


def somebody(time_s: float) -> Track:
    return Track(
        track_id=1,
        camera_id=CAMERA,
        class_id=0,
        label="person",
        xyxy=(100, 100, 140, 200),
        confidence=0.9,
        state=TrackState.CONFIRMED,
        first_seen_s=0.0,
        last_seen_s=time_s,
    )


@STEPS
@pytest.mark.parametrize("stepped_at_s", [1.0, 5.0, 11.0])
def test_no_dwell_and_no_cooldown_moves(step: timedelta, stepped_at_s: float) -> None:
    usual = presence(timedelta(0), 0.0)
    assert [phase for phase, _ in usual].count(Phase.RAISED) == 1
    assert presence(step, stepped_at_s) == usual


def readers_of_the_wall_clock() -> Iterator[str]:
    for package in ("ingest", "detectors", "alerts", "models", "deploy"):
        for file in sorted((REPOSITORY / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and reads_it(node):
                    yield str(file.relative_to(REPOSITORY))


def reads_it(node: ast.Attribute) -> bool:
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    return (owner, node.attr) in {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("date", "today"),
        ("time", "time"),
        ("time", "time_ns"),
    }


def test_the_wall_clock_is_read_only_where_the_calendar_or_a_person_is_meant() -> None:
    found = {name for name in readers_of_the_wall_clock() if not name.startswith("deploy/bench/")}
    assert found <= set(MAY_READ_THE_WALL_CLOCK)
