from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.thinning import MIN_FPS, Thinner, thinned_fps
from tests.factories import frame_time


def kept_times(thinner: Thinner, fps: float, seconds: float, session: str = "s") -> list[float]:
    times = [index / fps for index in range(round(seconds * fps))]
    return [t for t in times if thinner.takes(frame_time(t, session=session))]


@pytest.mark.parametrize("share", [0.9, 0.75, 0.5, 0.4, 1 / 3])
def test_the_share_asked_for_is_kept_and_evenly(share: float) -> None:
    thinner = Thinner()
    thinner.share = share
    kept = kept_times(thinner, fps=5, seconds=60)
    assert len(kept) == pytest.approx(300 * share, abs=2)
    gaps = [b - a for a, b in pairwise(kept)]
    assert max(gaps) - min(gaps) <= 1 / 5 + 1e-6


def test_without_overload_every_frame_is_handed_over_even_bursts() -> None:
    thinner = Thinner(phase=0.7)
    assert all(thinner.takes(frame_time(t)) for t in (0.0, 0.001, 0.001, 3.0, 3.0))
    assert thinner.held_back == 0


@pytest.mark.parametrize("fps", [25.0, 12.5, 5.0, 2.0, 1.5, 0.2])
@pytest.mark.parametrize("share", [0.2, 0.01, 0.0])
def test_no_camera_goes_blind(fps: float, share: float) -> None:
    thinner = Thinner()
    thinner.share = share
    gaps = [b - a for a, b in pairwise(kept_times(thinner, fps, seconds=60))]
    assert max(gaps) <= max(1 / MIN_FPS, 1 / fps) + 1e-6


def test_a_new_session_begins_with_its_first_frame() -> None:
    thinner = Thinner()
    thinner.share = 0.0
    kept_times(thinner, fps=5, seconds=2.2)
    assert kept_times(thinner, fps=5, seconds=0.2, session="next") == [0.0]


def test_cameras_of_different_phase_do_not_hand_over_together() -> None:
    thinners = [Thinner(phase=index * 0.618) for index in range(40)]
    for thinner in thinners:
        thinner.takes(frame_time(0.0))
        thinner.share = 0.25
    at_once = [
        sum(thinner.takes(frame_time(index / 5)) for thinner in thinners) for index in range(1, 41)
    ]
    assert max(at_once) <= 12
    assert min(at_once) >= 8


def test_what_is_held_back_is_counted() -> None:
    thinner = Thinner()
    thinner.share = 0.5
    kept = kept_times(thinner, fps=5, seconds=4)
    assert (thinner.offered, thinner.kept, thinner.held_back) == (20, len(kept), 20 - len(kept))


@pytest.mark.parametrize(
    ("sample_fps", "share", "fps"), [(5, 1, 5), (5, 0.5, 2.5), (5, 0.1, MIN_FPS), (1, 0.1, 1)]
)
def test_the_rate_of_a_share_stops_at_the_least(
    sample_fps: float, share: float, fps: float
) -> None:
    assert thinned_fps(sample_fps, share) == fps
