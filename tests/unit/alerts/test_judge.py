from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from alerts.alert import Alert, Phase, Reason
from alerts.analysis import CameraAnalysis
from alerts.judge import QUEUE_FRAMES, Judge
from alerts.rules.config import RuleConfig
from alerts.watch import CameraWatch
from alerts.zone import ZoneConfig
from detectors.tracker import Tracker
from ingest.frame import CameraId, Frame, FrameTime
from tests.factories import CAMERA, detections, frame, frame_time

BOX = (100, 100, 140, 200)
WITHIN_S = 10.0


def analysis() -> CameraAnalysis:
    zone = ZoneConfig(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
    rule = RuleConfig(id="r", kind="presence", labels=("person",), zone="all", min_s=1)
    watch = CameraWatch.build([rule], [zone], site="s", camera_id=CAMERA, model_id="coco")
    return CameraAnalysis([0], Tracker(CAMERA, ("person",)), watch)


class Desk:
    """Takes alerts; may be told to wait, or to fail."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.frames: list[Frame | None] = []
        self.is_open = Event()
        self.is_open.set()
        self.came = Event()
        self.fault: Exception | None = None
        self.deaths: list[str] = []
        self.followed: list[int] = []
        self.died = Event()

    def take(self, alerts: list[Alert], seen: Frame | None) -> None:
        self.is_open.wait(WITHIN_S)
        if self.fault is not None:
            raise self.fault
        self.alerts += alerts
        self.frames.append(seen)
        self.came.set()

    def follow(self, at: FrameTime, model_id: str, analysis: CameraAnalysis) -> None:
        assert model_id == "coco"
        if analysis.is_following:
            self.followed.append(at.number)

    def die(self, name: str, error: BaseException) -> None:
        self.deaths.append(f"{name}: {error}")
        self.died.set()

    def phases(self) -> list[tuple[Phase, Reason | None]]:
        return [(alert.phase, alert.reason) for alert in self.alerts]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def judge_for(desk: Desk) -> Judge:
    return Judge(
        {(CAMERA, "coco"): analysis()},
        on_alerts=desk.take,
        on_judged=desk.follow,
        on_death=desk.die,
    )


def show(judge: Judge, seconds: float, *, session: str = "s") -> None:
    for number in range(int(seconds * 5) + 1):
        at = frame_time(number * 0.2, number=number + 1, session=session)
        judge.see(frame(at), detections(BOX, at=at))


def after(judge: Judge, act: Callable[[], None]) -> None:
    judge.start()
    try:
        act()
    finally:
        judge.stop()


def test_an_alert_goes_out_with_the_frame_that_raised_it(desk: Desk) -> None:
    judge = judge_for(desk)
    after(judge, lambda: show(judge, 2))
    raised = desk.alerts[0]
    assert raised.phase is Phase.RAISED
    assert desk.frames[0] is not None
    assert desk.frames[0].at == raised.at


def test_stopping_judges_what_was_handed_over_and_ends_what_is_open(desk: Desk) -> None:
    judge = judge_for(desk)
    after(judge, lambda: show(judge, 2))
    assert desk.phases() == [(Phase.RAISED, None), (Phase.ENDED, Reason.STREAM_ENDED)]


def test_the_end_of_a_session_ends_its_alert_although_no_frame_follows(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        show(judge, 2)
        assert desk.came.wait(WITHIN_S)
        desk.came.clear()
        judge.session_over(CAMERA, "s")
        assert desk.came.wait(WITHIN_S)

    after(judge, act)
    assert desk.phases() == [(Phase.RAISED, None), (Phase.ENDED, Reason.STREAM_ENDED)]


def test_frames_of_a_session_that_is_over_no_longer_count(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        judge.session_over(CAMERA, "s")
        show(judge, 3)

    after(judge, act)
    assert desk.alerts == []


def test_a_camera_is_never_held_up_while_alerts_wait(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        desk.is_open.clear()
        show(judge, 2)  # the alert hangs at the desk; the queue fills behind it
        at = frame_time(2.0, number=11)
        while judge.waiting < QUEUE_FRAMES:
            judge.see(frame(at), detections(BOX, at=at))
        judge.session_over(CameraId("another"), "t")  # would block on a full queue
        desk.is_open.set()

    after(judge, act)
    assert desk.deaths == []


def test_a_death_is_told_and_blocks_nobody(desk: Desk) -> None:
    judge = judge_for(desk)
    desk.fault = RuntimeError("no room")

    def act() -> None:
        show(judge, 2)
        assert desk.died.wait(WITHIN_S)
        show(judge, QUEUE_FRAMES)  # more than the queue holds

    after(judge, act)
    assert desk.deaths == ["rules: no room"]


def test_a_frame_with_somebody_on_it_is_told_so_that_the_gate_stays_open(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        show(judge, 1)
        empty = frame_time(1.2, number=7)
        judge.see(frame(empty), detections(at=empty))

    after(judge, act)
    assert desk.followed
    assert 7 not in desk.followed


def test_a_camera_that_leaves_ends_its_alerts_and_its_frames_are_dropped(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        show(judge, 2)
        assert desk.came.wait(WITHIN_S)
        judge.swap(CAMERA, {})
        show(judge, 3)

    after(judge, act)
    assert desk.phases() == [(Phase.RAISED, None), (Phase.ENDED, Reason.RULE_REMOVED)]
    assert desk.deaths == []


def test_a_camera_judged_anew_begins_with_its_next_session(desk: Desk) -> None:
    judge = judge_for(desk)

    def act() -> None:
        judge.session_over(CAMERA, "s")
        judge.swap(CAMERA, {"coco": analysis()})
        show(judge, 3, session="s")  # still on their way when the camera was stopped
        show(judge, 2, session="t")

    after(judge, act)
    assert [alert.at.session for alert in desk.alerts] == ["t", "t"]


def test_a_camera_may_come_while_others_are_judged(desk: Desk) -> None:
    judge, new = judge_for(desk), CameraId("new")

    def act() -> None:
        show(judge, 1)
        judge.swap(new, {"coco": analysis()})
        show(judge, 2)

    after(judge, act)
    assert [alert.phase for alert in desk.alerts] == [Phase.RAISED, Phase.ENDED]
