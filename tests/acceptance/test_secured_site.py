"""A node and the desk as processes under TLS, log-ins of their own and the generated ACL.

Their logs and command lines are looked through for every secret they were given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.free_port import LOOPBACK, free_port
from deploy.mosquitto_acl import mosquitto_acl
from deploy.site_file import load_site
from tests.brokers import Access, Mosquitto
from tests.certificates import Authority
from tests.conftest import REPOSITORY
from tests.leaks import SUITE, planted, scan_processes, watch_answer

pytestmark = pytest.mark.mqtt

PROGRAM = [sys.executable, "-c", "from deploy.cli import main; main()"]
PASSWORDS = {"node-1": planted("word of the node"), "desk": planted("word of the desk")}
OFFICER = planted("word of the officer")
TOKEN = planted("token-of-the-node")
CAMERA = planted("word-of-the-camera")
IN_FILE = planted("word-in-the-file")

SITE = """\
site: test
data: {folder}/data
nodes:
  - id: node-1
    bind: "127.0.0.1:{node}"
    mqtt: {{username: node-1, password_file: {folder}/node-1.password}}
areas: [{{id: "1", name: 北街村, level: village}}]
mqtt: {{host: 127.0.0.1, port: {broker}, tls: {{ca_file: {ca}}}}}
evidence: {{store: desk}}
models: [{{id: coco, card: nanodet-g-int8}}]
cameras:
  - {{id: gate, area: "1", url: "rtsp://admin:${{CAMERA_PASSWORD}}@127.0.0.1:9/none"}}
  - {{id: road, area: "1", url_file: {folder}/road.url}}
desk:
  url: "http://127.0.0.1:{desk}"
  bind: "127.0.0.1:{desk}"
  node_token_file: {folder}/token
  mqtt: {{username: desk, password_file: {folder}/desk.password}}
"""


def write_site(folder: Path, ca: Path, broker: int) -> Path:
    for user, word in PASSWORDS.items():
        (folder / f"{user}.password").write_text(word)
    (folder / "token").write_text(TOKEN)
    (folder / "road.url").write_text(f"rtsp://admin:{IN_FILE}@127.0.0.1:9/none")
    ports = {"node": free_port(), "desk": free_port(), "broker": broker}
    file = folder / "site.yaml"
    file.write_text(SITE.format(folder=folder, ca=ca, **ports), encoding="utf-8")
    return file


@contextmanager
def running(folder: Path, name: str, *arguments: str) -> Iterator[None]:
    environment = os.environ | {"CAMERA_PASSWORD": CAMERA}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*PROGRAM, *arguments], cwd=REPOSITORY, env=environment, stdout=log, stderr=log
        )
        try:
            yield
            assert process.poll() is None, f"the {name} ended early"
        finally:
            process.terminate()
            process.wait(20)
    assert process.returncode == 0, (folder / f"{name}.log").read_text()


def until(holds: Callable[[], Any], what: str, limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while True:
        try:
            if holds():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def cameras(client: httpx.Client) -> dict[str, str]:
    return {each["camera_id"]: each["state"] for each in client.get("/api/cameras").json()}


def test_node_and_desk_work_with_the_least_rights_and_tell_no_secret(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    server = ours.sign("broker")
    draft = load_site(write_site(tmp_path, ours.file, 1))
    lines = (f"certfile {server.cert_file}", f"keyfile {server.key_file}")
    access = Access(passwords=PASSWORDS, acl=mosquitto_acl(draft), lines=lines)
    hooks = {"response": [watch_answer]}
    with Mosquitto(tmp_path, access) as broker:
        file = str(write_site(tmp_path, ours.file, broker.port))
        site = load_site(Path(file))
        subprocess.run(
            [*PROGRAM, "officers", "add", file, "li", "--role", "village-officer", "--area", "1"],
            cwd=REPOSITORY,
            input=f"{OFFICER}\n",
            text=True,
            capture_output=True,
            check=True,
        )
        with (
            running(tmp_path, "desk", "desk", file),
            running(tmp_path, "node", "run", file),
            httpx.Client(base_url=site.desk.url, trust_env=False, event_hooks=hooks) as desk,
            httpx.Client(base_url=f"http://{site.nodes[0].bind}", trust_env=False) as node,
        ):
            until(lambda: desk.get("/readyz").status_code == 200, "the desk is not ready")
            until(lambda: node.get("/readyz").status_code == 200, "the node is not ready")
            answer = desk.post("/api/session", json={"name": "li", "password": OFFICER})
            assert answer.status_code == 201
            offline = {"gate": "offline", "road": "offline"}
            until(lambda: cameras(desk) == offline, "the cameras' states did not arrive")
            SUITE.scan(node.get("/metrics").content, "metrics of the node")
            scan_processes(os.getpid(), "a secured site")
    logs = "".join((tmp_path / f"{name}.log").read_text() for name in ("desk", "node"))
    assert "connected to the broker" in logs
    assert LOOPBACK in logs  # the cameras' faults are told, without their passwords
    for secret in (*PASSWORDS.values(), OFFICER, TOKEN, CAMERA, IN_FILE):
        assert secret not in logs
