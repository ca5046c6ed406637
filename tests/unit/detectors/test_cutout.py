from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.cutout import LARGER_SHARE, WORTH_SHARE, Cutout, cutout_of
from detectors.packing import pack
from ingest.frame import Box
from tests.factories import frame
from tests.unit.detectors.test_letterbox import FREE, square

WH = (704, 576)
WHOLE_PX = 416 * 352
WALKER = (300.0, 300.0, 320.0, 360.0)


def cutout(*look_at: Box) -> Cutout | None:
    return cutout_of(replace(frame(wh=WH), look_at=look_at), FREE)


def pixels(shown: Cutout) -> int:
    packing = pack(shown.sizes, FREE)
    assert packing is not None
    return packing.pixels


def test_a_frame_that_does_not_say_where_to_look_is_seen_whole() -> None:
    assert cutout_of(frame(wh=WH), FREE) is None


def test_where_nothing_needs_looking_at_there_are_no_parts() -> None:
    nothing = cutout()
    assert nothing is not None
    assert nothing.parts == ()


def test_one_walker_is_shown_in_full_size() -> None:
    shown = cutout(WALKER)
    assert shown is not None
    assert shown.scaled_wh == WH
    assert pixels(shown) <= LARGER_SHARE * WHOLE_PX


@pytest.mark.parametrize(("side", "scale"), [(100, 1.0), (170, 0.75), (300, 416 / 704)])
def test_the_more_there_is_to_see_the_smaller_it_is_shown(side: int, scale: float) -> None:
    shown = cutout((100.0, 100.0, 100.0 + side, 100.0 + side))
    assert shown is not None
    assert shown.scaled_wh[0] == round(704 * scale)
    assert pixels(shown) <= WORTH_SHARE * WHOLE_PX


def test_where_almost_all_must_be_seen_all_of_it_is() -> None:
    assert cutout((20.0, 20.0, 690.0, 560.0)) is None


def test_a_model_with_a_fixed_input_sees_whole_pictures() -> None:
    assert cutout_of(replace(frame(wh=WH), look_at=(WALKER,)), square(416)) is None


def test_a_picture_smaller_than_the_input_is_not_shown_smaller_for_its_parts() -> None:
    small = replace(frame(wh=(320, 240)), look_at=((10.0, 10.0, 20.0, 40.0),))
    shown = cutout_of(small, FREE)
    assert shown is not None
    assert shown.scaled_wh == (416, 312)
