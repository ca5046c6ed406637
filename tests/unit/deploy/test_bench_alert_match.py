"""Live alerts are paired with those of the replay, each once."""

from __future__ import annotations

import pytest

from deploy.bench.alert_match import (
    ExpectedAlert,
    LiveAlert,
    Place,
    match_alerts,
    percentile_ms,
    within,
)

HERE: Place = ("camera-0", "rule", "zone")


def expected(at_s: float, place: Place = HERE) -> ExpectedAlert:
    return ExpectedAlert(place=place, at_s=at_s)


def live(raised_s: float, place: Place = HERE) -> LiveAlert:
    return LiveAlert(place=place, raised_s=raised_s, held_s=raised_s + 0.1)


@pytest.mark.parametrize(
    ("wanted", "came", "recall", "precision"),
    [
        ([10.0], [10.0], 1, 1),
        ([10.0], [12.0], 1, 1),
        ([10.0], [8.0], 1, 1),
        ([10.0], [12.1], 0, 0),
        ([10.0, 70.0], [10.2], 0.5, 1),
        ([10.0], [10.2, 30.0], 1, 0.5),
        ([10.0], [10.1, 10.2], 1, 0.5),
        ([], [10.0], None, 0),
        ([10.0], [], 0, None),
    ],
)
def test_shares_count_each_alert_once(
    wanted: list[float], came: list[float], recall: float | None, precision: float | None
) -> None:
    matched = match_alerts(map(expected, wanted), map(live, came))
    assert (matched.recall, matched.precision) == (recall, precision)


@pytest.mark.parametrize(
    "elsewhere",
    [("camera-1", "rule", "zone"), ("camera-0", "other", "zone"), ("camera-0", "rule", "other")],
)
def test_an_alert_of_another_place_is_no_match(elsewhere: Place) -> None:
    matched = match_alerts([expected(10)], [live(10, elsewhere)])
    assert (matched.recall, matched.precision) == (0, 0)


def test_the_nearest_are_paired_first() -> None:
    matched = match_alerts([expected(10), expected(11.5)], [live(11.4), live(9)])
    assert [(e.at_s, a.raised_s) for e, a in matched.pairs] == [(10, 9), (11.5, 11.4)]


def test_a_pair_across_the_edge_belongs_to_the_time_of_the_expected_alert() -> None:
    matched = match_alerts([expected(9.9), expected(20.1)], [live(10.1), live(19.9)])
    inside = within(matched, 10, 20)
    assert (inside.pairs, inside.missed, inside.unasked) == ((), (), ())


def test_what_found_no_partner_outside_the_time_does_not_count() -> None:
    inside = within(match_alerts([expected(5), expected(15)], [live(15), live(25)]), 10, 20)
    assert (inside.recall, inside.precision) == (1, 1)


@pytest.mark.parametrize(("percent", "ms"), [(50, 500.0), (99, 990.0), (100, 1000.0)])
def test_percentiles_are_values_that_occurred(percent: int, ms: float) -> None:
    assert percentile_ms([n / 100 for n in range(100, 0, -1)], percent) == ms


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile_ms([], 99) is None
