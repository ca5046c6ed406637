"""What goes over the bus, as an AsyncAPI 3.0 document made from the wire models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from alerts.schema import (
    SCHEMA_VERSION,
    AlertMessage,
    CameraStatusMessage,
    CaseMove,
    CommandMessage,
    CommandReply,
    DroppedMessage,
    NodeStatus,
    Receipt,
)
from alerts.topics import Topics

ALL = Topics("{site}")

CHANNELS: tuple[tuple[str, str, type[BaseModel], bool], ...] = (
    ("nodeStatus", ALL.node_status("{node}"), NodeStatus, True),
    ("dropped", ALL.node_dropped("{node}"), DroppedMessage, False),
    ("cameraStatus", ALL.camera_status("{camera}"), CameraStatusMessage, True),
    ("alert", ALL.alert("{camera}"), AlertMessage, False),
    ("receipt", ALL.receipt("{node}"), Receipt, False),
    ("case", ALL.case("{case}"), CaseMove, False),
    ("command", ALL.command("{integrator}"), CommandMessage, False),
    ("reply", ALL.reply("{integrator}"), CommandReply, False),
)
"""Name, topic, payload, retained."""


def asyncapi() -> dict[str, Any]:
    """The document; everything is QoS 1."""
    _, schemas = models_json_schema(
        [(model, "validation") for _, _, model, _ in CHANNELS],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "xueliang", "version": str(SCHEMA_VERSION)},
        "defaultContentType": "application/json",
        "channels": {name: _channel(topic, model) for name, topic, model, _ in CHANNELS},
        "operations": {
            name: _operation(name, model, is_retained=kept) for name, _, model, kept in CHANNELS
        },
        "components": {"schemas": schemas["$defs"]},
    }


def _channel(topic: str, model: type[BaseModel]) -> dict[str, Any]:
    parameters = [part[1:-1] for part in topic.split("/") if part.startswith("{")]
    return {
        "address": topic,
        "parameters": {name: {"description": f"Id of the {name}"} for name in parameters},
        "messages": {
            model.__name__: {"payload": {"$ref": f"#/components/schemas/{model.__name__}"}}
        },
    }


def _operation(channel: str, model: type[BaseModel], *, is_retained: bool) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "bindings": {"mqtt": {"qos": 1, "retain": is_retained}},
    }
