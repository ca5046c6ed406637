"""Which limit holds for the evidence of a camera: by owner, and by the nearest area above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from alerts.desk.directory import Directory
from alerts.retention_config import AreaRetention, Keep, RetentionConfig
from ingest.config import Owner

GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What holds for one group of evidence.

    Attributes:
        group: Its name; the sizes of all that it names are added up.
        age: Evidence older than this goes; None: however old.
        max_bytes: The oldest beyond this goes; None: however much.
    """

    group: str
    age: timedelta | None = None
    max_bytes: int | None = None


class RetentionRules:
    """The site's rules; never change while the desk runs."""

    def __init__(self, directory: Directory, config: RetentionConfig) -> None:
        self._directory = directory
        self._config = config
        self._by_area = {each.area: each for each in config.areas}

    @property
    def max_bytes(self) -> int | None:
        """The bound of all evidence together."""
        return _bytes(self._config.max_gb)

    @property
    def unreferenced(self) -> timedelta:
        """How long a file that no case knows of is kept."""
        return timedelta(days=self._config.unreferenced_days)

    @property
    def shortest(self) -> timedelta | None:
        """No group's evidence goes before this age; None: none goes by age."""
        keeps = [self._config.department, self._config.household]
        for area in self._config.areas:
            keeps += [keep for keep in (area.department, area.household) if keep is not None]
        ages = [keep.days for keep in keeps if keep.days is not None]
        return timedelta(days=min(ages)) if ages else None

    def limit(self, camera_id: str, area_id: str) -> Limit:
        """For evidence of a camera in an area.

        A camera that has left the site file counts as a household's: the shorter time is the
        one that wrongs nobody.
        """
        camera = self._directory.cameras.get(camera_id)
        owner = Owner.HOUSEHOLD if camera is None else camera.owner
        above: str | None = area_id
        while above is not None and above in self._directory.areas:
            keep = _of(self._by_area.get(above), owner)
            if keep is not None:
                return _limit(f"{above}/{owner}", keep)
            above = self._directory.areas[above].parent
        config = self._config
        keep = config.household if owner is Owner.HOUSEHOLD else config.department
        return _limit(f"/{owner}", keep)


def _of(area: AreaRetention | None, owner: Owner) -> Keep | None:
    if area is None:
        return None
    return area.household if owner is Owner.HOUSEHOLD else area.department


def _limit(group: str, keep: Keep) -> Limit:
    age = None if keep.days is None else timedelta(days=keep.days)
    return Limit(group=group, age=age, max_bytes=_bytes(keep.max_gb))


def _bytes(gigabytes: float | None) -> int | None:
    return None if gigabytes is None else int(gigabytes * GIGABYTE)
