from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.attention import WHOLE_S, Attention, attention_of
from ingest.config import CameraConfig
from ingest.frame import Box
from ingest.gate_hold import GateHold
from tests.factories import frame, frame_time

FOLLOWED = (10.0, 20.0, 30.0, 80.0)
STILL = np.zeros((72, 88), np.bool_)
WALKER = STILL.copy()
WALKER[10:16, 20:23] = True
MOVING = (160.0, 80.0, 184.0, 128.0)


def looks(
    attention: Attention, hold: GateHold, moves: NDArray[np.bool_] | None, *times_s: float
) -> list[tuple[Box, ...] | None]:
    """Where to look at each time; the analysis sees somebody standing, without delay."""
    told = []
    for time_s in times_s:
        at = frame_time(time_s)
        told.append(attention.direct(frame(at, wh=(704, 576)), moves).look_at)
        hold.saw(at, "coco", [FOLLOWED])
    return told


def test_the_first_frame_and_one_every_two_seconds_are_looked_at_everywhere() -> None:
    hold = GateHold()
    told = looks(Attention("s", hold), hold, STILL, *np.arange(0, 6, 0.2).round(1).tolist())
    whole = [round(number * 0.2, 1) for number, each in enumerate(told) if each is None]
    assert whole == [0.0, WHOLE_S, 2 * WHOLE_S]


def test_between_them_what_moves_and_who_is_followed_is_looked_at() -> None:
    hold = GateHold()
    _, told = looks(Attention("s", hold), hold, WALKER, 0.0, 0.2)
    assert told == (MOVING, FOLLOWED)


def test_where_nobody_knows_what_moves_all_is_looked_at() -> None:
    hold = GateHold()
    assert looks(Attention("s", hold), hold, None, 0.0, 0.2) == [None, None]


def test_while_the_analysis_is_far_behind_all_is_looked_at() -> None:
    hold = GateHold()
    attention = Attention("s", hold)
    looks(attention, hold, WALKER, 0.0, 0.2)
    late = frame(frame_time(1.4), wh=(704, 576))
    assert attention.direct(late, WALKER).look_at is None


@pytest.mark.parametrize(("regions", "has_attention"), [("auto", True), ("off", False)])
def test_a_camera_has_attention_where_its_settings_say_so(
    regions: str, has_attention: bool
) -> None:
    camera = CameraConfig.model_validate(
        {"id": "c", "area": "1", "url": "rtsp://127.0.0.1/x", "regions": regions}
    )
    assert (attention_of(camera, "s", GateHold()) is not None) is has_attention
