"""What the desk knows of the site: read from the site file, never from a node."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.area import AreaConfig
from alerts.config import DeskConfig, MqttConfig
from alerts.evidence.s3_bucket import BucketAddress
from alerts.zone import ZoneConfig
from ingest.config import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCamera:
    """A camera as officers know it."""

    id: str
    name: str
    owner: Owner
    department: str | None
    class_: int
    area: str
    node: str
    zones: tuple[ZoneConfig, ...]
    masks: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSite:
    """Everything the desk is started with.

    Attributes:
        site: Site id, as in the topics.
        timezone: IANA name for what officers read.
        database: SQLAlchemy URL.
        evidence_folder: Where evidence lies: the store's folder, or the desk's own.
        evidence_bucket: Where it lies instead, when the store is a bucket.
        data: Folder for the desk's own files (H.264 copies of clips).
    """

    site: str
    timezone: str
    desk: DeskConfig
    database: str
    data: str
    evidence_folder: str
    mqtt: MqttConfig
    nodes: tuple[str, ...]
    areas: tuple[AreaConfig, ...]
    cameras: tuple[DeskCamera, ...]
    evidence_bucket: BucketAddress | None = None
