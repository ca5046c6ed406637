"""Reading the deployment files, and what the tests of several of them ask."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

REPOSITORY = Path(__file__).resolve().parents[3]
DEPLOY = REPOSITORY / "deploy"
SITE_FILE = "/etc/xueliang/site.yaml"


def scripts() -> dict[str, str]:
    project: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return dict(project["scripts"])


def assert_is_a_command(words: list[str]) -> None:
    """`words` is `xueliang SUBCOMMAND …` with a subcommand and options that exist."""
    from deploy.cli import app  # here: it brings in the whole program

    program, name, *rest = words
    assert Path(program).name in scripts()
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands[name]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options
    assert SITE_FILE in rest


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def instruction(word: str) -> str:
    found = [rest for name, rest in instructions() if name == word]
    assert len(found) == 1, word
    return found[0]
