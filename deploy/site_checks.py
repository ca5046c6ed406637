"""What must hold between entries of a site file.

These read the raw data, not the validated one, so that a wrong key elsewhere hides none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.site_fault import KeyPath
from deploy.site_logins import logins
from models.catalogue import Catalogue
from models.errors import CatalogueError

Finding = tuple[KeyPath, str]

ADDRESS = re.compile(r"rtsps?://|\$\{", re.IGNORECASE)
"""How a camera's address begins; a variable may hold the whole of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What cameras may refer to."""

    areas: frozenset[str]
    nodes: frozenset[str]
    models: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]  # by model; absent where the card is unknown


def cross_check(data: dict[str, Any]) -> Iterator[Finding]:
    """Every contradiction between entries, as key path and message."""
    for key in ("areas", "nodes", "models", "cameras"):
        yield from _repeated(data, (key,))
    yield from _areas(data)
    yield from _evidence(data)
    yield from _retention(data)
    yield from logins(data)
    catalogue = Catalogue.load()
    yield from _models(data, catalogue)
    names = _Names(
        areas=_ids(data, "areas"),
        nodes=_ids(data, "nodes"),
        models=tuple(str(model.get("id")) for _, model in _entries(data, "models")),
        labels=_labels_by_model(data, catalogue),
    )
    for index, camera in _entries(data, "cameras"):
        yield from _camera(names, ("cameras", index), camera)


def _entries(data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = data.get(key)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield index, item


def _ids(data: dict[str, Any], key: str) -> frozenset[str]:
    return frozenset(str(item["id"]) for _, item in _entries(data, key) if "id" in item)


def _is_absent(name: object, known: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether `name` is a name, but none of `known`; what is no text is said elsewhere."""
    return isinstance(name, str) and name not in known


def _repeated(data: dict[str, Any], path: KeyPath) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, item in _entries(data, str(path[-1])):
        item_id = item.get("id")
        if isinstance(item_id, str):
            if item_id in seen:
                yield (*path, index, "id"), f"{item_id!r} is already entry {seen[item_id]}"
            seen.setdefault(item_id, index)


def _areas(data: dict[str, Any]) -> Iterator[Finding]:
    known = _ids(data, "areas")
    parents = {str(area.get("id")): area.get("parent") for _, area in _entries(data, "areas")}
    for index, area in _entries(data, "areas"):
        parent = area.get("parent")
        if _is_absent(parent, known):
            yield ("areas", index, "parent"), f"area {parent!r} is not in areas"
        elif _is_in_circle(str(area.get("id")), parents):
            yield ("areas", index, "parent"), f"area {area.get('id')!r} is above itself"


def _is_in_circle(area: str, parents: dict[str, object]) -> bool:
    above, steps = parents.get(area), 0
    while isinstance(above, str) and steps <= len(parents):
        if above == area:
            return True
        above, steps = parents.get(above), steps + 1
    return False


def _evidence(data: dict[str, Any]) -> Iterator[Finding]:
    sections = [data.get("evidence"), data.get("desk")]
    evidence, desk = (section if isinstance(section, dict) else {} for section in sections)
    if evidence.get("store") == "desk" and desk.get("node_token_file") is None:
        yield ("evidence", "store"), "the desk takes evidence only with desk.node_token_file"
    if str(evidence.get("store", "")).startswith("s3://") and evidence.get("s3") is None:
        yield ("evidence", "store"), "a bucket needs evidence.s3 with its endpoint"


def _retention(data: dict[str, Any]) -> Iterator[Finding]:
    desk = data.get("desk")
    retention = desk.get("retention") if isinstance(desk, dict) else None
    known = _ids(data, "areas")
    for index, rule in _entries(retention if isinstance(retention, dict) else {}, "areas"):
        if _is_absent(rule.get("area"), known):
            path = ("desk", "retention", "areas", index, "area")
            yield path, f"area {rule['area']!r} is not in areas"


def _labels_by_model(data: dict[str, Any], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    found = {}
    for _, model in _entries(data, "models"):
        try:
            found[str(model.get("id"))] = catalogue.card(str(model.get("card"))).classes
        except CatalogueError:
            continue  # said once, by `_models`
    return found


def _models(data: dict[str, Any], catalogue: Catalogue) -> Iterator[Finding]:
    for index, model in _entries(data, "models"):
        if "card" in model:
            try:
                catalogue.card(str(model["card"]))
            except CatalogueError as error:
                yield ("models", index, "card"), str(error)


def _camera(names: _Names, path: KeyPath, camera: dict[str, Any]) -> Iterator[Finding]:
    if _is_absent(camera.get("area"), names.areas):
        yield (*path, "area"), f"area {camera['area']!r} is not in areas"
    if names.nodes and _is_absent(camera.get("node"), names.nodes):
        yield (*path, "node"), f"node {camera['node']!r} is not in nodes"
    yield from _model(names, path, camera)
    yield from _addresses(path, camera)
    yield from _within(path, camera, "zones")
    yield from _within(path, camera, "rules")
    for index, rule in _entries(camera, "rules"):
        yield from _rule(names, (*path, "rules", index), camera, rule)


def _model(names: _Names, path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    if _is_absent(entry.get("model"), names.models):
        yield (*path, "model"), f"model {entry['model']!r} is not in models"


def _addresses(path: KeyPath, camera: dict[str, Any]) -> Iterator[Finding]:
    for key in ("url", "substream_url"):
        address = camera.get(key)
        if isinstance(address, str) and not ADDRESS.match(address):
            # the address itself is not shown: it may hold a password
            yield (*path, key), "begins neither with rtsp:// or rtsps:// nor with ${…}"


def _within(path: KeyPath, camera: dict[str, Any], key: str) -> Iterator[Finding]:
    for tail, message in _repeated({key: camera.get(key)}, (key,)):
        yield (*path, *tail), message


def _rule(
    names: _Names, path: KeyPath, camera: dict[str, Any], rule: dict[str, Any]
) -> Iterator[Finding]:
    zone = rule.get("zone")
    if _is_absent(zone, _ids(camera, "zones")):
        yield (*path, "zone"), f"zone {zone!r} is not in this camera's zones"
    yield from _model(names, path, rule)
    model = str(rule.get("model") or camera.get("model") or next(iter(names.models), ""))
    wanted = rule.get("labels")
    for index, label in enumerate(wanted if isinstance(wanted, list) else []):
        if model in names.labels and label not in names.labels[model]:
            yield (*path, "labels", index), f"model {model!r} does not see {label!r}"
