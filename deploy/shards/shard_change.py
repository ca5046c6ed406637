"""What a changed site means for each shard of a running node; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deploy.settings import SiteCamera
from deploy.site_change import SiteChange

Share = tuple[SiteCamera, ...]


def divided(change: SiteChange, shares: Sequence[Share]) -> tuple[SiteChange, ...]:
    """Each shard's part of `change`; of `shares`, what each watches until then.

    Nobody moves: what stays keeps its shard, what is new goes where fewest of its class are, and
    among those where fewest are at all.
    """
    parts = []
    for share in shares:
        ids = {camera.id for camera in share}
        parts.append(
            replace(
                change,
                added=(),
                replaced=tuple(camera for camera in change.replaced if camera.id in ids),
                removed=tuple(key for key in change.removed if key in ids),
            )
        )
    for camera in change.added:
        now = [after(share, part) for share, part in zip(shares, parts, strict=True)]
        least = min(range(len(now)), key=lambda shard: _load(now[shard], camera))
        parts[least] = replace(parts[least], added=(*parts[least].added, camera))
    return tuple(parts)


def after(share: Share, part: SiteChange) -> Share:
    """What a shard watches after its part of a change."""
    return (*(camera for camera in share if camera.id not in part.dismissed), *part.admitted)


def _load(share: Share, camera: SiteCamera) -> tuple[int, int]:
    return sum(each.class_ == camera.class_ for each in share), len(share)
