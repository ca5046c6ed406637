"""Dockerfile and systemd units name only what exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.unit.deploy.asset_files import (
    DEPLOY,
    REPOSITORY,
    assert_is_a_command,
    instruction,
    instructions,
)

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


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
