"""What can be wrong with a site file, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

KeyPath = tuple[str | int, ...]


class Place(NamedTuple):
    """A line of a file; lines count from 1."""

    file: str
    line: int


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


class SiteNotes:
    """What reading a site file brings to light beside its data: places and faults."""

    def __init__(self, file: str) -> None:
        self.places: dict[KeyPath, Place] = {(): Place(file, 1)}
        self.faults: list[SiteFault] = []
        self._unread: set[KeyPath] = set()

    def add(self, path: KeyPath, message: str, place: Place | None = None) -> None:
        """Note a fault; without `place` it stands where the nearest known key does."""
        file, line = place or self._nearest(path)
        name = dotted(path) or "(file)"
        self.faults.append(SiteFault(file=file, line=line, path=name, message=message))

    def drop(self, path: KeyPath, message: str, place: Place) -> None:
        """Note why the value at `path` could not be read."""
        self.add(path, message, place)
        self._unread.add(path)

    def is_unread(self, path: KeyPath) -> bool:
        """Whether `path` lies in a dropped value, so that its absence is no second fault."""
        return bool(self._unread) and any(path[:n] in self._unread for n in range(len(path) + 1))

    def error(self) -> SiteFileError:
        """All faults, each once: those of the site file first, in the order of the lines."""
        own = self.places[()].file
        order = sorted(
            set(self.faults), key=lambda f: (f.file != own, f.file, f.line, f.path, f.message)
        )
        return SiteFileError(order)

    def _nearest(self, path: KeyPath) -> Place:
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def dotted(path: KeyPath) -> str:
    """`("cameras", 0, "url")` as `cameras[0].url`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
