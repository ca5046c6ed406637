"""TLS and certificates between us and a real Mosquitto, in MQTT 3.1.1 and 5."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Literal

import pytest

from alerts.config import Certificate, MqttConfig, MqttLogin, TlsConfig
from alerts.delivery import Delivery
from alerts.errors import PublishError
from alerts.mqtt import MqttLink
from deploy.free_port import LOOPBACK
from tests.brokers import ONE_USER, PASSWORD, USER, Access, Mosquitto
from tests.certificates import Authority, Pair, lock_key
from tests.integration.test_mqtt_link import connected, until
from tests.leaks import planted

pytestmark = pytest.mark.mqtt
ACL = "user node-1\ntopic write t/node-1\nuser desk\ntopic read t/+\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A broker that speaks TLS, and who signs for it."""

    broker: Mosquitto
    ours: Authority
    folder: Path

    def config(self, ca_file: Path | None = None, **fields: object) -> MqttConfig:
        tls = TlsConfig(ca_file=ca_file or self.ours.file)
        values: dict[str, object] = {"host": LOOPBACK, "port": self.broker.port, "tls": tls}
        return MqttConfig.model_validate(values | fields)

    def by_password(self) -> MqttConfig:
        return self.config(username=USER, password_file=self.broker.password_file)

    def by_certificate(self, name: str) -> MqttConfig:
        pair = self.ours.sign(name)
        certificate = Certificate(cert_file=pair.cert_file, key_file=pair.key_file)
        return self.config().as_user(MqttLogin(certificate=certificate))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"), "theirs")


def listener(ours: Authority, server: Pair) -> tuple[str, ...]:
    return (
        f"cafile {ours.file}",
        f"certfile {server.cert_file}",
        f"keyfile {server.key_file}",
    )


