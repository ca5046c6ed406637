"""Dockerfile, compose, systemd and broker files name only what exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion

from deploy.broker import MAX_PAYLOAD_BYTES
from deploy.free_port import free_port
from deploy.site_file import load_site

REPOSITORY = Path(__file__).resolve().parents[3]
DEPLOY = REPOSITORY / "deploy"
SITE_FILE = "/etc/xueliang/site.yaml"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
QUEUED = 1_500  # more than the 1,000 that Mosquitto keeps by default


def scripts() -> dict[str, str]:
    project: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return dict(project["scripts"])


def assert_is_a_command(words: list[str]) -> None:
    """`words` is `xueliang SUBCOMMAND …` with a subcommand and options that exist."""
    typer_main = pytest.importorskip("typer.main")
    from deploy.cli import app  # here: the other checks need no command line

    program, name, *rest = words
    assert Path(program).name in scripts()
    command = typer_main.get_command(app).commands[name]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options
    assert SITE_FILE in rest


# --- Dockerfile ---------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def instruction(word: str) -> str:
    found = [rest for name, rest in instructions() if name == word]
    assert len(found) == 1, word
    return found[0]


def test_every_source_that_the_image_copies_exists() -> None:
    copied = [
        source for word, rest in instructions() if word == "COPY" for source in rest.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (REPOSITORY / source).exists(), source


def test_the_image_holds_every_package_and_what_the_build_reads() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]
    copied = " ".join(rest for word, rest in instructions() if word == "COPY")
    for needed in [*(pattern.rstrip("*") + "/" for pattern in patterns), "pyproject.toml"]:
        assert needed in copied, needed
    assert project["project"]["readme"] in copied
    assert set(project["project"]["license-files"]) <= set(copied.split())


def test_the_builder_is_sent_all_that_is_copied() -> None:
    kept = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {s.rstrip("/") for w, r in instructions() if w == "COPY" for s in r.split()[:-1]}
    assert copied == kept


def test_the_image_starts_a_node_as_an_ordinary_user() -> None:
    assert_is_a_command(json.loads(instruction("ENTRYPOINT")) + json.loads(instruction("CMD")))
    words = [word for word, _ in instructions()]
    assert instruction("USER") == "xueliang"
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "useradd --uid 10001" in " ".join(rest for _, rest in instructions())


def test_the_image_rests_on_a_pinned_python_that_the_project_supports() -> None:
    version = re.fullmatch(r"python:3\.(\d+)-slim-\w+", instruction("FROM"))
    assert version is not None
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert int(version.group(1)) >= int(project["requires-python"].rpartition(".")[2])


def test_the_health_check_asks_an_address_that_is_set() -> None:
    _, _, check = instruction("HEALTHCHECK").partition("CMD ")
    program, option, code = json.loads(check)
    compile(code, "HEALTHCHECK", "exec")
    assert (program, option) == ("python", "-c")
    assert "HEALTH_URL" in code
    assert "HEALTH_URL=http://" in instruction("ENV")


# --- compose ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return document


def defaulted(text: str) -> str:
    """`${NAME:-default}` replaced by the default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_the_four_services_are_there_with_pinned_images_and_health_checks(
    compose: dict[str, Any],
) -> None:
    assert set(compose["services"]) == {"node", "desk", "mosquitto", "postgres"}
    for name, service in compose["services"].items():
        assert re.search(r":\d+(\.\d+)+", service["image"]), name
        # Ours is checked as the Dockerfile says.
        assert "healthcheck" in service or "HEALTH_URL" in service["environment"], name


def test_our_services_are_built_from_our_dockerfile(compose: dict[str, Any]) -> None:
    for name in ("node", "desk"):
        build = compose["services"][name]["build"]
        context = (DEPLOY / build["context"]).resolve()
        assert context == REPOSITORY
        assert (context / build["dockerfile"]).is_file()


def test_every_volume_secret_and_network_is_defined_and_used(compose: dict[str, Any]) -> None:
    used: dict[str, set[str]] = {"volumes": set(), "secrets": set(), "networks": set()}
    for service in compose["services"].values():
        used["secrets"] |= set(service.get("secrets", ()))
        used["networks"] |= set(service["networks"])
        for volume in service["volumes"]:
            source = defaulted(volume).split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).is_file(), source
            else:
                used["volumes"].add(source)
    for kind, names in used.items():
        assert names == set(compose[kind]), kind


