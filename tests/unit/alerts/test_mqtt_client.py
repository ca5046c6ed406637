from __future__ import annotations

import logging
from pathlib import Path

import pytest

from alerts.config import MqttConfig
from alerts.errors import PublishError
from alerts.mqtt_client import make_client, stop_connecting
from alerts.mqtt_faults import PahoLog


def test_paho_does_not_say_at_every_attempt_that_the_broker_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_client(MqttConfig(host="127.0.0.1"), "node", 10)
    for _ in range(3):
        client.loop(0.0)
    stop_connecting(client, 1.0)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_an_error_in_a_callback_is_still_said(caplog: pytest.LogCaptureFixture) -> None:
    PahoLog().error("Caught exception in on_message: %s", ValueError("ours"))
    assert "ours" in caplog.text


def test_a_password_file_that_is_not_utf_8_is_named_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"sesame\xff\xfe")
    config = MqttConfig(host="127.0.0.1", username="node", password_file=file)
    with pytest.raises(PublishError, match="UTF-8") as caught:
        make_client(config, "node", 10)
    assert str(file) in str(caught.value)
    assert "sesame" not in str(caught.value)
