"""Read a site file and say every fault in it, each with key path and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from deploy.camera_table import CameraTable
from deploy.settings import Site
from deploy.site_checks import cross_check
from deploy.site_fault import KeyPath, Place, SiteFault, SiteFileError, SiteNotes
from deploy.site_yaml import YamlReader

TABLE = r"^cameras:\s*\{?\s*file:\s*[\"']?([^\"'}\s#]+)"
"""Only to know which file to look at: what it says is read by `load_site`."""

__all__ = ["SiteFault", "SiteFile", "SiteFileError", "load_site"]


def load_site(file: Path) -> Site:
    """The site described by `file`.

    Raises:
        SiteFileError: With every fault found, in the order of the file.
    """
    notes = SiteNotes(str(file))
    data = _environment_over(_read(file, notes), notes)
    found = list(cross_check(data))
    site = None
    try:
        site = Site(**data)
    except (SettingsError, RecursionError):
        pass  # noted by `_environment_over`
    except ValidationError as error:
        found += _said(error)
    for path, message in found:
        if not notes.is_unread(path):
            notes.add(path, message)
    if site is None or notes.faults:
        raise notes.error()
    return site


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A site file that is read again and again."""

    path: Path

    def load(self) -> Site:
        """As `load_site`."""
        return load_site(self.path)

    def files(self) -> tuple[Path, ...]:
        """The file, and the table of cameras where it names one."""
        try:
            found = re.search(TABLE, self.path.read_text(encoding="utf-8-sig"), re.MULTILINE)
        except (OSError, UnicodeDecodeError):
            found = None
        return (self.path,) if found is None else (self.path, self.path.parent / found[1])


def _read(file: Path, notes: SiteNotes) -> dict[str, Any]:
    """The file's keys, cameras from their table included."""
    data = YamlReader(notes).read(_text(file, notes), first=Place(str(file), 1))
    if not isinstance(data, dict):
        if not notes.faults:
            notes.add((), "is empty, or not a table of keys")
        raise notes.error()
    for key in [key for key in data if key.startswith("_")]:
        # pydantic-settings would take these for orders to itself: _env_file, _cli_parse_args
        del data[key]
        notes.add((key,), "Extra inputs are not permitted")
    cameras = data.get("cameras")
    if isinstance(cameras, dict) and set(cameras) == {"file"}:
        data["cameras"] = CameraTable(file.parent / str(cameras["file"]), notes).read()
    return data


def _text(file: Path, notes: SiteNotes) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        notes.add((), f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        notes.add((), "is not UTF-8 text")
    raise notes.error()


def _environment_over(data: dict[str, Any], notes: SiteNotes) -> dict[str, Any]:
    """What the site is checked as: the environment's values in place of the file's."""
    try:
        return _over(EnvSettingsSource(Site)(), data)
    except SettingsError as error:
        said = str(error).partition(" from source")[0]
        notes.add((), f"environment: {said}: is not JSON")
    except RecursionError:
        notes.add((), "environment: a value is nested too deeply")
    return data


def _over(upper: dict[str, Any], lower: dict[str, Any]) -> dict[str, Any]:
    """`lower` with the values of `upper`; tables in both are joined."""
    both = dict(lower)
    for key, value in upper.items():
        below = lower.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            both[key] = _over(value, below)
        else:
            both[key] = value
    return both


def _said(error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    """Key path and words of each fault; a list is not called short for its faulty entries."""
    entries = error.errors(include_url=False, include_input=False)
    above = {entry["loc"][:n] for entry in entries for n in range(len(entry["loc"]))}
    for entry in entries:
        if entry["type"] != "too_short" or entry["loc"] not in above:
            yield entry["loc"], entry["msg"].removeprefix("Value error, ")
