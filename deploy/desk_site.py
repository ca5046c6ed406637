"""What the desk is told of the site."""

from __future__ import annotations

from urllib.parse import urlsplit

from alerts.desk.config import DeskCamera, DeskSite
from deploy.evidence_store import evidence_bucket
from deploy.settings import Site, SiteCamera


def desk_site(site: Site) -> DeskSite:
    """The desk's part of the site file, without addresses of cameras: it never opens one."""
    return DeskSite(
        site=site.site,
        timezone=site.timezone,
        desk=site.desk,
        database=site.database,
        data=str(site.data),
        evidence_folder=evidence_folder(site),
        evidence_bucket=evidence_bucket(site),
        mqtt=site.mqtt.as_user(site.desk.mqtt),
        nodes=tuple(node.id for node in site.nodes),
        areas=site.areas,
        cameras=tuple(_camera(site, camera) for camera in site.cameras),
    )


def evidence_folder(site: Site) -> str:
    """Where the desk finds evidence: the store's folder, or its own when nodes send it over."""
    store = site.evidence_store
    return urlsplit(store).path if store.startswith("file:") else f"{site.data}/evidence"


def _camera(site: Site, camera: SiteCamera) -> DeskCamera:
    return DeskCamera(
        id=camera.id,
        name=camera.name or camera.id,
        owner=camera.owner,
        department=camera.department,
        class_=camera.class_,
        area=camera.area,
        node=site.node_of(camera),
        zones=camera.zones,
        masks=camera.privacy_masks,
    )