def test_every_secret_named_is_given_to_the_service_that_reads_it(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        config = (DEPLOY / "mosquitto.conf").read_text() if name == "mosquitto" else ""
        text = json.dumps([service.get("environment"), service.get("command")]) + config
        named = set(re.findall(r"/run/secrets/(\w+)", text))
        unused_by_node = {"node_token"} if name == "node" else set()
        assert named <= set(service.get("secrets", ())), name
        assert set(service.get("secrets", ())) <= named | unused_by_node, name


def test_a_service_waits_only_for_services_with_a_health_check(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in compose["services"][other]


def test_our_services_run_commands_that_exist(compose: dict[str, Any]) -> None:
    entry = json.loads(instruction("ENTRYPOINT"))
    assert_is_a_command(entry + compose["services"]["node"]["command"])
    desk = compose["services"]["desk"]
    assert desk["entrypoint"] == ["/bin/sh", "-c"]
    (line,) = desk["command"]
    words = shlex.split(line)
    assert words[0] == "PGPASSWORD=$$(cat /run/secrets/postgres_password)"
    assert words[1] == "exec"
    assert_is_a_command(words[2:])


def test_the_environment_overrides_keys_of_the_site_file(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = compose["services"]
    for key, value in services["node"]["environment"].items():
        monkeypatch.setenv(key, value)
    site = load_site(DEPLOY / "site.example.yaml")
    assert site.mqtt.host in services
    assert site.mqtt.username == "xueliang"
    assert str(site.mqtt.password_file) == "/run/secrets/mqtt_password"
    assert str(site.desk.node_token_file) == "/run/secrets/node_token"
    assert site.database == "postgresql+psycopg://xueliang@postgres:5432/xueliang"
    assert site.desk.bind == "0.0.0.0:8080"
    assert [node.bind for node in site.nodes] == ["node:8090"]
    assert str(site.data) == instruction("VOLUME")
    assert site.evidence_store == "file:///var/lib/xueliang/evidence"
    known = {"HEALTH_URL"} | {
        f"XUELIANG_{key}"
        for key in ("DATA", "NODES", "EVIDENCE__STORE")
        + tuple(f"MQTT__{k}" for k in ("HOST", "PORT", "USERNAME", "PASSWORD_FILE"))
        + tuple(f"DESK__{k}" for k in ("URL", "BIND", "DATABASE", "NODE_TOKEN_FILE"))
    }
    assert set(services["node"]["environment"]) == known


def test_node_and_desk_share_the_evidence_and_nothing_else(compose: dict[str, Any]) -> None:
    node, desk = (
        {v.split(":")[0] for v in compose["services"][name]["volumes"] if v[0].isalpha()}
        for name in ("node", "desk")
    )
    assert node & desk == {"evidence"}


def test_only_the_desk_is_published_and_only_on_this_machine(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    published = {name: given for name, given in ports.items() if given}
    assert published == {"desk": ["127.0.0.1:8080:8080"]}


# --- systemd ------------------------------------------------------------------------------------


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read_string(path.read_text())
    return parser


def test_there_is_a_unit_for_a_node_and_one_for_the_desk() -> None:
    assert [path.name for path in UNITS] == ["xueliang-desk.service", "xueliang-node@.service"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_exists_and_stops_in_time(path: Path) -> None:
    service = unit(path)["Service"]
    words = shlex.split(service["ExecStart"])
    assert words[0] == f"{service['WorkingDirectory']}/.venv/bin/xueliang"
    assert_is_a_command(words)
    assert ("%i" in words) is ("@" in path.name)
    assert service["TimeoutStopSec"] == "15"
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert service["EnvironmentFile"].startswith("-/etc/xueliang/")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_may_write_to_the_data_folder_only(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert f"/var/lib/{service['StateDirectory']}" == instruction("VOLUME")
    assert "ReadWritePaths" not in service
    assert service["User"] == service["Group"] == "xueliang"
    assert service["NoNewPrivileges"] == "yes"


# --- broker -------------------------------------------------------------------------------------


def broker_settings() -> dict[str, str]:
    lines = (DEPLOY / "mosquitto.conf").read_text().splitlines()
    pairs = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return {key: value for key, value in pairs if key != "log_type"}


def test_the_broker_keeps_what_the_defaults_would_lose() -> None:
    settings = broker_settings()
    assert settings["persistence"] == "true"
    assert int(settings["autosave_interval"]) <= 60
    assert settings["max_queued_messages"] == "0"
    assert int(settings["max_queued_bytes"]) > 0
    assert int(settings["max_inflight_messages"]) > 20
    assert int(settings["message_size_limit"]) == MAX_PAYLOAD_BYTES
    assert settings["allow_anonymous"] == "false"


def test_the_broker_writes_where_compose_keeps_it(compose: dict[str, Any]) -> None:
    targets = {v.split(":")[1].rstrip("/") for v in compose["services"]["mosquitto"]["volumes"]}
    assert broker_settings()["persistence_location"].rstrip("/") in targets
    assert "/mosquitto/config/mosquitto.conf" in targets
    assert broker_settings()["listener"] in compose["services"]["mosquitto"]["healthcheck"]["test"]


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A real Mosquitto with our settings, only paths and port changed; yields the port."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    passwords = shutil.which("mosquitto_passwd")
    if program is None or passwords is None:
        pytest.skip("no Mosquitto: apt-get install mosquitto")
    port = free_port()
    subprocess.run([passwords, "-b", "-c", str(folder / "passwords"), "node", "s"], check=True)
    text = (DEPLOY / "mosquitto.conf").read_text()
    text = text.replace("listener 1883", f"listener {port} 127.0.0.1")
    text = text.replace("/run/secrets/mosquitto_passwords", str(folder / "passwords"))
    text = text.replace("/mosquitto/data/", f"{folder}/")
    # Started as root it would become a user who cannot read this folder.
    (folder / "mosquitto.conf").write_text(f"{text}\nuser root\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-c", str(folder / "mosquitto.conf")], stdout=log, stderr=log
        )
        try:
            wait_for_port(port, process, folder / "log")
            yield port
        finally:
            process.terminate()
            process.wait(10)


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(log.read_text())


def client(name: str, *, password: str | None = "s") -> mqtt.Client:
    made = mqtt.Client(CallbackAPIVersion.VERSION2, name, clean_session=False)
    if password is not None:
        made.username_pw_set("node", password)
    return made


def run_until(made: mqtt.Client, done: list[object], count: int = 1) -> None:
    deadline = time.monotonic() + 20
    while len(done) < count and time.monotonic() < deadline:
        made.loop(0.1)
    assert len(done) >= count


@pytest.mark.mqtt
def test_a_real_mosquitto_takes_the_file_and_keeps_a_long_queue(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as port:
        desk, subscribed = client("desk"), list[object]()
        desk.on_subscribe = lambda *_: subscribed.append(True)
        desk.connect("127.0.0.1", port)
        desk.subscribe("x/alert", qos=1)
        run_until(desk, subscribed)
        desk.disconnect()

        node, published = client("node"), list[object]()
        node.max_inflight_messages_set(QUEUED)
        node.on_publish = lambda *_: published.append(True)
        node.connect("127.0.0.1", port)
        for number in range(QUEUED):
            node.publish("x/alert", str(number), qos=1)
        run_until(node, published, QUEUED)
        node.disconnect()

        received: list[object] = []
        desk.on_message = lambda _client, _data, message: received.append(int(message.payload))
        desk.connect("127.0.0.1", port)
        run_until(desk, received, QUEUED)
        desk.disconnect()
        assert received == list(range(QUEUED))
    assert (tmp_path / "mosquitto.db").is_file()
    assert "Unknown configuration" not in (tmp_path / "log").read_text()


@pytest.mark.mqtt
@pytest.mark.parametrize("password", [None, "wrong"], ids=["without", "with a wrong one"])
def test_nobody_gets_in_without_the_password(tmp_path: Path, password: str | None) -> None:
    with mosquitto(tmp_path) as port:
        stranger, answers = client("stranger", password=password), list[object]()
        stranger.on_connect = lambda *arguments: answers.append(arguments[3].is_failure)
        stranger.connect("127.0.0.1", port)
        run_until(stranger, answers)
        assert answers == [True]
