"""All rules of a camera judge the same tracks, in the site file's order."""

from __future__ import annotations

import pytest

from alerts.rules.catalogue import RULES
from alerts.rules.config import RuleConfig
from alerts.watch import CameraWatch
from alerts.zone import ZoneConfig
from ingest.frame import CameraId
from tests.unit.alerts.builders import WH, track, when

ZONES = (
    ZoneConfig(id="left", polygon=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))),
    ZoneConfig(id="all", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))),
)


def watch() -> CameraWatch:
    rules = [
        RuleConfig(id=f"in-{zone}", kind="presence", labels=("person",), zone=zone, min_s=0)
        for zone in ("left", "all")
    ]
    return CameraWatch.build(
        rules, ZONES, site="village", camera_id=CameraId("gate"), model_id="coco"
    )


@pytest.mark.parametrize(("x", "raised"), [(0.2, ["in-left", "in-all"]), (0.8, ["in-all"])])
def test_every_rule_whose_zone_it_is_in_speaks(x: float, raised: list[str]) -> None:
    alerts = watch().update([track(anchor=(x, 0.5))], when(0), WH)
    assert [alert.rule_id for alert in alerts] == raised


def test_the_end_of_the_stream_ends_all_and_a_reset_forgets_all() -> None:
    judged = watch()
    first = judged.update([track(anchor=(0.2, 0.5))], when(0), WH)
    assert [alert.phase for alert in judged.end()] == ["ended", "ended"]
    judged.reset()
    assert judged.end() == []
    assert judged.update([track(anchor=(0.2, 0.5))], when(0), WH) == first


def test_the_catalogue_has_a_factory_for_every_kind_of_the_site_file() -> None:
    kind = RuleConfig.model_fields["kind"].annotation
    assert set(RULES) == set(getattr(kind, "__args__", ()))


def test_it_is_settled_while_all_rules_have_raised_and_see_who_is_there() -> None:
    judged = watch()
    assert not judged.is_settled
    judged.update([track(anchor=(0.8, 0.5))], when(0), WH)
    assert not judged.is_settled, "in-left may still raise"
    judged.update([track(anchor=(0.2, 0.5))], when(0.2), WH)
    assert judged.is_settled
    judged.update([], when(0.4), WH)
    assert not judged.is_settled, "an end may have begun"
    judged.update([track(anchor=(0.2, 0.5))], when(0.6), WH)
    assert judged.is_settled
    judged.update([], when(3.6), WH)
    judged.update([track(anchor=(0.2, 0.5))], when(5.0), WH)
    assert judged.is_settled, "raised or reopened at once, with min_s 0"


def test_without_rules_nothing_is_settled() -> None:
    assert not CameraWatch(()).is_settled
