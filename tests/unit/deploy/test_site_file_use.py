"""What `check` passes, `run` can use."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from alerts.errors import EvidenceError
from deploy.evidence_store import open_store
from deploy.site_file import SiteFileError, load_site
from tests.leaks import planted
from tests.unit.deploy.site_text import GOOD, faults, write


@pytest.mark.parametrize("bind", ["127.0.0.1:99999", "a:65536", "a", ":80", "a:８０"])
def test_an_address_that_nobody_can_listen_on_is_a_fault(tmp_path: Path, bind: str) -> None:
    text = f'{GOOD}nodes: [{{id: node-1, bind: "{bind}"}}]\n'
    assert [f[:2] for f in faults(tmp_path, text)] == [(12, "nodes[0].bind")]


@pytest.mark.parametrize("bind", ["127.0.0.1:0", "node:65535", "[::1]:8090"])
def test_an_address_to_listen_on_is_taken_as_it_is(tmp_path: Path, bind: str) -> None:
    text = f'{GOOD}nodes: [{{id: node-1, bind: "{bind}"}}]\n'
    assert load_site(write(tmp_path, text)).nodes[0].bind == bind


def test_evidence_to_the_desk_needs_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{GOOD}evidence: {{store: desk}}\n"
    found = faults(tmp_path, text)
    assert [f[:2] for f in found] == [(12, "evidence.store")]
    assert "desk.node_token_file" in found[0][2]
    monkeypatch.setenv("XUELIANG_DESK__NODE_TOKEN_FILE", "/etc/xueliang/token")
    assert load_site(write(tmp_path, text)).evidence_store == "desk"


def test_a_token_that_is_not_text_is_said_with_its_file(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_bytes(b"\xff\xfe")
    text = f"{GOOD}evidence: {{store: desk}}\ndesk: {{node_token_file: {token}}}\n"
    with pytest.raises(EvidenceError, match="token is not UTF-8"):
        open_store(load_site(write(tmp_path, text)))


@pytest.mark.parametrize("key", ["url", "substream_url"])
@pytest.mark.parametrize("address", ["http://a:hunter2@b/c", "rtsp:/hunter2", "/srv/hunter2.mp4"])
def test_an_address_of_another_kind_is_a_fault_that_does_not_show_it(
    tmp_path: Path, key: str, address: str
) -> None:
    text = GOOD + f"  - {{id: two, area: '1', url: '{address}'}}\n"
    if key == "substream_url":
        text = GOOD + f"  - {{id: two, area: '1', url: rtsp://b/, substream_url: '{address}'}}\n"
    found = faults(tmp_path, text)
    assert [f[:2] for f in found] == [(12, f"cameras[1].{key}")]
    assert "rtsp://" in found[0][2]
    assert "hunter2" not in found[0][2]


@pytest.mark.parametrize("address", ["rtsps://b/c", "RTSP://b/c", "${GATE_URL}"])
def test_an_address_of_a_camera_is_taken(tmp_path: Path, address: str) -> None:
    load_site(write(tmp_path, GOOD.replace("rtsp://127.0.0.1/one", f'"{address}"')))


@pytest.mark.parametrize(
    ("name", "node"),
    [("山丹-Node.7", "node-7"), ("山丹", "node-1"), ("é" * 3, "node-1"), ("A" * 99, "a" * 64)],
)
def test_a_node_named_by_any_host_has_an_identifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, node: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    assert load_site(write(tmp_path, GOOD)).nodes[0].id == node


def test_a_timezone_that_is_a_region_is_a_fault(tmp_path: Path) -> None:
    assert [f[1] for f in faults(tmp_path, f"{GOOD}timezone: Asia\n")] == ["timezone"]


def test_a_broken_value_from_the_environment_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUELIANG_MQTT", '{"password": "' + planted("hunter2"))
    with pytest.raises(SiteFileError, match=r'environment: .* field "mqtt": is not JSON') as caught:
        load_site(write(tmp_path, GOOD.replace('area: "1"', 'area: "9"')))
    assert [f.path for f in caught.value.faults] == ["(file)", "cameras[0].area"]
    assert "hunter2" not in str(caught.value)


def test_what_the_environment_names_is_checked_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUELIANG_AREAS", '[{"id": "9", "name": "乡", "level": "town"}]')
    assert [f[1] for f in faults(tmp_path, GOOD)] == ["cameras[0].area"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('area: "1"', "area: [1]"),
        ("zone: lawn", "zone: [1]"),
        ("id: r,", "id: r, model: {},"),
        ('id: "1"', "id: [1]"),
        ("level: village", "level: village, parent: [1]"),
        ("labels: [person]", "labels: [[person]]"),
    ],
)
def test_a_list_where_a_name_belongs_is_a_fault(tmp_path: Path, old: str, new: str) -> None:
    assert faults(tmp_path, GOOD.replace(old, new, 1))
