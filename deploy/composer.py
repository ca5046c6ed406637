"""The words of a site's alert messages: names of its cameras and of the labels it looks for."""

from __future__ import annotations

from alerts.compose import MessageComposer
from deploy.label_words import label_words
from deploy.settings import Site


def build_composer(site: Site, node: str | None = None) -> MessageComposer:
    """Composes the messages of `node`, by default the site's first."""
    return MessageComposer(
        node or site.nodes[0].id,
        cameras={camera.id: camera.name for camera in site.cameras},
        zones={(c.id, zone.id): zone.name for c in site.cameras for zone in c.zones},
        labels=label_words(),
        min_s={(c.id, rule.id): rule.min_s for c in site.cameras for rule in c.rules},
    )
