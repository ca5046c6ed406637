"""Mosquitto's `acl_file` from the site file: who may write and read which topics.

What no line allows is refused: Mosquitto drops it, and the desk never sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from alerts.config import MqttLogin
from alerts.topics import Topics
from deploy.errors import AclError
from deploy.settings import IntegratorConfig, NodeConfig, Site

HEAD = """\
# Who may write and read which topics, by user; everything else is refused.
# Generated: xueliang schema mosquitto-acl SITE --out FILE
# Generate it again when nodes, cameras or integrators of the site file change, then reload
# Mosquitto (SIGHUP).
"""


def mosquitto_acl(site: Site) -> str:
    """The file's text.

    Raises:
        AclError: Two processes share a user, or one has none: rights could not be told apart.
    """
    _check_users(site)
    parts = [_block(user_of(node.mqtt, node.id), _node(site, node)) for node in site.nodes]
    parts.append(_block(user_of(site.desk.mqtt, "desk"), _desk(Topics(site.site))))
    parts += [_block(each.name, _integrator(site, each)) for each in site.integrators]
    return HEAD + "".join(parts)


def user_of(login: MqttLogin | None, default: str) -> str:
    """The broker's name for a process; with a certificate alone, its common name: `default`."""
    return (login.username if login is not None else None) or default


def _check_users(site: Site) -> None:
    nameless = [f"nodes: {node.id}: mqtt" for node in site.nodes if node.mqtt is None]
    nameless += ["desk.mqtt"] if site.desk.mqtt is None else []
    if nameless:
        raise AclError(
            f"{', '.join(nameless)}: not given; each needs a user of its own at the broker, "
            "or one could write what only another may"
        )
    users = [user_of(node.mqtt, node.id) for node in site.nodes]
    users += [user_of(site.desk.mqtt, "desk"), *(each.name for each in site.integrators)]
    shared = [name for name, count in Counter(users).items() if count > 1]
    if shared:
        raise AclError(f"several of nodes, desk and integrators are the user {', '.join(shared)}")


def _node(site: Site, node: NodeConfig) -> Iterator[str]:
    topics = Topics(site.site)
    yield f"topic write {topics.node_status(node.id)}"
    yield f"topic write {topics.node_dropped(node.id)}"
    yield f"topic read {topics.receipt(node.id)}"
    for camera in site.cameras:
        if site.node_of(camera) == node.id:
            yield f"topic write {topics.camera_status(camera.id)}"
            yield f"topic write {topics.alert(camera.id)}"
            yield f"topic write {topics.camera_health(camera.id)}"
            yield f"topic read {topics.camera_settings(camera.id)}"


def _desk(topics: Topics) -> Sequence[str]:
    return (
        f"topic read {topics.node_status('+')}",
        f"topic read {topics.node_dropped('+')}",
        f"topic read {topics.camera_status('+')}",
        f"topic read {topics.alert('+')}",
        f"topic read {topics.camera_health('+')}",
        f"topic read {topics.command('+')}",
        f"topic write {topics.receipt('+')}",
        f"topic write {topics.camera_settings('+')}",
        f"topic write {topics.case('+')}",
        f"topic write {topics.reply('+')}",
        f"topic write {topics.broadcast('+')}",
    )


def _integrator(site: Site, integrator: IntegratorConfig) -> Iterator[str]:
    topics = Topics(site.site)
    yield f"topic write {topics.command(integrator.name)}"
    yield f"topic read {topics.reply(integrator.name)}"
    if integrator.reads_cases:
        yield f"topic read {topics.case('+')}"


def _block(user: str, lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(["", f"user {user}", *lines, ""])
