"""Which shard watches which camera."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from deploy.settings import Site, SiteCamera
from detectors.session import cores

CLASSES = (1, 2, 3)

OF_ONE_PROCESS = 30
"""Cameras that share Python's lock well: with 32 alerts are in time, with 48 all are late (25
frames a second each, two cores)."""


def fitting_shards(cameras: int) -> int:
    """How many processes so many cameras need."""
    return max(1, min(cores(), math.ceil(cameras / OF_ONE_PROCESS)))


def share_out(cameras: Sequence[SiteCamera], shards: int) -> list[tuple[SiteCamera, ...]]:
    """The cameras of each shard, in the site file's order; never an empty one but the only one.

    Even: between two shards the number of cameras differs by at most one, in all and of each
    class, so that none is overloaded before the others. Stable: within that, each camera goes
    where its id's hash prefers it to go, so that a camera added or taken away moves few others
    (plain hashing would move none, but at every sixth site puts 38 or more of 64 on one of two).
    """
    shards = max(1, min(shards, len(cameras)))
    loads, places = [0] * shards, dict[str, int]()
    for class_ in CLASSES:
        of_class = [camera.id for camera in cameras if camera.class_ == class_]
        free = _quotas(len(of_class), loads)
        loads = [load + quota for load, quota in zip(loads, free, strict=True)]
        places |= _placed(of_class, free)
    return [tuple(c for c in cameras if places[c.id] == shard) for shard in range(shards)]


def _quotas(count: int, loads: Sequence[int]) -> list[int]:
    """How many of `count` cameras each shard takes: the odd ones go where least is."""
    each, odd = divmod(count, len(loads))
    least = sorted(range(len(loads)), key=lambda shard: loads[shard])[:odd]
    return [each + (shard in least) for shard in range(len(loads))]


def _placed(cameras: Sequence[str], free: Sequence[int]) -> dict[str, int]:
    """Each camera's most preferred shard that has room; who chooses first is a hash as well."""
    left, places = list(free), dict[str, int]()
    for camera in sorted(cameras, key=_hash):
        open_shards = (shard for shard, room in enumerate(left) if room)
        chosen = max(open_shards, key=lambda shard: _hash(f"{shard} {camera}"))
        left[chosen] -= 1
        places[camera] = chosen
    return places


def _hash(text: str) -> bytes:
    """The same in every process and version, unlike `hash`."""
    return hashlib.sha256(text.encode()).digest()


def site_of_shard(site: Site, shards: int) -> Site:
    """The site as a shard is told it: its share of the cores, where a model names no threads."""
    threads = max(1, cores() // shards)
    models = (m if m.threads else m.model_copy(update={"threads": threads}) for m in site.models)
    return site.model_copy(update={"models": tuple(models)})
