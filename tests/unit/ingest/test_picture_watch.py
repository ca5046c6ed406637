from __future__ import annotations

import pytest

from ingest.picture_watch import (
    KEYFRAME_WAIT_S,
    LONGEST_REORDER,
    NO_KEYFRAME_S,
    PictureWatch,
    Sight,
)

PATIENCE_S = 3.0


def watch() -> PictureWatch:
    return PictureWatch(0.0, PATIENCE_S)


def test_packets_wait_for_a_keyframe_but_not_for_ever() -> None:
    one = watch()
    assert not one.lets_pass(1.0, is_keyframe=False)
    assert one.lets_pass(2.0, is_keyframe=True)
    assert one.lets_pass(3.0, is_keyframe=False)
    assert watch().lets_pass(KEYFRAME_WAIT_S + 0.1, is_keyframe=False)


def test_without_a_first_picture_it_says_so_once_and_gives_up_late() -> None:
    one = watch()
    looks = [one.look(float(second), barren=second) for second in range(1, 92)]
    assert looks.index(Sight.BLIND) + 1 == KEYFRAME_WAIT_S + 1
    assert looks.count(Sight.BLIND) == 1
    assert looks.index(Sight.LOST) + 1 == NO_KEYFRAME_S + 1


@pytest.mark.parametrize(
    ("after_s", "barren", "sight"),
    [
        pytest.param(PATIENCE_S, LONGEST_REORDER, Sight.LOST, id="another codec"),
        pytest.param(PATIENCE_S, LONGEST_REORDER - 1, Sight.CLEAR, id="a low rate, held back"),
        pytest.param(PATIENCE_S - 0.1, 500, Sight.CLEAR, id="a burst"),
        pytest.param(3600.0, 0, Sight.CLEAR, id="at rest"),
    ],
)
def test_once_there_were_pictures_their_absence_is_soon_noticed(
    after_s: float, barren: int, sight: Sight
) -> None:
    one = watch()
    assert one.look(1.0, barren=0) is Sight.CLEAR
    assert one.look(1.0 + after_s, barren) is sight
