"""The county of `bench desk`: forty areas, two thousand cameras, and what happens there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alerts.area import AreaConfig, AreaLevel

COUNTY = "620725"
TOWNS = ("清泉", "位奇", "霍城", "陈户", "大马营", "东乐")
VILLAGES = ("北街", "南湾", "东关", "西屯", "新开", "暖泉", "上寨", "下寨", "刘庄", "祁店", "高庙")
PLACES = (
    "村口",
    "文化广场",
    "小学门前",
    "卫生院",
    "水库",
    "加油站",
    "粮仓",
    "停车场",
    "河堤",
    "果园",
)
NODES = 20
CAMERAS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is seen: one rule, its category and its text after the camera's name."""

    rule: str
    kind: str
    category: str
    label: str
    severity: str
    text_zh: str
    text_en: str
    share: int


KINDS = (
    Kind(rule="lawn-presence", kind="presence", category="security", label="person",
         severity="medium", text_zh="草坪内有人停留超过 2 分钟",
         text_en="person on the lawn for more than 2 min", share=40),
    Kind(rule="gate-line", kind="line", category="security", label="person", severity="low",
         text_zh="夜间有人越过围栏", text_en="person crossed the fence at night", share=25),
    Kind(rule="exit-blocked", kind="presence", category="fire", label="car", severity="high",
         text_zh="消防通道被车辆占用", text_en="car in the fire lane", share=12),
    Kind(rule="road-stop", kind="presence", category="traffic", label="truck", severity="medium",
         text_zh="货车在路口长时间停放", text_en="truck stopped at the crossing", share=12),
    Kind(rule="bank-presence", kind="presence", category="water", label="person",
         severity="critical", text_zh="河堤危险区域有人靠近水面",
         text_en="person close to the water", share=3),
    Kind(rule="herd", kind="count", category="environment", label="sheep", severity="low",
         text_zh="羊群进入禁牧区", text_en="sheep on closed pasture", share=8),
)  # fmt: skip
"""Shares of a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldCamera:
    """A camera of the county."""

    id: str
    name: str
    area: str
    node: str


def areas() -> tuple[AreaConfig, ...]:
    """A county, six towns and thirty-three villages."""
    found = [AreaConfig(id=COUNTY, name="山丹县", level=AreaLevel.COUNTY)]
    for number, town in enumerate(TOWNS, 1):
        town_id = f"{COUNTY}{100 + number}"
        found.append(AreaConfig(id=town_id, name=f"{town}镇", level=AreaLevel.TOWN, parent=COUNTY))
    for number in range(33):
        town_number, place = number % len(TOWNS), number // len(TOWNS)
        parent = f"{COUNTY}{101 + town_number}"
        name = f"{TOWNS[town_number]}{VILLAGES[(place * 5 + town_number) % len(VILLAGES)]}村"
        village = f"{parent}{201 + place}"
        found.append(AreaConfig(id=village, name=name, level=AreaLevel.VILLAGE, parent=parent))
    return tuple(found)


def cameras() -> tuple[WorldCamera, ...]:
    """Two thousand, evenly over the areas and nodes."""
    places = areas()
    return tuple(
        WorldCamera(
            id=f"cam-{number:04d}",
            name=f"{places[number % len(places)].name}{PLACES[number // 40 % len(PLACES)]}"
            f"{number // 400 + 1}号",
            area=places[number % len(places)].id,
            node=f"node-{number % NODES + 1}",
        )
        for number in range(CAMERAS)
    )


def desk_site(*, data: str, database: str, mqtt_port: int, desk_port: int) -> dict[str, Any]:
    """The site file; the desk never opens a camera, so their addresses lead nowhere."""
    return {
        "site": "bench",
        "data": data,
        "nodes": [{"id": f"node-{number}"} for number in range(1, NODES + 1)],
        "areas": [area.model_dump(mode="json", exclude_none=True) for area in areas()],
        "mqtt": {"host": "127.0.0.1", "port": mqtt_port},
        "models": [{"id": "coco", "card": "nanodet-g-int8"}],
        "desk": {
            "url": f"http://127.0.0.1:{desk_port}",
            "bind": f"127.0.0.1:{desk_port}",
            "database": database,
        },
        "cameras": [
            {
                "id": camera.id,
                "name": camera.name,
                "owner": "department",
                "department": "公安",
                "area": camera.area,
                "node": camera.node,
                "url": "rtsp://192.0.2.1/stream",
            }
            for camera in cameras()
        ],
    }
