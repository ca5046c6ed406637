"""The six cameras of the demo: whose they are, what they look at, what is to be noticed.

Places are those of a real town's numbering, in invented households; the pictures are of none of
them (see ATTRIBUTION.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent

Polygon = tuple[tuple[float, float], ...]  # (x, y), 0-1 of the picture, from its top left


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArea:
    """One administrative area."""

    area_id: str
    name: str
    level: Literal["county", "town", "village"]
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRule:
    """A `presence` rule over one zone."""

    rule_id: str
    zone_id: str
    severity: Literal["low", "medium", "high", "critical"]
    labels: tuple[str, ...] = ("person",)
    min_s: float = 2
    cooldown_s: float = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCamera:
    """One camera of the demo and its clip.

    Attributes:
        zone_names: what officers read, by zone id.
        department: the department a camera belongs to; None for a household's.
        consent_purpose: what the household agreed to; None for a department's camera.
        camera_class: 1 to 3 (一二三类).
        expects_alert: whether somebody stands in a zone long enough in every loop of the clip.
    """

    camera_id: str
    file: str
    name: str
    department: str | None
    camera_class: Literal[1, 2, 3]
    area_id: str
    zones: dict[str, Polygon]
    zone_names: dict[str, str]
    rules: tuple[SampleRule, ...]
    privacy_masks: tuple[Polygon, ...] = ()
    consent_purpose: str | None = None
    expects_alert: bool = True

    def __post_init__(self) -> None:
        if (self.department is None) is not (self.consent_purpose is not None):
            message = f"{self.camera_id}: either a department's or, with consent, a household's"
            raise ValueError(message)
        for polygon in (*self.zones.values(), *self.privacy_masks):
            if any(not 0 <= value <= 1 for point in polygon for value in point):
                message = f"{self.camera_id}: polygon outside 0-1: {polygon}"
                raise ValueError(message)

    @property
    def owner(self) -> Literal["household", "department"]:
        """Who owns the camera."""
        return "household" if self.department is None else "department"

    @property
    def path(self) -> Path:
        """The clip."""
        return FOLDER / self.file


AREAS: tuple[SampleArea, ...] = (
    SampleArea(area_id="620725", name="山丹县", level="county"),
    SampleArea(area_id="620725101", name="清泉镇", level="town", parent="620725"),
    SampleArea(area_id="620725101201", name="北街村", level="village", parent="620725101"),
    SampleArea(area_id="620725101202", name="南关村", level="village", parent="620725101"),
)

CAMERAS: tuple[SampleCamera, ...] = (
    SampleCamera(
        camera_id="plaza-east",
        file="plaza-east.mp4",
        name="文化广场东",
        department="公安",
        camera_class=1,
        area_id="620725101201",
        zones={"lawn": ((0.0, 0.50), (0.25, 0.54), (0.60, 0.70), (0.95, 1.0), (0.0, 1.0))},
        zone_names={"lawn": "草坪"},
        rules=(SampleRule(rule_id="lawn-presence", zone_id="lawn", severity="medium"),),
    ),
    SampleCamera(
        camera_id="market-crossing",
        file="market-crossing.mp4",
        name="集市路口",
        department="住建",
        camera_class=2,
        area_id="620725101201",
        zones={"worksite": ((0.0, 0.10), (0.60, 0.10), (0.60, 0.34), (0.0, 0.34))},
        zone_names={"worksite": "施工区"},
        rules=(SampleRule(rule_id="worksite-presence", zone_id="worksite", severity="high"),),
    ),
    SampleCamera(
        camera_id="station-road",
        file="station-road.mp4",
        name="车站路口",
        department="交通运输",
        camera_class=2,
        area_id="620725101202",
        zones={"carriageway": ((0.15, 0.62), (0.62, 0.62), (0.70, 1.0), (0.30, 1.0))},
        zone_names={"carriageway": "车行道"},
        rules=(SampleRule(rule_id="carriageway-presence", zone_id="carriageway", severity="low"),),
    ),
    SampleCamera(
        camera_id="courtyard-wang",
        file="courtyard-wang.mp4",
        name="王家院坝",
        department=None,
        camera_class=3,
        area_id="620725101201",
        zones={"yard": ((0.0, 0.15), (1.0, 0.15), (1.0, 1.0), (0.0, 1.0))},
        zone_names={"yard": "院内"},
        rules=(SampleRule(rule_id="yard-presence", zone_id="yard", severity="high"),),
        consent_purpose="看家护院：院内有人时提醒",
    ),
    SampleCamera(
        camera_id="gate-li",
        file="gate-li.mp4",
        name="李家门口",
        department=None,
        camera_class=3,
        area_id="620725101202",
        zones={"gate": ((0.38, 0.42), (0.70, 0.42), (0.70, 0.78), (0.38, 0.78))},
        zone_names={"gate": "门前"},
        rules=(SampleRule(rule_id="gate-presence", zone_id="gate", severity="medium"),),
        # The neighbours' windows and the van in its bay.
        privacy_masks=(
            ((0.22, 0.0), (1.0, 0.0), (1.0, 0.17), (0.80, 0.17), (0.66, 0.14), (0.22, 0.14)),
        ),
        consent_purpose="门前有人停留时提醒",
    ),
    SampleCamera(
        camera_id="woods-north",
        file="woods-north.mp4",
        name="北山林区",
        department="林草",
        camera_class=2,
        area_id="620725101202",
        # Nobody walks here: the rule stands, as in a real wood, and stays silent. What there is
        # to notice is the hand over the lens, which is the picture diagnosis's business.
        zones={"closed-wood": ((0.0, 0.30), (1.0, 0.30), (1.0, 1.0), (0.0, 1.0))},
        zone_names={"closed-wood": "封山林地"},
        rules=(SampleRule(rule_id="closed-wood-presence", zone_id="closed-wood", severity="low"),),
        expects_alert=False,
    ),
)
