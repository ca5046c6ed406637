"""The seam between what watches cameras and what delivers their alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from alerts.alert import Alert
from alerts.evidence.archive import EvidenceArchive
from alerts.evidence.spool import Spool
from alerts.schema import NodeState, ReducedClass
from ingest.status import CameraStatus


class AlertDelivery(Protocol):
    """What a pipeline needs of `deploy.delivery.Delivery`, here or in another process."""

    @property
    def archive(self) -> EvidenceArchive:
        """Where evidence goes."""
        ...

    @property
    def spool(self) -> Spool:
        """Where its drafts are written."""
        ...

    def store(self, alerts: Sequence[Alert]) -> None:
        """Return when the alerts are safe; block until then."""
        ...

    def camera_status(self, status: CameraStatus) -> None:
        """Say a camera's state; called in the camera's thread, must not block."""
        ...

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        """Say whether all frames are analysed, and what is left where not; must not block."""
        ...
