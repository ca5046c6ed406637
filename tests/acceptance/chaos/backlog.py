"""What still waits at a running node."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.free_port import LOOPBACK


def backlog(node_port: int) -> int | None:
    """How many messages wait for a receipt; None: the node does not answer."""
    try:
        answer = httpx.get(f"http://{LOOPBACK}:{node_port}/metrics", trust_env=False)
    except httpx.HTTPError:
        return None
    families = text_string_to_metric_families(answer.text)
    found = {family.name: family.samples for family in families}
    samples = found.get("xueliang_outbox_backlog")
    return int(samples[0].value) if samples else None
