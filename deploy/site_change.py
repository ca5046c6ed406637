"""What a changed site file means for one running node; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.settings import Site, SiteCamera

RELOADED = frozenset({"areas", "cameras", "desk", "integrators", "models", "nodes"})
"""Top-level keys that are looked at one by one, or not at all: of integrators only the broker's
ACL is made. A change of any other needs a restart."""

DESK_RELOADED = frozenset({"areas", "cameras", "integrators", "models", "nodes"})

WORDS = {"name": "", "area": "", "department": None}
"""Keys of a camera that are only told, never used to watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChange:
    """From one site to another.

    Attributes:
        restart_needed: Keys that changed and are read at the start only; with any, nothing of
            the change is taken.
        added: Cameras that are new to this node.
        replaced: Cameras whose entry or models changed, as they are now.
        removed: Ids of cameras that left this node.
    """

    restart_needed: tuple[str, ...]
    added: tuple[SiteCamera, ...]
    replaced: tuple[SiteCamera, ...]
    removed: tuple[str, ...]

    @property
    def dismissed(self) -> tuple[str, ...]:
        """Ids of cameras whose present session ends."""
        return (*self.removed, *(camera.id for camera in self.replaced))

    @property
    def admitted(self) -> tuple[SiteCamera, ...]:
        """Cameras that are opened anew."""
        return (*self.added, *self.replaced)


def site_change(old: Site, new: Site, node_id: str) -> SiteChange:
    """What node `node_id` has to do to go from `old` to `new`."""
    before, after = cameras_of(old, node_id), cameras_of(new, node_id)
    return SiteChange(
        restart_needed=tuple(_restart_needed(old, new, node_id)),
        added=tuple(camera for key, camera in after.items() if key not in before),
        replaced=tuple(
            camera
            for key, camera in after.items()
            if key in before and _watched(old, before[key]) != _watched(new, camera)
        ),
        removed=tuple(key for key in before if key not in after),
    )


def desk_change(old: Site, new: Site) -> SiteChange:
    """What the desk has to do: it goes by other areas and cameras, but by nothing else new."""
    before, after = ({camera.id: camera for camera in site.cameras} for site in (old, new))
    changed = [key for key in type(old).model_fields if getattr(old, key) != getattr(new, key)]
    return SiteChange(
        restart_needed=tuple(sorted(set(changed) - DESK_RELOADED)),
        added=tuple(camera for key, camera in after.items() if key not in before),
        replaced=tuple(c for key, c in after.items() if key in before and before[key] != c),
        removed=tuple(key for key in before if key not in after),
    )


def cameras_of(site: Site, node_id: str) -> dict[str, SiteCamera]:
    """The cameras that node `node_id` watches, by id."""
    return {camera.id: camera for camera in site.cameras if site.node_of(camera) == node_id}


def _watched(site: Site, camera: SiteCamera) -> tuple[SiteCamera, tuple[str, ...]]:
    """All that decides how a camera is watched."""
    models = (site.model_of(camera), *(site.model_of(camera, rule) for rule in camera.rules))
    return camera.model_copy(update=WORDS), models


def _restart_needed(old: Site, new: Site, node_id: str) -> Iterator[str]:
    for key in sorted(set(type(old).model_fields) - RELOADED):
        if getattr(old, key) != getattr(new, key):
            yield key
    entries = [next((n for n in site.nodes if n.id == node_id), None) for site in (old, new)]
    if entries[0] != entries[1]:
        yield f"nodes.{node_id}"
    if "desk" in {old.evidence_store, new.evidence_store}:
        for key in ("url", "node_token_file"):
            if getattr(old.desk, key) != getattr(new.desk, key):
                yield f"desk.{key}"
    present = {model.id: model for model in new.models}
    for model in old.models:
        if model.id in present and present[model.id] != model:
            yield f"models.{model.id}"
