"""What `presence` promises: holds, bridged gaps, ends, updates."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerts.alert import Alert, Phase, Reason
from alerts.rules.config import RuleConfig
from alerts.rules.presence import PresenceRule
from alerts.zone import Zone, ZoneConfig
from detectors.track import Track, TrackState
from ingest.frame import CameraId
from tests.unit.alerts.builders import NOON, WH, track, when

LAWN = ZoneConfig(id="lawn", polygon=((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)))

Spell = tuple[float, float]


def rule(**changes: object) -> PresenceRule:
    fields: dict[str, object] = {
        "id": "stay",
        "kind": "presence",
        "labels": ("person",),
        "zone": "lawn",
    }
    config = RuleConfig.model_validate(fields | changes)
    return PresenceRule(
        config, Zone(LAWN), site="village", camera_id=CameraId("gate"), model_id="coco"
    )


def watch(
    judged: PresenceRule,
    spells: Sequence[Spell],
    *,
    until_s: float,
    fps: float = 5.0,
    session: str = "s",
) -> list[Alert]:
    """Frames at `fps` from 0 to `until_s`; somebody is in the zone during `spells`, inclusive."""
    alerts: list[Alert] = []
    for number in range(round(until_s * fps) + 1):
        time_s = number / fps
        is_present = any(start - 1e-9 <= time_s <= end + 1e-9 for start, end in spells)
        tracks = [track()] if is_present else []
        alerts += judged.update(tracks, when(time_s, session=session, number=number + 1), WH)
    return alerts


def story(alerts: Sequence[Alert]) -> list[tuple[str, float]]:
    return [(alert.reason or alert.phase.value, round(alert.at.time_s, 3)) for alert in alerts]


@pytest.mark.parametrize(
    ("spells", "until_s", "expected"),
    [
        ([(1.0, 4.0)], 4.0, [("raised", 3.0)]),
        ([(1.0, 2.8)], 9.0, []),  # 1.8 s only
        ([(0.0, 0.8), (1.8, 3.0)], 3.0, [("raised", 2.0)]),  # a gap of 1.0 s is bridged
        ([(0.0, 0.8), (2.0, 3.0)], 3.0, []),  # one of 1.2 s is not
        ([(0.0, 0.8), (2.0, 4.0)], 4.0, [("raised", 4.0)]),  # and starts the hold again
        ([(0.0, 1.0), (1.8, 1.8)], 2.6, []),  # 1.8 s at the last present frame: absence is none
        ([(0.0, 2.0)], 5.0, [("raised", 2.0), ("gone", 5.0)]),
        ([(0.0, 2.0)], 4.8, [("raised", 2.0)]),
        ([(0.0, 2.0), (4.8, 4.8)], 7.6, [("raised", 2.0)]),  # seen again before 3 s: goes on
        ([(0.0, 2.0), (4.8, 4.8)], 7.8, [("raised", 2.0), ("gone", 7.8)]),
    ],
)
def test_when_presence_is_raised_and_when_it_ends(
    spells: list[Spell], until_s: float, expected: list[tuple[str, float]]
) -> None:
    assert story(watch(rule(), spells, until_s=until_s)) == expected


def test_with_min_s_zero_the_first_frame_raises() -> None:
    assert story(watch(rule(min_s=0), [(1.0, 1.0)], until_s=1.0)) == [("raised", 1.0)]


def test_sums_of_frame_times_that_are_not_exact_still_raise_on_the_dot() -> None:
    judged = rule()
    times = [0.1 * number for number in range(3, 24)]  # 2.3 - 0.30000000000000004 < 2
    alerts = [alert for time_s in times for alert in judged.update([track()], when(time_s), WH)]
    assert story(alerts) == [("raised", 2.3)]


def test_a_new_presence_within_the_cooldown_reopens_the_ended_alert() -> None:
    alerts = watch(rule(cooldown_s=10), [(0, 2), (6, 9)], until_s=12.0)
    assert story(alerts) == [("raised", 2.0), ("gone", 5.0), ("reopened", 8.0), ("gone", 12.0)]
    assert len({alert.alert_id for alert in alerts}) == 1
    reopened = alerts[2]
    assert reopened.phase is Phase.UPDATED
    assert reopened.ended_at is None
    assert reopened.raised_at == alerts[0].raised_at


@pytest.mark.parametrize(
    ("second_start_s", "expected"),
    [(12.8, "reopened"), (13.0, "raised")],  # ended at 5, held for 2 s: at 14.8 and at 15
)
def test_the_cooldown_is_over_after_cooldown_s(second_start_s: float, expected: str) -> None:
    alerts = watch(rule(cooldown_s=10), [(0, 2), (second_start_s, 20)], until_s=16.0)
    assert story(alerts)[-1] == (expected, round(second_start_s + 2, 3))
    assert len({alert.alert_id for alert in alerts}) == (1 if expected == "reopened" else 2)


def test_the_cooldown_counts_from_the_latest_end() -> None:
    # ends at 5 and, reopened, at 13: a presence held at 16 is 11 s after the first, 3 s after it
    alerts = watch(rule(cooldown_s=10), [(0, 2), (7, 10), (14, 16)], until_s=16.0)
    assert [told for told, _ in story(alerts)] == ["raised", "gone", "reopened", "gone", "reopened"]


def test_without_cooldown_every_presence_is_an_alert_of_its_own() -> None:
    alerts = watch(rule(cooldown_s=0), [(0, 2), (6, 8)], until_s=8.0)
    assert [told for told, _ in story(alerts)] == ["raised", "gone", "raised"]
    assert alerts[0].alert_id != alerts[2].alert_id


def test_a_short_visit_in_the_cooldown_reopens_nothing() -> None:
    alerts = watch(rule(), [(0, 2), (7, 8)], until_s=14.0)
    assert [told for told, _ in story(alerts)] == ["raised", "gone"]


@pytest.mark.parametrize(
    ("later", "is_told"),
    [
        ([track(confidence=0.8)], False),
        ([track(confidence=0.71)], False),
        ([track(confidence=0.70)], True),
        ([track(confidence=0.9)], True),
        ([track(), track(2)], True),
        ([track(label="dog")], True),
        ([track(7)], False),  # another track, but the same label, number and confidence
    ],
)
def test_only_a_change_that_matters_is_told(later: list[Track], is_told: bool) -> None:
    judged = rule(labels=("person", "dog"), min_s=0)
    judged.update([track()], when(0), WH)
    alerts = [alert for time_s in range(1, 11) for alert in judged.update(later, when(time_s), WH)]
    assert story(alerts) == ([("changed", 10.0)] if is_told else [])


def test_changes_are_told_at_most_every_ten_seconds() -> None:
    judged = rule(min_s=0)
    alerts: list[Alert] = []
    for number in range(121):  # one or two people in turn, every half second for a minute
        people = [track()] if number % 2 else [track(), track(2)]
        alerts += judged.update(people, when(number / 2), WH)
    times = [alert.at.time_s for alert in alerts]
    assert times == [0, 10.5, 21, 31.5, 42, 52.5]  # the change at 10.0 is back to what was told


def test_a_change_that_came_too_early_is_told_when_its_time_has_come() -> None:
    judged = rule(min_s=0)
    judged.update([track()], when(0), WH)
    alerts = [
        alert
        for time_s in (1, 3, 5, 7, 9, 9.9, 10)
        for alert in judged.update([track(), track(2)], when(time_s), WH)
    ]
    assert story(alerts) == [("changed", 10)]


def test_the_end_of_the_stream_ends_the_alert_at_the_last_frame() -> None:
    judged = rule()
    watch(judged, [(0, 4)], until_s=4.0)
    (ended,) = judged.end(Reason.STREAM_ENDED)
    assert (ended.phase, ended.reason, ended.at.time_s) == (Phase.ENDED, "stream-ended", 4.0)
    assert ended.ended_at == ended.at.captured_at
    assert judged.end(Reason.STREAM_ENDED) == []


def test_a_stream_that_ends_before_anything_was_raised_says_nothing() -> None:
    judged = rule()
    assert judged.end(Reason.STREAM_ENDED) == []
    watch(judged, [(0, 1)], until_s=1.0)
    assert judged.end(Reason.STREAM_ENDED) == []


def test_a_frame_of_another_session_ends_what_was_open_and_starts_anew() -> None:
    judged = rule()
    watch(judged, [(0, 4)], until_s=4.0)
    alerts = watch(judged, [(0, 4)], until_s=2.0, session="t")
    assert story(alerts) == [("stream-ended", 4.0), ("raised", 2.0)]
    assert alerts[0].at.session == "s"
    assert alerts[0].alert_id != alerts[1].alert_id


def test_after_reset_nothing_is_remembered() -> None:
    judged = rule()
    first = watch(judged, [(0, 4)], until_s=4.0)
    judged.reset()
    assert watch(judged, [(0, 4)], until_s=4.0) == first


def test_the_same_frames_give_the_same_ids_and_other_sites_others() -> None:
    one, same = (watch(rule(), [(0, 2)], until_s=2.0)[0].alert_id for _ in range(2))
    other = watch(rule(id="other"), [(0, 2)], until_s=2.0)[0].alert_id
    elsewhere = watch(rule(), [(0, 2)], until_s=2.0, session="t")[0].alert_id
    assert one == same
    assert len({one, other, elsewhere}) == 3


@pytest.mark.parametrize(
    ("somebody", "is_counted"),
    [
        (track(), True),
        (track(label="dog"), False),
        (track(state=TrackState.TENTATIVE), False),
        (track(state=TrackState.LOST), False),
        (track(anchor=(0.5, 0.5)), True),  # on the border
        (track(anchor=(0.0, 1.0)), True),  # in the corner
        (track(anchor=(0.5, 0.499)), False),
        (track(anchor=(0.5, 1.02)), True),  # cut at the border of the picture
    ],
)
def test_only_confirmed_tracks_of_the_labels_with_their_feet_in_the_zone_count(
    somebody: Track, is_counted: bool
) -> None:
    assert bool(rule(min_s=0).update([somebody], when(0), WH)) is is_counted


def test_the_leading_track_is_the_most_confident_and_among_equals_the_oldest() -> None:
    people = [track(9, confidence=0.9), track(3, confidence=0.5), track(4, confidence=0.9)]
    (raised,) = rule(min_s=0).update(people, when(0), WH)
    assert raised.track_ids == (3, 4, 9)
    assert raised.confidence == 0.9
    (alone,) = rule(min_s=0).update([track(4, confidence=0.9)], when(0), WH)
    assert raised.box == alone.box == pytest.approx((0.48, 0.6, 0.52, 0.8))


def test_the_box_is_cut_at_the_picture_and_ids_at_32() -> None:
    crowd = [track(number, anchor=(0.0, 1.1)) for number in range(40, 0, -1)]
    (raised,) = rule(min_s=0).update(crowd, when(0), WH)
    assert raised.box == pytest.approx((0.0, 0.9, 0.02, 1.0))
    assert raised.track_ids == tuple(range(1, 33))


def test_the_message_carries_the_rule_and_the_times() -> None:
    raised, ended = watch(rule(severity="high", category="fire"), [(0, 2)], until_s=5.0)
    assert (raised.rule_id, raised.kind, raised.zone_id) == ("stay", "presence", "lawn")
    assert (raised.severity, raised.category, raised.model_id) == ("high", "fire", "coco")
    assert (raised.raised_at - NOON).total_seconds() == 2
    assert raised.ended_at is None
    assert ended.raised_at == raised.raised_at
    assert ended.ended_at is not None
    assert (ended.ended_at - NOON).total_seconds() == 5
    assert (ended.track_ids, ended.box) == ((1,), raised.box)