@pytest.fixture(scope="module")
def with_passwords(ours: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("broker")
    access = Access(passwords=ONE_USER, lines=listener(ours, ours.sign("broker")))
    with Mosquitto(folder, access) as broker:
        yield Secured(broker=broker, ours=ours, folder=folder)


@pytest.fixture(scope="module")
def with_certificates(
    ours: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secured]:
    """As deploy/mosquitto.conf describes it: the common name is the user, the ACL is his."""
    folder = tmp_path_factory.mktemp("broker")
    lines = (*listener(ours, ours.sign("broker")), "require_certificate true")
    access = Access(acl=ACL, lines=(*lines, "use_identity_as_username true"))
    with Mosquitto(folder, access) as broker:
        yield Secured(broker=broker, ours=ours, folder=folder)


@pytest.fixture
def open_link() -> Iterator[Callable[..., MqttLink]]:
    links: list[MqttLink] = []

    def start(config: MqttConfig, client_id: str = "node-1") -> MqttLink:
        links.append(MqttLink(config, client_id=client_id))
        links[-1].start()
        return links[-1]

    yield start
    for link in links:
        link.stop()


OpenLink = Callable[..., MqttLink]
Version = Literal["3.1.1", "5"]
both_versions = pytest.mark.parametrize("version", ["3.1.1", "5"])


@both_versions
def test_a_message_goes_over_tls_with_a_password(
    with_passwords: Secured, open_link: OpenLink, version: Version
) -> None:
    config = with_passwords.by_password().model_copy(update={"version": version})
    desk, arrived = MqttLink(config, client_id=f"desk-{version}"), Queue[Delivery]()
    desk.subscribe("t/alert", arrived.put)
    connected(desk)
    node = open_link(config, f"node-{version}")
    until(lambda: node.connection)
    node.publish("t/alert", b"hello")
    delivery = arrived.get(timeout=5)
    delivery.acknowledge()
    desk.stop()
    assert delivery.payload == b"hello"


@both_versions
def test_a_certificate_alone_says_who_we_are_and_what_we_may(
    with_certificates: Secured, version: Version
) -> None:
    config = with_certificates.by_certificate("desk").model_copy(update={"version": version})
    desk, arrived = MqttLink(config, client_id="any"), Queue[Delivery]()
    desk.subscribe("t/+", arrived.put)
    connected(desk)
    own = with_certificates.by_certificate("node-1").model_copy(update={"version": version})
    node = connected(MqttLink(own, client_id="xueliang-desk"))  # under another's id
    until(lambda: desk.connection and node.connection)
    node.publish("t/node-2", b"not mine")
    node.publish("t/node-1", b"mine")
    delivery = arrived.get(timeout=5)
    delivery.acknowledge()
    node.stop()
    desk.stop()
    assert (delivery.topic, delivery.payload) == ("t/node-1", b"mine")


@both_versions
def test_a_broker_signed_by_others_is_refused_in_words(
    with_passwords: Secured, theirs: Authority, open_link: OpenLink, version: Version
) -> None:
    config = with_passwords.by_password().model_copy(
        update={"tls": TlsConfig(ca_file=theirs.file), "version": version}
    )
    link = open_link(config)
    until(lambda: link.fault)
    assert link.connection is None
    assert "certificate is not to be trusted" in link.fault
    assert f"{LOOPBACK}:{with_passwords.broker.port}" in link.fault


def test_a_broker_of_another_name_is_refused(
    ours: Authority, open_link: OpenLink, tmp_path: Path
) -> None:
    lines = listener(ours, ours.sign("elsewhere", address="192.0.2.1"))
    with Mosquitto(tmp_path, Access(lines=lines)) as broker:
        link = open_link(Secured(broker=broker, ours=ours, folder=tmp_path).by_password())
        until(lambda: link.fault)
        assert "not valid for '127.0.0.1'" in link.fault


@both_versions
def test_without_the_certificate_that_the_broker_wants_the_fault_says_so(
    with_certificates: Secured, open_link: OpenLink, version: Version
) -> None:
    link = open_link(with_certificates.config(version=version))
    until(lambda: "client certificate" in link.fault)
    assert link.connection is None


def test_a_certificate_signed_by_others_is_not_taken(
    with_certificates: Secured, theirs: Authority, open_link: OpenLink
) -> None:
    pair = theirs.sign("node-1")
    tls = TlsConfig(ca_file=with_certificates.ours.file, **_files(pair))
    link = open_link(with_certificates.config().model_copy(update={"tls": tls}))
    until(lambda: link.fault)
    until(lambda: "who signed our certificate" in link.fault)
    assert link.connection is None


def test_plain_talk_to_a_tls_port_and_tls_to_a_plain_one_do_not_connect(
    with_passwords: Secured, open_link: OpenLink, tmp_path: Path
) -> None:
    plain = with_passwords.by_password().model_copy(update={"tls": None})
    link = open_link(plain)
    until(lambda: link.fault)
    with Mosquitto(tmp_path) as broker:
        port = {"port": broker.port}
        link = open_link(with_passwords.by_password().model_copy(update=port))
        until(lambda: "speak TLS" in link.fault)
        assert link.connection is None


def test_a_wrong_password_is_said_without_it(
    with_passwords: Secured, open_link: OpenLink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = with_passwords.folder / "wrong"
    wrong.write_text(planted("not-sesame-at-all"))
    config = with_passwords.config(username=USER, password_file=wrong)
    link = open_link(config)
    until(lambda: "Not authorized" in link.fault)
    assert "not-sesame-at-all" not in caplog.text + link.fault
    assert PASSWORD not in caplog.text


def _files(pair: Pair) -> dict[str, Path]:
    return {"cert_file": pair.cert_file, "key_file": pair.key_file}


def test_every_unusable_file_is_named(ours: Authority, tmp_path: Path) -> None:
    pair, other, none = ours.sign("a"), ours.sign("b"), tmp_path / "none.pem"
    locked = lock_key(pair, planted("the key's own password"))
    (tmp_path / "junk.pem").write_text("-----BEGIN CERTIFICATE-----\nsesame")
    junk = tmp_path / "junk.pem"
    swapped = {"cert_file": pair.cert_file, "key_file": other.key_file}
    for tls, named in (
        (TlsConfig(ca_file=none), "none.pem: No such file"),
        (TlsConfig(ca_file=junk), "junk.pem: holds no certificate"),
        (TlsConfig(cert_file=none, key_file=pair.key_file), "none.pem: No such file"),
        (TlsConfig(cert_file=junk, key_file=pair.key_file), "junk.pem"),
        (TlsConfig(cert_file=pair.cert_file), "ours-a.crt: hold no certificate with its key"),
        (TlsConfig.model_validate(swapped), "ours-b.key: is not the key of"),
        (TlsConfig.model_validate(_files(locked)), "the key has a password"),
    ):
        with pytest.raises(PublishError, match=named) as caught:
            MqttLink(MqttConfig(host="h", tls=tls), client_id="node")
        assert "sesame" not in str(caught.value)
