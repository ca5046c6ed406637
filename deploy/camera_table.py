"""A site's cameras as a CSV table: the first row names the columns, then one row a camera."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from deploy.settings import SiteCamera
from deploy.site_fault import KeyPath, Place, SiteNotes
from deploy.site_yaml import YamlReader

COLUMNS = frozenset(field.alias or name for name, field in SiteCamera.model_fields.items())
YAML_COLUMNS = frozenset({"zones", "rules", "privacy_masks", "consent"})
"""Columns whose cells hold YAML."""


class CameraTable:
    """Reads the table in `file`; places and faults go to `notes`."""

    def __init__(self, file: Path, notes: SiteNotes) -> None:
        self._file = file
        self._notes = notes
        self._yaml = YamlReader(notes)

    def read(self) -> list[dict[str, object]]:
        """The cameras as a site file would describe them."""
        try:
            with self._file.open(encoding="utf-8-sig", newline="") as lines:
                return self._cameras(lines)
        except OSError as error:
            self._drop(1, f"cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self._drop(1, "is not UTF-8 text")
        except ValueError:
            self._drop(1, "is no name of a file")
        return []

    def _cameras(self, lines: Iterable[str]) -> list[dict[str, object]]:
        rows = csv.reader(lines, strict=True)  # else an open quote swallows the rows after it
        cameras: list[dict[str, object]] = []
        try:
            names = next(rows, [])
            if not self._is_header(names):
                return cameras
            before = rows.line_num
            for cells in rows:
                if any(cells):
                    cameras.append(self._camera(len(cameras), before + 1, names, cells))
                before = rows.line_num
        except csv.Error as error:
            self._drop(rows.line_num, f"is not CSV: {error}")
        return cameras

    def _is_header(self, names: list[str]) -> bool:
        """Whether the first row can name the columns; if not, that is noted."""
        wrong = sorted({name for name in names if name not in COLUMNS or names.count(name) > 1})
        if "id" not in names:
            self._drop(1, "the first row must name the columns, id among them")
        elif wrong:
            self._drop(1, f"columns unknown, or standing twice: {', '.join(map(repr, wrong))}")
        return "id" in names and not wrong

    def _camera(
        self, index: int, line: int, names: list[str], cells: list[str]
    ) -> dict[str, object]:
        path: KeyPath = ("cameras", index)
        place = self._notes.places[path] = Place(str(self._file), line)
        if len(cells) > len(names):
            said = f"row has {len(cells)} cells, the first row names {len(names)} columns"
            self._notes.drop(path, said, place)
        return {
            name: self._yaml.read(cell, first=place, path=(*path, name))
            if name in YAML_COLUMNS
            else cell
            for name, cell in zip(names, cells, strict=False)  # a short row leaves the rest out
            if cell
        }

    def _drop(self, line: int, message: str) -> None:
        self._notes.drop(("cameras",), message, Place(str(self._file), line))
