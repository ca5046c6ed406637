"""From the bytes of an MQTT message to a checked message, or to the reason for refusing it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from alerts.desk.directory import Directory
from alerts.errors import MessageRefusedError
from alerts.schema import (
    MAX_ALERT_BYTES,
    AlertMessage,
    CameraStatusMessage,
    DroppedMessage,
    NodeStatus,
    Wire,
)
from alerts.topics import Topics
from ingest.config import Identifier

MAX_PAYLOAD = 64_000
"""Bytes of any message; of an alert message see `MAX_ALERT_BYTES`."""
MAX_NUMBER = 2**63 - 1
"""What a column of the store holds."""

_W = TypeVar("_W", bound=Wire)


class RefusalKind(StrEnum):
    """Why a message is set aside."""

    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown-version"
    UNKNOWN_CAMERA = "unknown-camera"
    UNKNOWN_TOPIC = "unknown-topic"
    MISMATCH = "mismatch"  # topic and payload name different cameras or nodes
    RETAINED = "retained"  # an alert is news, never a state
    UNSTORABLE = "unstorable"  # well-formed, but the database will not have it


class Identity(BaseModel):
    """What makes an alert message one and the same."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    node: Identifier
    outbox_id: UUID
    camera: Identifier
    sequence: int


class RefusedMessage(MessageRefusedError):  # noqa: N818 - it is the message that is refused
    """A message to be set aside.

    Attributes:
        topic: Where it came from; whoever sets it aside fills it in.
        identity: Of a malformed alert message, where it can be read: the desk says it has
            received it, because the same bytes again would be no better. All other refused
            messages stay in their node's outbox, for a desk that knows more than this one.
    """

    def __init__(self, kind: RefusalKind, detail: str, *, identity: Identity | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.topic = ""
        self.identity = identity


class Cleared(BaseModel):
    """An empty retained payload: the state on this topic was taken away."""

    model_config = ConfigDict(frozen=True)

    camera: str | None = None
    node: str | None = None


Checked = AlertMessage | DroppedMessage | CameraStatusMessage | NodeStatus | Cleared


class Intake:
    """Checks messages against the schema, their topic and the site file."""

    def __init__(self, topics: Topics, directory: Directory) -> None:
        self._root = topics.root
        self._directory = directory

    def check(self, topic: str, payload: bytes, *, is_retained: bool) -> Checked:
        """The message; raises RefusedMessage."""
        kind, name, leaf = self._parts(topic)
        if len(payload) > (MAX_ALERT_BYTES if leaf == "alert" else MAX_PAYLOAD):
            raise RefusedMessage(RefusalKind.OVERSIZED, f"{len(payload)} bytes")
        if kind == "camera" and name not in self._directory.cameras:
            raise RefusedMessage(RefusalKind.UNKNOWN_CAMERA, name[:64])
        if (kind, leaf) == ("camera", "alert"):
            return self._alert(name, payload, is_retained=is_retained)
        if (kind, leaf) == ("camera", "status"):
            return self._camera_status(name, payload)
        if (kind, leaf) == ("node", "status"):
            return self._node_status(name, payload)
        if (kind, leaf) == ("node", "dropped"):
            return self._dropped(name, payload)
        raise RefusedMessage(RefusalKind.UNKNOWN_TOPIC, topic[:200])

    def _parts(self, topic: str) -> tuple[str, str, str]:
        parts = topic.removeprefix(self._root + "/").split("/")
        if not topic.startswith(self._root + "/") or len(parts) != 3:
            raise RefusedMessage(RefusalKind.UNKNOWN_TOPIC, topic[:200])
        return parts[0], parts[1], parts[2]

    def _alert(self, camera: str, payload: bytes, *, is_retained: bool) -> AlertMessage:
        if is_retained:
            raise RefusedMessage(RefusalKind.RETAINED, "an alert message is never retained")
        try:
            message = _parsed(AlertMessage, payload)
        except RefusedMessage as error:
            if error.kind is RefusalKind.MALFORMED:
                error.identity = _identity(payload, camera)
            raise
        _same("camera", camera, message.camera)
        if message.sequence > MAX_NUMBER:
            raise RefusedMessage(RefusalKind.MALFORMED, "sequence is beyond 64 bits")
        return message

    def _camera_status(self, camera: str, payload: bytes) -> CameraStatusMessage | Cleared:
        if not payload:
            return Cleared(camera=camera)
        message = _parsed(CameraStatusMessage, payload)
        _same("camera", camera, message.camera)
        return message

    def _node_status(self, node: str, payload: bytes) -> NodeStatus | Cleared:
        if not payload:
            return Cleared(node=node)
        message = _parsed(NodeStatus, payload)
        _same("node", node, message.node)
        if message.backlog > MAX_NUMBER:
            raise RefusedMessage(RefusalKind.MALFORMED, "backlog is beyond 64 bits")
        return message

    def _dropped(self, node: str, payload: bytes) -> DroppedMessage:
        message = _parsed(DroppedMessage, payload)
        _same("node", node, message.node)
        for camera, spans in message.dropped.items():
            if camera not in self._directory.cameras:
                raise RefusedMessage(RefusalKind.UNKNOWN_CAMERA, camera[:64])
            if any(first > last or last > MAX_NUMBER for first, last in spans):
                raise RefusedMessage(RefusalKind.MALFORMED, "a range is backwards or too high")
        return message


def _parsed(model: type[_W], payload: bytes) -> _W:
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["loc"] == ("schema_version",) for fault in faults):
            raise RefusedMessage(RefusalKind.UNKNOWN_VERSION, _words(faults[0])) from error
        raise RefusedMessage(RefusalKind.MALFORMED, _words(faults[0])) from error


def _words(fault: object) -> str:
    assert isinstance(fault, dict)
    where = ".".join(str(part) for part in fault["loc"])[:100]
    return f"{where}: {fault['msg']}"[:500]


def _identity(payload: bytes, camera: str) -> Identity | None:
    try:
        found = Identity.model_validate_json(payload)
    except ValidationError:
        return None
    is_ours = found.camera == camera and 1 <= found.sequence <= MAX_NUMBER
    return found if is_ours else None


def _same(what: str, topic: str, payload: str) -> None:
    if topic != payload:
        detail = f"{what} {topic[:64]} in the topic, {payload} in the message"
        raise RefusedMessage(RefusalKind.MISMATCH, detail)
