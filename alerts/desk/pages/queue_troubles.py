"""Why the queue may not be all there is: the bus, a node or the database is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.desk.clock import utc_now
from alerts.desk.equipment_views import NodeRow
from alerts.desk.pages.equipment_reading import EquipmentReading
from alerts.desk.pages.words import Words
from alerts.desk.rights import Right, may
from alerts.desk.views import Officer
from alerts.schema import NodeState

TROUBLE_CHECK_S = 5.0
"""Only a look at the link, without the database."""


class Troubles:
    """The banners of one open page; what does not change stays the same object for object."""

    def __init__(self, equipment: EquipmentReading, words: Words) -> None:
        self._equipment, self._words = equipment, words
        self._nodes: Sequence[NodeRow] = ()
        self._store_lost_at: datetime | None = None

    def hear_nodes(self, officer: Officer) -> None:
        """Read how the officer's nodes are; any thread."""
        if may(officer, Right.SEE_EQUIPMENT):
            rows = self._equipment.nodes(officer)
            # One that was never heard of stands beside the queue only: it is not lost.
            self._nodes = [row for row in rows if row.state is NodeState.OFFLINE and row.since]

    def store_is_away(self, is_away: bool) -> None:
        """The database did not answer, or did."""
        if not is_away:
            self._store_lost_at = None
        elif self._store_lost_at is None:
            self._store_lost_at = utc_now()

    def props(self) -> list[dict[str, object]]:
        """The worst first."""
        found = list[dict[str, object]]()
        if self._store_lost_at is not None:
            found.append(self._one("store", self._words("trouble.store"), self._store_lost_at))
        lost_at = self._equipment.bus_lost_at()
        if lost_at is not None:
            found.append(self._one("bus", self._words("trouble.bus"), lost_at))
        return found + self._of_nodes()

    def _of_nodes(self) -> list[dict[str, object]]:
        if not self._nodes:
            return []
        since = min((row.since for row in self._nodes if row.since), default=None)
        text = self._words("trouble.nodes", count=len(self._nodes))
        if len(self._nodes) == 1:
            text = self._words("trouble.node", node=self._nodes[0].node)
        return [self._one("node", text, since)]

    @staticmethod
    def _one(name: str, text: str, since: datetime | None) -> dict[str, object]:
        return {"id": name, "text": text, "since": since.isoformat() if since else ""}
