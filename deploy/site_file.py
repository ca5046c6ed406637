"""Read a site file and say every fault in it, each with key path and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from deploy.settings import Site
from deploy.site_checks import cross_check

KeyPath = tuple[str | int, ...]
STRUCTURED_COLUMNS = ("zones", "rules", "privacy_masks", "consent")
"""Columns of a camera table whose cells hold YAML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFault:
    """One thing wrong with a site file."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: {self.message}"


class SiteFileError(Exception):
    """The site file cannot be used; `faults` lists all that is wrong."""

    def __init__(self, faults: list[SiteFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load_site(file: Path) -> Site:
    """The site described by `file`.

    Raises:
        SiteFileError: With every fault found, in the order of the file.
    """
    data, lines = _read(file)
    faults = [_fault(file, lines, path, message) for path, message in cross_check(data)]
    try:
        site = Site(**data)
    except ValidationError as error:
        faults += [_fault(file, lines, path, words) for path, words in _said(error)]
    if faults:
        raise SiteFileError(sorted(set(faults), key=lambda f: (f.line, f.path, f.message)))
    return site


def _read(file: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise SiteFileError([_whole(file, 1, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise SiteFileError([_whole(file, 1, "is not UTF-8 text")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SiteFileError([_whole(file, line, f"is not YAML: {error.problem}")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise SiteFileError([_whole(file, 1, "is empty, or not a table of keys")])
    lines = dict(_lines(node, ()))
    data: dict[str, Any] = yaml.SafeLoader("").construct_document(node)
    _read_camera_table(file, data)
    return data, lines


def _lines(node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    """The line of every key and list entry below `node`."""
    children: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(index, value, value) for index, value in enumerate(node.value)]
    for name, place, value in children:
        yield (*path, name), place.start_mark.line + 1
        yield from _lines(value, (*path, name))


def _read_camera_table(file: Path, data: dict[str, Any]) -> None:
    """Replace `cameras: {file: …}` by the rows of that CSV table."""
    cameras = data.get("cameras")
    if not isinstance(cameras, dict) or set(cameras) != {"file"}:
        return
    table = file.parent / str(cameras["file"])
    try:
        with table.open(encoding="utf-8-sig", newline="") as rows:
            data["cameras"] = [_camera(row) for row in csv.DictReader(rows)]
    except OSError as error:
        fault = SiteFault(file=str(table), line=1, path="cameras", message=str(error.strerror))
        raise SiteFileError([fault]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        fault = SiteFault(file=str(table), line=1, path="cameras", message=str(error))
        raise SiteFileError([fault]) from error


def _camera(row: dict[str, str]) -> dict[str, Any]:
    return {
        key: yaml.safe_load(cell) if key in STRUCTURED_COLUMNS else cell
        for key, cell in row.items()
        if cell not in {"", None}
    }


def _said(error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    """Key path and words of each fault; a list is not called short for its faulty entries."""
    paths = [e["loc"] for e in error.errors()]
    for entry, path in zip(error.errors(), paths, strict=True):
        is_echo = entry["type"] == "too_short" and any(
            other[: len(path)] == path and other != path for other in paths
        )
        if not is_echo:
            yield path, entry["msg"].removeprefix("Value error, ")


def _whole(file: Path, line: int, message: str) -> SiteFault:
    return SiteFault(file=str(file), line=line, path="(file)", message=message)


def _fault(file: Path, lines: dict[KeyPath, int], path: KeyPath, message: str) -> SiteFault:
    known = path
    while known and known not in lines:
        known = known[:-1]
    return SiteFault(
        file=str(file), line=lines.get(known, 1), path=dotted(path) or "(file)", message=message
    )


def dotted(path: KeyPath) -> str:
    """`("cameras", 0, "url")` as `cameras[0].url`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
