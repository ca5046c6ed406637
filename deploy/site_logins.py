"""What must hold between the log-ins at the broker that a site file names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.site_fault import KeyPath


def logins(data: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Every contradiction, as key path and message; `data` is raw."""
    yield from _plain_certificates(data)
    seen: set[str] = set()
    for index, each in _tables(data.get("integrators")):
        name = each.get("name")
        if isinstance(name, str) and name in seen:
            yield ("integrators", index, "name"), f"{name!r} stands twice"
        seen |= {name} if isinstance(name, str) else set()


def _plain_certificates(data: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    broker = data.get("mqtt")
    if isinstance(broker, dict) and broker.get("tls") is None:
        paths: list[tuple[KeyPath, object]] = [(("desk", "mqtt"), data.get("desk"))]
        paths += [(("nodes", i, "mqtt"), node) for i, node in _tables(data.get("nodes"))]
        for path, entry in paths:
            login = entry.get("mqtt") if isinstance(entry, dict) else None
            if isinstance(login, dict) and login.get("certificate") is not None:
                yield (*path, "certificate"), "is shown only over TLS: give mqtt.tls"


def _tables(items: object) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield index, item
