"""The words of a site's alert messages: names of its cameras and of the labels it looks for."""

from __future__ import annotations

from alerts.compose import MessageComposer
from alerts.schema import Text
from deploy.settings import Site
from models.labels import allowed_labels


def build_composer(site: Site, node: str | None = None) -> MessageComposer:
    """Composes the messages of `node`, by default the site's first."""
    return MessageComposer(
        node or site.nodes[0].id,
        cameras={camera.id: camera.name for camera in site.cameras},
        labels={name: Text(zh=label.zh, en=label.en) for name, label in allowed_labels().items()},
        min_s={(c.id, rule.id): rule.min_s for c in site.cameras for rule in c.rules},
    )
