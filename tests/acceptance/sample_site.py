"""The demo's areas and cameras as a desk is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from alerts.area import AreaConfig, AreaLevel
from alerts.config import DeskConfig, MqttConfig, WebhookConfig
from alerts.desk.config import DeskCamera, DeskSite
from alerts.zone import ZoneConfig
from deploy.free_port import LOOPBACK
from deploy.samples.cameras import AREAS, CAMERAS, SampleCamera
from ingest.config import Owner
from tests.acceptance.sightings import NODE


def sample_site(folder: Path, names: Mapping[str, str]) -> DeskSite:
    """The demo's site with everything in `folder`; `names` are others for cameras and areas."""
    return DeskSite(
        site="acceptance",
        timezone="Asia/Shanghai",
        desk=DeskConfig(webhooks=WebhookConfig(hosts=(LOOPBACK,))),  # a test's receiver
        database=f"sqlite:///{folder / 'desk.db'}",
        data=str(folder),
        evidence_folder=str(folder / "evidence"),
        mqtt=MqttConfig(host="127.0.0.1"),
        nodes=(NODE,),
        areas=tuple(
            AreaConfig(
                id=area.area_id,
                name=names.get(area.area_id, area.name),
                level=AreaLevel(area.level),
                parent=area.parent,
            )
            for area in AREAS
        ),
        cameras=tuple(_camera(camera, names) for camera in CAMERAS),
    )


def _camera(camera: SampleCamera, names: Mapping[str, str]) -> DeskCamera:
    return DeskCamera(
        id=camera.camera_id,
        name=names.get(camera.camera_id, camera.name),
        owner=Owner(camera.owner),
        department=camera.department,
        class_=camera.camera_class,
        area=camera.area_id,
        node=NODE,
        zones=tuple(
            ZoneConfig(id=zone, name=camera.zone_names[zone], polygon=shape)
            for zone, shape in camera.zones.items()
        ),
        masks=camera.privacy_masks,
    )
