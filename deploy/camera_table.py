"""A site's cameras as a CSV table: the first row names the columns, then one row a camera."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from deploy.settings import SiteCamera
from deploy.site_fault import Place, SiteNotes
from deploy.site_yaml import YamlReader

COLUMNS = frozenset(field.alias or name for name, field in SiteCamera.model_fields.items())
YAML_COLUMNS = ("zones", "rules", "privacy_masks", "consent")
"""Columns whose cells hold YAML."""

Row = tuple[int, list[str]]
"""The line that a row begins on, and its cells."""


def read_camera_table(file: Path, notes: SiteNotes) -> list[dict[str, object]] | None:
    """The cameras of `file`, each with its place in `notes`; None if it cannot be used at all."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return _cameras(file, lines, notes)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    except ValueError:
        problem = "is no name of a file"
    notes.drop(("cameras",), problem, Place(str(file), 1))
    return None


def _cameras(file: Path, lines: Iterable[str], notes: SiteNotes) -> list[dict[str, object]] | None:
    table = csv.reader(lines, strict=True)  # else an unclosed quote swallows the rows after it
    cameras: list[dict[str, object]] = []
    reader = YamlReader(notes)
    try:
        names = next(table, [])
        problem = _header_problem(names)
        if problem:
            notes.drop(("cameras",), problem, Place(str(file), 1))
            return None
        for line, cells in _rows(table):
            place = Place(str(file), line)
            cameras.append(
                _camera(len(cameras), dict(zip(names, cells, strict=False)), place, notes, reader)
            )
    except csv.Error as error:
        notes.drop(("cameras",), f"is not CSV: {error}", Place(str(file), table.line_num))
    return cameras
