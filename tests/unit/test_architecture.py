"""The shape of the code: import arrows, folders, sizes."""

from __future__ import annotations

import ast
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "models": set[str](),
    "ingest": set[str](),
    "detectors": {"ingest", "models"},
    "alerts": {"detectors", "ingest", "models"},
    "deploy": {"alerts", "detectors", "ingest", "models"},
}
DESK_ONLY = {"fastapi", "nicegui", "sqlalchemy", "alembic", "starlette", "uvicorn"}
NODE_ROOTS = ("deploy/node.py", "deploy/replay.py", "deploy/commands/run.py")


def sources(package: str) -> list[Path]:
    return sorted((REPOSITORY / package).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Full names of the modules that `file` imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_follow_the_arrows(package: str) -> None:
    ours = set(MAY_IMPORT)
    wrong = [
        f"{file.relative_to(REPOSITORY)} imports {name}"
        for file in sources(package)
        for name in imported(file)
        if (root := name.split(".")[0]) in ours and root not in MAY_IMPORT[package] | {package}
    ]
    assert wrong == []


def test_only_the_desk_imports_the_web_and_the_database() -> None:
    wrong = [
        f"{file.relative_to(REPOSITORY)} imports {name}"
        for package in MAY_IMPORT
        for file in sources(package)
        for name in imported(file)
        if name.split(".")[0] in DESK_ONLY
        and not file.is_relative_to(REPOSITORY / "alerts" / "desk")
    ]
    assert wrong == []


def test_a_node_never_imports_the_desk() -> None:
    """Follow imports from the node's composition root over all our modules."""
    reached: dict[Path, str] = {}
    rest = [REPOSITORY / root for root in NODE_ROOTS]
    while rest:
        file = rest.pop()
        if file in reached:
            continue
        reached[file] = file.name
        for name in imported(file):
            rest += [found for found in module_files(name) if found not in reached]
    desk = REPOSITORY / "alerts" / "desk"
    assert [file for file in reached if file.is_relative_to(desk)] == []


def module_files(name: str) -> list[Path]:
    base = REPOSITORY.joinpath(*name.split("."))
    return [file for file in (base.with_suffix(".py"), base / "__init__.py") if file.is_file()]


def test_no_other_source_folder_at_the_top() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout.split()
    tops = {file.split("/")[0] for file in tracked if "/" in file}
    assert tops == {*MAY_IMPORT, "tests"}


def test_files_stay_small() -> None:
    lengths = {
        file: len(file.read_text(encoding="utf-8").splitlines())
        for package in MAY_IMPORT
        for file in sources(package)
    }
    assert statistics.median(lengths.values()) < 200
    assert {str(f.relative_to(REPOSITORY)): n for f, n in lengths.items() if n > 400} == {}
