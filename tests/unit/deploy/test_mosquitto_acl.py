"""Log-ins at the broker: which a process uses, and the ACL that follows from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.commands import schema
from deploy.desk_site import desk_site
from deploy.errors import AclError
from deploy.mosquitto_acl import mosquitto_acl
from deploy.site_file import load_site
from tests.unit.deploy.asset_files import DEPLOY
from tests.unit.deploy.site_text import GOOD, faults, write

NODES = "nodes: [{id: n1, mqtt: {username: u1}}, {id: n2, mqtt: {username: u2}}]\n"
DESK = "desk: {mqtt: {username: clerk}}\n"
TLS = GOOD.replace("{host: 127.0.0.1}", "{host: 127.0.0.1, tls: {ca_file: /ca.pem}}")


def users(acl: str) -> list[str]:
    return re.findall(r"^user (\S+)$", acl, re.MULTILINE)


def test_the_committed_acl_is_that_of_the_example() -> None:
    made = mosquitto_acl(load_site(DEPLOY / "site.example.yaml"))
    assert (DEPLOY / "mosquitto.acl").read_text() == made
    assert users(made) == ["node-1", "desk", "county-dispatch"]


def test_the_command_prints_it_or_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example, out = DEPLOY / "site.example.yaml", tmp_path / "acl"
    schema.mosquitto_acl(example)
    printed = capsys.readouterr().out
    schema.mosquitto_acl(example, out)
    assert printed == out.read_text() == (DEPLOY / "mosquitto.acl").read_text()
    assert capsys.readouterr().out == ""


def test_every_line_is_one_that_mosquitto_knows() -> None:
    for line in (DEPLOY / "mosquitto.acl").read_text().splitlines():
        assert re.fullmatch(r"|#.*|user \S+|topic (read|write) xueliang/v1/\S+", line), line


def test_an_integrator_hears_of_cases_only_where_the_site_says_so(tmp_path: Path) -> None:
    more = "integrators: [{name: fire}, {name: police, reads_cases: true}]\n"
    acl = mosquitto_acl(load_site(write(tmp_path, GOOD + NODES + DESK + more)))
    fire, police = acl.split("user fire\n")[1].split("\nuser police\n")
    assert "case" not in fire
    assert "topic read xueliang/v1/test/case/+" in police


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + DESK, r"nodes: .*: mqtt: not given"),
        (GOOD + NODES, r"^desk\.mqtt: not given"),
        (GOOD + NODES.replace("u2", "u1") + DESK, "the user u1$"),
        (GOOD + NODES + DESK.replace("clerk", "u2"), "the user u2$"),
        (GOOD + NODES + DESK + "integrators: [{name: clerk}]\n", "the user clerk$"),
    ],
)
def test_who_cannot_be_told_apart_gets_no_acl(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AclError, match=said):
        mosquitto_acl(load_site(write(tmp_path, text)))


def test_a_node_with_a_certificate_is_known_by_its_common_name(tmp_path: Path) -> None:
    login = "{certificate: {cert_file: /n.crt, key_file: /n.key}}"
    site = load_site(write(tmp_path, f"{TLS}nodes: [{{id: n1, mqtt: {login}}}]\n{DESK}"))
    assert users(mosquitto_acl(site)) == ["n1", "clerk"]
    tls = site.mqtt_of(site.nodes[0]).tls
    assert tls is not None
    assert [str(each) for each in (tls.ca_file, tls.cert_file, tls.key_file)] == [
        "/ca.pem",
        "/n.crt",
        "/n.key",
    ]


def test_each_process_has_its_own_login_and_the_sites_where_it_has_none(tmp_path: Path) -> None:
    own = "{host: h, username: all, password_file: /all}"
    text = GOOD.replace("{host: 127.0.0.1}", own)
    text += "nodes: [{id: n1, mqtt: {username: u1, password_file: /u1}}, {id: n2}]\n"
    site = load_site(write(tmp_path, text + DESK))
    logins = [site.mqtt_of(node) for node in site.nodes] + [desk_site(site).mqtt]
    assert [(each.username, str(each.password_file)) for each in logins] == [
        ("u1", "/u1"),
        ("all", "/all"),
        ("clerk", "None"),
    ]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("nodes: [{id: n1, mqtt: {}}]", "nodes[0].mqtt"),
        ("nodes: [{id: n1, mqtt: {password_file: /x}}]", "nodes[0].mqtt"),
        ('nodes: [{id: n1, mqtt: {username: "a\\nuser b"}}]', "nodes[0].mqtt.username"),
        ('nodes: [{id: n1, mqtt: {username: "a:b"}}]', "nodes[0].mqtt.username"),
        ("nodes: [{id: n1, mqtt: {password: x, username: a}}]", "nodes[0].mqtt.password"),
        ("desk: {mqtt: {certificate: {cert_file: /x}}}", "desk.mqtt.certificate"),
        ("integrators: [{name: a}, {name: a}]", "integrators[1].name"),
        ("integrators: [{name: 'a/#'}]", "integrators[0].name"),
    ],
)
def test_a_login_that_cannot_be_is_a_fault(tmp_path: Path, more: str, path: str) -> None:
    assert [fault[1] for fault in faults(tmp_path, f"{GOOD}{more}\n")] == [path]
