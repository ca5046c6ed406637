"""Examples of answers, and words for parameters, put into the OpenAPI document.

Rows are dataclasses of the service layer, which knows nothing of OpenAPI; so their examples stand
here, by type. Bodies of requests carry their own. A test asks for an example of every row, and
checks each against its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from alerts.desk.api.faults import Fault
from alerts.desk.api.health_routes import Readiness
from alerts.desk.api.register_examples import REGISTER_EXAMPLES
from alerts.desk.api.token_routes import ShownToken
from alerts.desk.equipment_views import AreaRow, CameraRow, NodeRow
from alerts.desk.recipients import Recipients
from alerts.desk.token_views import TokenRow
from alerts.desk.views import (
    AlertRow,
    AttachmentRow,
    CaseRow,
    CaseView,
    EvidenceRow,
    JournalEntry,
    Officer,
    QueuePage,
    ZoneShape,
)
from alerts.desk.webhook_views import DeliveryPage, DeliveryRow, NewWebhook, WebhookRow
from alerts.schema import CaseMove, WebhookMessage

_OFFICER = {
    "id": 3,
    "name": "li.na",
    "display_name": "李娜",
    "role": "town-officer",
    "area_id": "620725101",
    "language": "zh",
    "department": None,
    "is_disabled": False,
    "scopes": None,
}
_TOKEN = {
    "token_id": 2,
    "account": "county-platform",
    "name": "县综治平台",
    "hint": "xlt_4f0a",
    "scopes": ["cases:read", "events:read"],
    "created_at": "2026-11-20T08:00:00Z",
    "created_by": "boss",
    "expires_at": "2027-11-20T08:00:00Z",
    "revoked_at": None,
    "used_at": "2026-11-22T01:50:00Z",
}
_CASE = {
    "code": "620725101-20261122-0001",
    "case_id": 17,
    "version": 2,
    "status": "accepted",
    "verdict": None,
    "severity": "medium",
    "category": "security",
    "label": "person",
    "text": {"zh": "文化广场东：草坪有人停留", "en": "文化广场东: person on the lawn"},
    "rule_id": "lawn-presence",
    "camera_id": "plaza-east",
    "camera_name": "文化广场东",
    "area_id": "620725101",
    "area_name": "清泉镇",
    "opened_at": "2026-11-22T02:00:00Z",
    "updated_at": "2026-11-22T02:03:10Z",
    "ended_at": None,
    "alert_count": 1,
    "snapshot_state": "stored",
    "snapshot_ready": True,
    "assignee": "李娜",
    "origin": "alert",
    "place": "",
    "due_at": "2026-11-22T03:03:10Z",
    "is_overdue": False,
    "escalation_level": 0,
    "escalated_to": None,
    "escalated_to_name": "",
    "supervised_since": None,
    "department": None,
    "handler_id": None,
    "handler": None,
}
_ALERT = {
    "alert_id": "4b3c1f0e-7a56-5f0e-9c1d-2f6f6d1b7a10",
    "phase": "raised",
    "rule_id": "lawn-presence",
    "kind": "presence",
    "zone_id": "lawn",
    "label": "person",
    "confidence": 0.87,
    "model_id": "coco",
    "box": [0.42, 0.31, 0.48, 0.66],
    "raised_label": "person",
    "raised_confidence": 0.87,
    "raised_at": "2026-11-22T02:00:00Z",
    "captured_at": "2026-11-22T02:00:02Z",
    "ended_at": None,
    "reason": None,
}
_EVIDENCE = {
    "kind": "snapshot",
    "state": "stored",
    "media_type": "image/jpeg",
    "url": "/api/cases/620725101-20261122-0001/evidence/snapshot",
    "is_deleted": False,
}
_ENTRY = {
    "kind": "moved",
    "actor": "li.na",
    "actor_name": "李娜",
    "at": "2026-11-22T02:03:10Z",
    "note": "",
    "from_status": "pending",
    "to_status": "accepted",
    "action": "accept",
    "facts": {},
}
_ZONE = {"id": "lawn", "name": "草坪", "polygon": [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0]]}
_WEBHOOK = {
    "id": 1,
    "url": "https://dispatch.example/hooks/xueliang",
    "area_id": "620725101",
    "kinds": ["opened", "moved"],
    "created_by": "county-dispatch",
    "created_at": "2026-11-20T08:00:00Z",
    "disabled_at": None,
    "failures": 0,
    "not_before": None,
    "paused": None,
    "paused_text": None,
    "waiting_since": None,
    "waiting_error": "",
    "counts": {"pending": 0, "delivered": 41, "failed": 0},
}
_MOVE = {
    "schema_version": 1,
    "case": "620725101-20261122-0001",
    "camera": "plaza-east",
    "area": "620725101",
    "status": "accepted",
    "verdict": None,
    "version": 2,
    "at": "2026-11-22T02:03:10Z",
    "actor": "li.na",
    "kind": "moved",
    "action": "accept",
    "due_at": "2026-11-22T03:03:10Z",
    "department": None,
    "handler": None,
    "escalation_level": 0,
    "merged_into": None,
}
_ATTACHMENT = {
    "number": 5,
    "name": "现场照片.jpg",
    "media_type": "image/jpeg",
    "bytes": 812_345,
    "actor": "li.na",
    "actor_name": "李娜",
    "at": "2026-11-22T02:20:00Z",
    "url": "/api/cases/620725101-20261122-0001/attachments/5",
}
_DELIVERY = {
    "id": 42,
    "event_id": "0d3c2c50-59a1-4ad6-9c9e-3b9c2f9c9b57",
    "code": "620725101-20261122-0001",
    "kind": "moved",
    "state": "delivered",
    "attempts": 1,
    "created_at": "2026-11-22T02:03:10Z",
    "next_at": "2026-11-22T02:03:10Z",
    "done_at": "2026-11-22T02:03:11Z",
    "status_code": 204,
    "error": "",
}

EXAMPLES: Mapping[type, Mapping[str, object]] = MappingProxyType(
    {
        Officer: _OFFICER,
        TokenRow: _TOKEN,
        ShownToken: {"token": _TOKEN, "secret": "xlt_… (shown here and never again)"},
        CaseRow: _CASE,
        QueuePage: {
            "rows": [_CASE],
            "next_cursor": "MjAyNi0xMS0yMlQwMjowMDowMCswMDowMCAxNw==",
            "counts": {"pending": 4, "accepted": 1},
        },
        CaseView: {
            "row": _CASE,
            "alerts": [_ALERT],
            "evidence": [_EVIDENCE],
            "journal": [_ENTRY],
            "zones": [_ZONE],
            "actions": ["close", "false-alarm", "note"],
            "accepted_by": "李娜",
            "verdict_reason": "",
            "merged_into": None,
            "merged": [],
            "links": [],
            "attachments": [_ATTACHMENT],
            "follow_up": None,
        },
        Recipients: {
            "departments": ["公安", "水务"],
            "officers": [
                {
                    "officer_id": 9,
                    "display_name": "王芳",
                    "role": "grid-worker",
                    "department": None,
                    "area_id": "620725101201",
                    "area_name": "北街村",
                }
            ],
            "colleagues": [],
        },
        AlertRow: _ALERT,
        EvidenceRow: _EVIDENCE,
        AttachmentRow: _ATTACHMENT,
        JournalEntry: _ENTRY,
        ZoneShape: _ZONE,
        CameraRow: {
            "camera_id": "plaza-east",
            "name": "文化广场东",
            "area_id": "620725101",
            "area_name": "清泉镇",
            "owner": "department",
            "state": "stalled",
            "since": "2026-11-22T01:58:00Z",
            "reason": {"zh": "摄像机没有画面", "en": "the camera sends no picture"},
            "node": "node-1",
            "node_state": "online",
        },
        NodeRow: {
            "node": "node-1",
            "state": "online",
            "since": "2026-11-20T00:00:00Z",
            "version": "0.1.0",
            "backlog": 0,
            "reduced": [],
            "text": None,
        },
        AreaRow: {
            "area_id": "620725101201",
            "name": "北街村",
            "level": "village",
            "parent": "620725101",
        },
        Readiness: {
            "is_store_ready": True,
            "is_bus_connected": True,
            "is_consumer_alive": True,
            "stored": 1280,
            "duplicates": 3,
            "refused": 0,
            "deferred": 0,
            "store_failures": 0,
        },
        Fault: {
            "error": "case-conflict",
            "zh": "案件已被他人更新，请刷新后再试",
            "en": "Somebody else changed the case; look again",
            "detail": "case 620725101-20261122-0001 is at version 3, not 2",
        },
        WebhookRow: _WEBHOOK,
        NewWebhook: {"webhook": _WEBHOOK, "secret": "shown here and never again"},
        CaseMove: _MOVE,
        WebhookMessage: {
            "schema_version": 1,
            "id": "0d3c2c50-59a1-4ad6-9c9e-3b9c2f9c9b57",
            "kind": "move",
            "move": _MOVE,
        },
        DeliveryRow: _DELIVERY,
        DeliveryPage: {"rows": [_DELIVERY], "next_cursor": None},
        **REGISTER_EXAMPLES,
    }
)

PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "code": "Code of the case.",
        "kind": "`snapshot` or `clip`.",
        "status": "Only these; may be given several times.",
        "severity": "Only these; may be given several times.",
        "area": "Only this area and those below it.",
        "camera": "Only this camera.",
        "text": "Part of code, camera, label or text.",
        "state": "Only those in this state.",
        "category": "Only these; may be given several times.",
        "verdict": "Only these; may be given several times.",
        "origin": "Only these; may be given several times.",
        "rule": "Only with an alert of this rule.",
        "since": "Only queued at this time or later.",
        "until": "Only queued before this time.",
        "department": "Only handed to this department.",
        "name": "Log-in name of the account.",
        "token_id": "`token_id` of the token.",
        "number": "`number` of the attachment.",
        "limit": "At most so many.",
        "cursor": "`next_cursor` of the page before.",
        "sha256": "Of the whole file, in hex.",
        "content-range": "Which bytes of the whole these are.",
    }
)
"""For parameters that bring no words of their own."""


def add_examples(app: FastAPI) -> None:
    """Have `app.openapi()` carry them; call it once."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_examples(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _with_examples(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for row, example in EXAMPLES.items():
        if row.__name__ in schemas:
            schemas[row.__name__].setdefault("examples", [example])
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if words := PARAMETERS.get(parameter["name"]):
                    parameter.setdefault("description", words)
    return document
