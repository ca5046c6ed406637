"""What becomes of the demo's first cases, so that a visitor sees every stage of a case's life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue

from deploy.demo.log_in import COUNTY, GRID_WORKER, HANDLER, TOWN, VILLAGE, DemoOfficer

Said = Mapping[str, JsonValue]
NOTHING: Said = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move of a case by one officer.

    Attributes:
        move: The end of its route: `POST /api/cases/{code}/{move}`.
        said: What is sent with it, without the version.
        to: Whom a dispatch hands the case to.
        into: The story whose case it is merged into.
    """

    by: DemoOfficer
    move: str
    said: Said = field(default_factory=lambda: NOTHING)
    to: DemoOfficer | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case and what is done with it, one step a second.

    Attributes:
        camera_id: The camera of whose alerts the next pending case is taken.
        opening: Who opens it by hand instead, and what they say.
    """

    name: str
    steps: tuple[Step, ...]
    camera_id: str | None = None
    opening: tuple[DemoOfficer, Said] | None = None

    def __post_init__(self) -> None:
        if (self.camera_id is None) is (self.opening is None):
            raise ValueError(f"{self.name}: either a camera's case or one opened by hand")


STORIES: tuple[Story, ...] = (
    Story(
        name="reported",
        opening=(
            GRID_WORKER,
            {
                "origin": "grid-worker",
                "category": "facility",
                "severity": "low",
                "area": "620725101201",
                "place": "北街村三组健身广场",
                "text": "入户走访时发现健身广场一处路灯灯杆倾斜，夜间有人经过，存在隐患",
            },
        ),
        steps=(
            Step(by=VILLAGE, move="accept"),
            Step(
                by=VILLAGE,
                move="dispatch",
                said={"minutes": 240, "note": "请先拉警戒带，联系电工到场"},
                to=GRID_WORKER,
            ),
            Step(by=GRID_WORKER, move="start"),
            Step(
                by=GRID_WORKER,
                move="report",
                said={"feedback": "已拉警戒带并断电，电工已将灯杆扶正加固，现场已恢复"},
            ),
        ),
    ),
    Story(
        name="dispatched",
        opening=(
            TOWN,
            {
                "origin": "telephone",
                "category": "traffic",
                "severity": "medium",
                "area": "620725101201",
                "place": "文化广场北侧停车场入口",
                "camera": "plaza-east",
                "text": "群众来电：有车辆长时间停在消防通道上，联系不到车主",
            },
        ),
        steps=(
            Step(by=TOWN, move="accept"),
            Step(
                by=TOWN,
                move="dispatch",
                said={"department": "公安", "minutes": 120, "note": "请派员到场联系车主挪车"},
            ),
        ),
    ),
    Story(
        name="followed-up",
        camera_id="plaza-east",
        steps=(
            Step(by=TOWN, move="accept"),
            Step(by=TOWN, move="note", said={"note": "已看录像，一人在草坪上逗留，已电话通知村上"}),
            Step(
                by=TOWN,
                move="dispatch",
                said={"department": "公安", "minutes": 60, "note": "请就近派员到文化广场核实"},
            ),
            Step(by=HANDLER, move="start"),
            Step(
                by=HANDLER,
                move="report",
                said={"feedback": "已到场，为外来游客抄近路，已劝离，草坪无损坏"},
            ),
            Step(by=TOWN, move="close", said={"verdict": "true", "note": "情况属实，处置到位"}),
            Step(
                by=TOWN,
                move="follow-up",
                said={"result": "satisfied", "note": "电话回访广场管理员，对处置满意"},
            ),
        ),
    ),
    Story(
        name="handling",
        camera_id="market-crossing",
        steps=(
            Step(
                by=TOWN,
                move="dispatch",
                said={"department": "公安", "minutes": 30, "note": "施工区有人进入，请速到场"},
            ),
            Step(by=HANDLER, move="start"),
            Step(
                by=COUNTY,
                move="supervise",
                said={"reason": "集市路口一周内多次有人进入施工区，请盯办到底"},
            ),
        ),
    ),
    Story(
        name="false-alarm",
        camera_id="courtyard-wang",
        steps=(Step(by=VILLAGE, move="false-alarm", said={"note": "已电话核实，为户主家人回家"}),),
    ),
    Story(
        name="accepted",
        camera_id="gate-li",
        steps=(
            Step(by=TOWN, move="accept"),
            Step(by=TOWN, move="note", said={"note": "正在联系户主核实门前停留人员"}),
        ),
    ),
    Story(
        name="closed",
        camera_id="station-road",
        steps=(
            Step(by=TOWN, move="accept"),
            Step(
                by=TOWN,
                move="close",
                said={"verdict": "true", "note": "行人横穿车行道，已通过喇叭提醒离开"},
            ),
        ),
    ),
    Story(
        name="merged",
        camera_id="gate-li",
        steps=(
            Step(
                by=TOWN,
                move="merge",
                said={"note": "与前一案件为同一人，同一时段"},
                into="accepted",
            ),
        ),
    ),
)
"""In the order in which they begin; notes name nobody."""
