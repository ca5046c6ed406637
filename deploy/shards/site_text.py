"""A site as text for a shard, and read again: with its secrets, so it is for the pipe alone."""

from __future__ import annotations

import json

from pydantic import SecretStr, ValidationError
from pydantic_core import to_jsonable_python

from deploy.settings import Site
from deploy.shards.messages import GoTo
from deploy.shards.pipe import PipeFaultError
from deploy.site_change import SiteChange


def order_of(site: Site, change: SiteChange) -> GoTo:
    """What a shard is told of its part of a change."""
    return GoTo(
        site=json.dumps(site.model_dump(by_alias=True), default=_plain, ensure_ascii=False),
        added=tuple(camera.id for camera in change.added),
        replaced=tuple(camera.id for camera in change.replaced),
        removed=change.removed,
    )


def change_of(order: GoTo) -> tuple[Site, SiteChange]:
    """What the parent meant.

    Raises:
        PipeFaultError: It sent no site; passwords that may be in it are not in the error.
    """
    site = _site(order.site)
    cameras = {camera.id: camera for camera in site.cameras}
    change = SiteChange(
        restart_needed=(),
        added=tuple(cameras[key] for key in order.added),
        replaced=tuple(cameras[key] for key in order.replaced),
        removed=order.removed,
    )
    return site, change


def _site(text: str) -> Site:
    try:
        return Site.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    raise PipeFaultError(f"no site: {faults}")  # outside of `except`: the context has the input


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return to_jsonable_python(value)
