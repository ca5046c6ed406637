"""The compose file holds together, and overrides keys that the site file has."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
import yaml

from deploy.desk_site import desk_site
from deploy.settings import Site
from deploy.site_file import load_site
from tests.unit.deploy.asset_files import DEPLOY, REPOSITORY, assert_is_a_command, instruction


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
    login = site.mqtt_of(site.nodes[0])
    assert login.username == "node-1"
    assert str(login.password_file) == "/run/secrets/node_mqtt_password"
    assert str(site.desk.node_token_file) == "/run/secrets/node_token"
    assert site.database == "postgresql+psycopg://xueliang@postgres:5432/xueliang"
    assert site.desk.bind == "0.0.0.0:8080"
    assert [node.bind for node in site.nodes] == ["node:8090"]
    assert str(site.data) == instruction("VOLUME")
    assert site.evidence_store == "file:///var/lib/xueliang/evidence"


def test_node_and_desk_are_the_users_that_the_acl_of_the_example_knows(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    logins = {}
    for name in ("node", "desk"):
        with monkeypatch.context() as patch:
            for key, value in compose["services"][name]["environment"].items():
                patch.setenv(key, value)
            site = load_site(DEPLOY / "site.example.yaml")
        login = site.mqtt_of(site.nodes[0]) if name == "node" else desk_site(site).mqtt
        logins[login.username] = str(login.password_file)
    assert logins == {
        "node-1": "/run/secrets/node_mqtt_password",
        "desk": "/run/secrets/desk_mqtt_password",
    }
    acl = (DEPLOY / "mosquitto.acl").read_text()
    assert all(f"\nuser {user}\n" in acl for user in logins)


def test_the_environment_names_only_keys_that_the_site_file_has(compose: dict[str, Any]) -> None:
    for name in compose["services"]["node"]["environment"]:
        if name == "HEALTH_URL":
            continue
        fields: Any = Site.model_fields
        for part in name.removeprefix("XUELIANG_").lower().split("__"):
            assert part in fields, name
            fields = getattr(fields[part].annotation, "model_fields", {})


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
