"""A small site and its messages for the desk's tests; say only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from alerts.alert import Phase, Severity
from alerts.area import AreaConfig, AreaLevel
from alerts.config import DeskConfig, MqttConfig
from alerts.desk.account import NewOfficer
from alerts.desk.config import DeskCamera, DeskSite
from alerts.desk.officers import Officers
from alerts.desk.views import Officer, Role
from alerts.schema import AlertMessage, Text
from alerts.topics import Topics
from alerts.zone import ZoneConfig
from ingest.config import Owner
from tests.leaks import planted

TOPICS = Topics("test")
OUTBOX = UUID("11111111-1111-4111-8111-111111111111")
RAISED = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PASSWORD = planted("a long enough password")
COUNTY, TOWN, VILLAGE, OTHER_TOWN = "620725", "620725101", "620725101201", "620725102"
PLAZA, GATE, YARD = "plaza-east", "gate-1", "yard-1"


def desk_site(folder: Path, *, database: str | None = None, **desk: object) -> DeskSite:
    """Cameras: plaza-east in the town, gate-1 in its village, yard-1 in the other town."""
    return DeskSite(
        site="test",
        timezone="Asia/Shanghai",
        desk=DeskConfig.model_validate({"bind": "127.0.0.1:0", **desk}),
        database=database or f"sqlite:///{folder}/desk.db",
        data=str(folder),
        evidence_folder=str(folder / "evidence"),
        mqtt=MqttConfig(host="127.0.0.1"),
        nodes=("node-1",),
        areas=(
            AreaConfig(id=COUNTY, name="山丹县", level=AreaLevel.COUNTY),
            AreaConfig(id=TOWN, name="清泉镇", level=AreaLevel.TOWN, parent=COUNTY),
            AreaConfig(id=VILLAGE, name="北街村", level=AreaLevel.VILLAGE, parent=TOWN),
            AreaConfig(id=OTHER_TOWN, name="霍城镇", level=AreaLevel.TOWN, parent=COUNTY),
        ),
        cameras=(
            _camera(PLAZA, "文化广场东", TOWN),
            _camera(GATE, "北街村口", VILLAGE),
            _camera(YARD, "霍城大院", OTHER_TOWN),
        ),
    )


def alert_message(sequence: int = 1, **fields: object) -> AlertMessage:
    """Message `sequence` of plaza-east; messages of one `alert` number have one alert_id."""
    camera, alert = fields.get("camera", PLAZA), fields.pop("alert", 1)
    values: dict[str, object] = {
        "node": "node-1",
        "outbox_id": OUTBOX,
        "camera": camera,
        "sequence": sequence,
        "alert_id": uuid5(OUTBOX, f"{camera}/{alert}"),
        "phase": Phase.RAISED,
        "rule": "lawn-presence",
        "kind": "presence",
        "zone": "lawn",
        "label": "person",
        "confidence": 0.8,
        "severity": Severity.MEDIUM,
        "category": "security",
        "model": "coco",
        "captured_at": RAISED + timedelta(seconds=sequence),
        "raised_at": RAISED,
        "box": (0.1, 0.2, 0.3, 0.4),
        "text": Text(zh="草坪有人停留", en="person on the lawn"),
    }
    return AlertMessage.model_validate(values | fields)


def add_officer(
    officers: Officers,
    name: str,
    *,
    role: Role = Role.TOWN_OFFICER,
    area_id: str = TOWN,
    department: str | None = None,
) -> Officer:
    """An account with `PASSWORD`, or none where an integrator's."""
    password = None if role is Role.INTEGRATOR else PASSWORD
    return officers.add(
        NewOfficer(name=name, password=password, role=role, area_id=area_id, department=department)
    )


def _camera(camera_id: str, name: str, area: str) -> DeskCamera:
    lawn = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
    return DeskCamera(
        id=camera_id,
        name=name,
        owner=Owner.DEPARTMENT,
        department="公安",
        class_=1,
        area=area,
        node="node-1",
        zones=(ZoneConfig(id="lawn", polygon=lawn),),
        masks=(),
    )
