"""What must hold between entries of a site file.

These read the raw data, not the validated one, so that a wrong key elsewhere hides none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.catalogue import Catalogue
from models.errors import CatalogueError

KeyPath = tuple[str | int, ...]
Finding = tuple[KeyPath, str]


def cross_check(data: dict[str, Any]) -> Iterator[Finding]:
    """Every contradiction between entries, as key path and message."""
    yield from _repeated(data, ("areas",))
    yield from _repeated(data, ("nodes",))
    yield from _repeated(data, ("models",))
    yield from _repeated(data, ("cameras",))
    yield from _areas(data)
    labels = _labels_by_model(data)
    yield from _models(data)
    for index, camera in _entries(data, "cameras"):
        yield from _camera(data, ("cameras", index), camera, labels)


def _entries(data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = data.get(key)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield index, item


def _ids(data: dict[str, Any], key: str) -> set[str]:
    return {str(item["id"]) for _, item in _entries(data, key) if "id" in item}


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
    parents = {a.get("id"): a.get("parent") for _, a in _entries(data, "areas")}
    for index, area in _entries(data, "areas"):
        parent = area.get("parent")
        if parent is not None and parent not in known:
            yield ("areas", index, "parent"), f"area {parent!r} is not in areas"
        elif _is_in_circle(area.get("id"), parents):
            yield ("areas", index, "parent"), f"area {area.get('id')!r} is above itself"


def _is_in_circle(area: object, parents: dict[Any, Any]) -> bool:
    above, steps = parents.get(area), 0
    while above is not None and steps <= len(parents):
        if above == area:
            return True
        above, steps = parents.get(above), steps + 1
    return False


def _labels_by_model(data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    catalogue = Catalogue.load()
    found = {}
    for _, model in _entries(data, "models"):
        try:
            found[str(model.get("id"))] = catalogue.card(str(model.get("card"))).classes
        except CatalogueError:
            continue  # said once, by `_models`
    return found


def _models(data: dict[str, Any]) -> Iterator[Finding]:
    catalogue = Catalogue.load()
    for index, model in _entries(data, "models"):
        if "card" in model:
            try:
                catalogue.card(str(model["card"]))
            except CatalogueError as error:
                yield ("models", index, "card"), str(error)


def _camera(
    data: dict[str, Any], path: KeyPath, camera: dict[str, Any], labels: dict[str, tuple[str, ...]]
) -> Iterator[Finding]:
    if "area" in camera and camera["area"] not in _ids(data, "areas"):
        yield (*path, "area"), f"area {camera['area']!r} is not in areas"
    nodes = _ids(data, "nodes")
    if camera.get("node") is not None and nodes and camera["node"] not in nodes:
        yield (*path, "node"), f"node {camera['node']!r} is not in nodes"
    yield from _model(data, path, camera)
    yield from _within(path, camera, "zones")
    yield from _within(path, camera, "rules")
    for index, rule in _entries(camera, "rules"):
        yield from _rule(data, (*path, "rules", index), camera, rule, labels)


def _model(data: dict[str, Any], path: KeyPath, entry: dict[str, Any]) -> Iterator[Finding]:
    if entry.get("model") is not None and entry["model"] not in _ids(data, "models"):
        yield (*path, "model"), f"model {entry['model']!r} is not in models"


def _within(path: KeyPath, camera: dict[str, Any], key: str) -> Iterator[Finding]:
    for tail, message in _repeated({key: camera.get(key)}, (key,)):
        yield (*path, *tail), message


def _rule(
    data: dict[str, Any],
    path: KeyPath,
    camera: dict[str, Any],
    rule: dict[str, Any],
    labels: dict[str, tuple[str, ...]],
) -> Iterator[Finding]:
    zone = rule.get("zone")
    if zone is not None and zone not in _ids(camera, "zones"):
        yield (*path, "zone"), f"zone {zone!r} is not in this camera's zones"
    yield from _model(data, path, rule)
    models = [str(m.get("id")) for _, m in _entries(data, "models")]
    model = str(rule.get("model") or camera.get("model") or next(iter(models), ""))
    wanted = rule.get("labels")
    for index, label in enumerate(wanted if isinstance(wanted, list) else []):
        if model in labels and label not in labels[model]:
            yield (*path, "labels", index), f"model {model!r} does not see {label!r}"
