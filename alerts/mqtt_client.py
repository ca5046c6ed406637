"""A paho client set up as the site file says."""

from __future__ import annotations

import random
from pathlib import Path
from threading import Thread

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from alerts.config import MqttConfig
from alerts.errors import PublishError
from alerts.mqtt_faults import PahoLog
from alerts.mqtt_tls import use_tls

KEEPALIVE_S = 15
"""A dead connection is noticed, and the will sent, after 1.5 times this (MQTT 3.1.1, 3.1.2.10)."""

SESSION_EXPIRY_S = 7 * 86_400
"""MQTT 5 only: how long the broker keeps our subscriptions while we are away."""


def begin_connecting(client: Client, config: MqttConfig) -> None:
    """Start paho's thread; it connects, and connects again, until told to stop."""
    if config.version == "5":
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho's
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        client.connect_async(
            config.host, config.port, KEEPALIVE_S, clean_start=False, properties=properties
        )
    else:
        client.connect_async(config.host, config.port, KEEPALIVE_S)
    client.loop_start()


def stop_connecting(client: Client, deadline_s: float) -> None:
    """Say good-bye, which keeps the will unsaid, and end paho's thread."""
    client.disconnect()
    # paho joins its thread without a deadline, and a name server may take long to answer
    stopper = Thread(target=client.loop_stop, name="mqtt-stop", daemon=True)
    stopper.start()
    stopper.join(deadline_s)
    if not stopper.is_alive():
        client._reset_sockets()  # else left open until the garbage collector comes by


def make_client(
    config: MqttConfig, client_id: str, max_in_flight: int, log: PahoLog | None = None
) -> Client:
    """A persistent session with manual acknowledgement, nothing connected yet.

    Raises:
        PublishError: The password file or a certificate cannot be read.
    """
    is_v5 = config.version == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if is_v5 else False,
        protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    # an error in a callback must not end the network thread in silence: paho logs it and goes on
    client.suppress_exceptions = True
    client.enable_logger(log or PahoLog())
    client.max_inflight_messages_set(max_in_flight)
    client.max_queued_messages_set(max_in_flight)
    client.reconnect_delay_set(min_delay=1, max_delay=random.randint(20, 40))  # noqa: S311 - spreads load, guards nothing
    if config.username is not None:
        file = config.password_file
        client.username_pw_set(config.username, _password(file) if file is not None else None)
    if config.tls is not None:
        use_tls(client, config.tls)
    return client


def _password(file: Path) -> str:
    """The file's text; what is wrong with it is said without its bytes."""
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise PublishError(f"mqtt: {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PublishError(f"mqtt: {file}: it is not UTF-8 text") from None
