"""The commands as somebody types them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from deploy.samples.cameras import CAMERAS

XUELIANG = Path(sys.executable).with_name("xueliang")

SITE = """\
site: test
data: {data}
nodes: [{{id: node-1, bind: "127.0.0.1:{port}"}}]
areas: [{{id: "1", name: 北街村, level: village}}]
mqtt: {{host: 127.0.0.1, port: 1}}
models: [{{id: coco, card: nanodet-g-int8}}]
cameras:
  - id: plaza-east
    area: "1"
    url: rtsp://admin:hunter2@127.0.0.1:9/none
    sample_fps: 5
    zones: [{{id: lawn, polygon: [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]}}]
    rules: [{{id: lawn-presence, kind: presence, labels: [person], zone: lawn}}]
desk: {{bind: "127.0.0.1:{port}"}}
"""
CLIP = next(camera.path for camera in CAMERAS if camera.camera_id == "plaza-east")


def xueliang(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(XUELIANG), *map(str, arguments)],
        capture_output=True,
        text=True,
        input=stdin,
        timeout=100,
        check=False,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.yaml"
    file.write_text(SITE.format(data=tmp_path / "data", port=0), encoding="utf-8")
    return file


def test_two_replays_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    for run in ("a", "b"):
        done = xueliang(
            "replay", site, "--video", f"plaza-east={CLIP}",
            "--out", tmp_path / run, "--tracks", tmp_path / f"tracks-{run}",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    messages = (tmp_path / "a").read_bytes()
    assert messages == (tmp_path / "b").read_bytes()
    first = json.loads(messages.splitlines()[0])
    assert (first["phase"], first["sequence"], first["camera"]) == ("raised", 1, "plaza-east")
    assert "evidence" not in first
    tracks = [tmp_path / f"tracks-{run}" / "plaza-east.txt" for run in "ab"]
    assert tracks[0].read_bytes() == tracks[1].read_bytes()
    assert all(len(row.split(",")) == 9 for row in tracks[0].read_text().splitlines())


def test_messages_of_a_replay_are_ordered_and_without_gaps(site: Path) -> None:
    done = xueliang("replay", site, "--video", f"plaza-east={CLIP}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    keys = [(row["pts_s"], row["camera"], row["sequence"]) for row in rows]
    assert keys == sorted(keys)
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["phase"] == "ended"


def test_check_lists_every_fault_and_exits_2_and_run_starts_nothing(
    site: Path, tmp_path: Path
) -> None:
    text = site.read_text(encoding="utf-8")
    site.write_text(
        text.replace('area: "1"', 'area: "2"').replace("zone: lawn}", "zone: yard, siet: 1}"),
        encoding="utf-8",
    )
    for command in ("check", "run", "desk"):
        done = xueliang(command, site)
        assert done.returncode == 2
        assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
            "cameras[0].area",
            "cameras[0].rules[0].siet",
            "cameras[0].rules[0].zone",
        ]
    assert not (tmp_path / "data").exists()


def test_effective_settings_show_no_credential(site: Path) -> None:
    done = xueliang("check", site, "--effective")
    assert done.returncode == 0
    assert "hunter2" not in done.stdout + done.stderr
    assert "cooldown_s: 60" in done.stdout


@pytest.mark.parametrize("command", ["run", "desk"])
def test_a_taken_port_is_said_in_one_line(tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = tmp_path / "site.yaml"
        site.write_text(SITE.format(data=tmp_path / "data", port=port), encoding="utf-8")
        done = xueliang(command, site)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "desk"])
def test_a_data_folder_that_cannot_be_made_is_said_in_one_line(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    site = tmp_path / "site.yaml"
    site.write_text(SITE.format(data=tmp_path / "data", port=0), encoding="utf-8")
    done = xueliang(command, site)
    assert done.returncode == 1
    assert str(tmp_path / "data") in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_officers_are_added_listed_and_disabled(site: Path) -> None:
    added = xueliang(
        "officers", "add", site, "li", "--role", "village-officer", "--area", "1",
        stdin="correct horse\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert "correct horse" not in added.stdout + added.stderr
    assert xueliang("officers", "list", site).stdout == "li\tvillage-officer\t1\tactive\n"
    assert xueliang("officers", "disable", site, "li").returncode == 0
    assert xueliang("officers", "list", site).stdout.endswith("disabled\n")
    assert xueliang("officers", "enable", site, "li").returncode == 0
    changed = xueliang(
        "officers", "change", site, "li", "--role", "department-handler", "--department", "水务"
    )
    assert changed.stdout == "li\tdepartment-handler\t1\tactive\t水务\n"
    another = xueliang("officers", "password", site, "li", stdin="battery staple\n")
    assert another.returncode == 0, another.stderr
    assert "battery staple" not in another.stdout + another.stderr
    short = xueliang(
        "officers", "add", site, "wang", "--role", "village-officer", "--area", "1", stdin="x\n"
    )
    assert short.returncode == 1
    assert "password" in short.stderr


def test_a_token_is_shown_once_listed_and_revoked(site: Path) -> None:
    integrator = ("officers", "add", site, "platform", "--role", "integrator", "--area", "1")
    assert xueliang(*integrator).returncode == 0
    wish = ("tokens", "add", site, "platform", "--scope", "cases:read", "--days", "30")
    made = xueliang(*wish)
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert secret.startswith("xlt_")
    listed = xueliang("tokens", "list", site).stdout
    assert secret not in listed
    assert listed.startswith(f"1\tplatform\t{secret[:10]}…\tcases:read\tuntil ")
    assert xueliang("tokens", "revoke", site, "1").returncode == 0
    assert "revoked" in xueliang("tokens", "list", site).stdout
    wrong = xueliang("tokens", "add", site, "platform", "--scope", "cases:all")
    assert wrong.returncode == 2


@pytest.mark.parametrize("name", ["site", "openapi"])
def test_schemas_are_json(name: str) -> None:
    assert json.loads(xueliang("schema", name).stdout)


def test_the_asyncapi_document_is_the_one_in_the_repository() -> None:
    kept = Path(__file__).resolve().parents[2] / "deploy" / "asyncapi.yaml"
    assert xueliang("schema", "asyncapi").stdout == kept.read_text(encoding="utf-8")


def test_a_damaged_recording_is_replayed_as_far_as_it_goes_and_said(
    site: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(CLIP.read_bytes()[:400_000])
    done = xueliang("replay", site, "--video", f"plaza-east={cut}")
    assert done.returncode == 0
    assert "frames decoded" in done.stderr


def test_an_empty_recording_is_refused_before_anything_runs(site: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    done = xueliang("replay", site, "--video", f"plaza-east={empty}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "empty.mp4" in done.stderr.splitlines()[-1]


def test_a_replay_can_be_interrupted(site: Path) -> None:
    every_frame = site.read_text(encoding="utf-8").replace("sample_fps: 5", "sample_fps: 60")
    site.write_text(every_frame, encoding="utf-8")
    process = subprocess.Popen(
        [str(XUELIANG), "replay", str(site), "--video", f"plaza-east={CLIP}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background of a shell ignores SIGINT, and so would its children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.5)  # it is at work
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert b"Traceback" not in err
