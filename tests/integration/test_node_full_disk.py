"""A disk that is full while an alert is raised: the alert waits, and is not lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from alerts.alert import Alert
from alerts.compose import Compose
from alerts.errors import OutboxWriteError
from alerts.schema import AlertMessage
from deploy.node import Node
from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import CAMERAS, FOLDER
from tests.node_rig import eventually, running_node

SAMPLE = next(camera for camera in CAMERAS if camera.camera_id == "market-crossing")

pytestmark = pytest.mark.timeout(120)


class FullDisk:
    """The outbox's `commit` while there is no space, until there is some again."""

    def __init__(self, node: Node) -> None:
        self.refused = 0
        self.has_space = False
        self._commit = node.outbox.commit

    def __call__(self, alerts: Sequence[Alert], compose: Compose) -> list[AlertMessage]:
        if not self.has_space:
            self.refused += 1
            raise OutboxWriteError("database or disk is full")
        return self._commit(alerts, compose)


def test_an_alert_waits_for_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RtspServer(FOLDER) as server:
        camera = {
            "id": "market",
            "area": "1",
            "url": server.url(SAMPLE.file),
            "zones": [{"id": z, "polygon": shape} for z, shape in SAMPLE.zones.items()],
            "rules": [{"id": "r", "kind": "presence", "labels": ["person"], "zone": "worksite"}],
        }
        with running_node(tmp_path, [camera]) as rig:
            disk = FullDisk(rig.node)
            monkeypatch.setattr(rig.node.outbox, "commit", disk)
            eventually(lambda: disk.refused >= 2, 60, "an alert that finds no space")
            assert rig.bus.on("/alert") == []
            disk.has_space = True
            eventually(lambda: rig.bus.on("/alert"), 20, "the alert that waited")
            first = rig.bus.on("/alert")[0]
    assert (first["phase"], first["sequence"]) == ("raised", 1)
    assert any("alerts wait" in line for line in rig.journal.lines)
