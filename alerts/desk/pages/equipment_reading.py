"""Cameras and nodes as the open pages read them: once for all who see the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.desk.equipment_views import CameraRow, NodeRow
from alerts.desk.pages.shared_readings import SharedReadings
from alerts.desk.service import DeskService
from alerts.desk.sight import sight_key
from alerts.desk.views import Officer


class EquipmentReading:
    """Reads for officers who may see equipment; on any thread."""

    def __init__(self, service: DeskService, shared: SharedReadings) -> None:
        self._service, self._shared = service, shared

    def cameras(self, officer: Officer) -> Sequence[CameraRow]:
        """See `DeskService.cameras`."""
        key = ("cameras", sight_key(officer))
        return self._shared.read(key, lambda: self._service.cameras(officer))

    def nodes(self, officer: Officer) -> Sequence[NodeRow]:
        """See `DeskService.nodes`."""
        key = ("nodes", sight_key(officer))
        return self._shared.read(key, lambda: self._service.nodes(officer))

    def bus_lost_at(self) -> datetime | None:
        """See `DeskService.bus_lost_at`."""
        return self._service.bus_lost_at()
