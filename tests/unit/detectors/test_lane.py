"""What is held back may stand in for what waits."""

from __future__ import annotations

from dataclasses import replace

from detectors.lane import FrameLane
from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame, FrameUse
from ingest.mailbox import Mailbox
from ingest.thinning import Thinner
from tests.unit.ingest.clips import frame


def opened() -> FrameLane:
    mailbox = Mailbox(CameraId("cam"), Arrivals(), clock=lambda: 5.0)
    return FrameLane(camera_class=2, sample_fps=5.0, thinner=Thinner(), mailbox=mailbox)


def of_use(number: int, use: FrameUse) -> Frame:
    return replace(frame(number, time_s=number / 5), use=use)


def held(lane: FrameLane) -> list[int]:
    pops = (lane.mailbox.pop() or lane.mailbox.pop_late() for _ in range(len(lane.mailbox)))
    return [handed.frame.at.number for handed in pops if handed is not None]


def test_what_is_held_back_takes_the_place_of_an_older_one() -> None:
    lane = opened()
    lane.put(of_use(1, FrameUse.LIVE))
    lane.thinner.share = 0.1
    lane.put(of_use(2, FrameUse.LIVE))
    assert held(lane) == [2]
    assert lane.thinner.held_back == 1


def test_what_is_caught_up_and_held_back_is_gone() -> None:
    lane = opened()
    lane.put(of_use(1, FrameUse.LIVE))
    lane.thinner.share = 0.1
    lane.put(of_use(2, FrameUse.CAUGHT_UP))
    assert held(lane) == [1]
