"""A changed site file, taken or refused while the node runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread

from deploy.settings import Site
from deploy.site_change import SiteChange
from deploy.site_fault import SiteFileError
from detectors.errors import DetectorError
from models.errors import CatalogueError

LOOK_S = 2.0
"""Between two looks at the files; a change is taken once it has stayed the same for one."""
JOIN_S = 3.0

logger = logging.getLogger(__name__)

Apply = Callable[[Site, SiteChange], None]
Died = Callable[[str, BaseException], None]
Prints = Mapping[Path, tuple[int, int, int] | None]


class SiteReload:
    """One thread that looks at the site file, and at once when it is asked to.

    A file with faults, or with a change that needs a restart, is refused as a whole: the faults
    are logged, and node or desk goes on as it was.
    """

    def __init__(  # noqa: PLR0913 - a composition root names each by keyword
        self,
        site: Site,
        compare: Callable[[Site, Site], SiteChange],
        *,
        load: Callable[[], Site],
        files: Callable[[], tuple[Path, ...]],
        apply: Apply,
        on_death: Died,
        look_s: float = LOOK_S,
    ) -> None:
        """Nothing is looked at before `start`.

        Args:
            site: What the process runs on.
            compare: What a change means for it.
            load: Reads the site file; raises SiteFileError.
            files: The files that `load` reads.
            apply: Makes it go from one site to another; may raise CatalogueError or
                DetectorError as long as it has changed nothing.
            on_death: Called with the thread's name when an unforeseen error ended it.
            look_s: Between two looks.
        """
        self.site = site
        self._compare = compare
        self._load = load
        self._files = files
        self._apply = apply
        self._on_death = on_death
        self._look_s = look_s
        self._seen = self._prints()
        self._changing: Prints | None = None
        self._is_asked = False
        self._wake = Event()
        self._is_stopping = Event()
        self._thread = Thread(target=self._guard, name="reload")

    def ask(self) -> None:
        """Reload now, whether the file changed or not; from any thread or a signal handler."""
        self._is_asked = True
        self._wake.set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a change at hand is finished. Idempotent."""
        self._is_stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _guard(self) -> None:
        try:
            while not self._is_stopping.is_set():
                self._wake.wait(self._look_s)
                self._wake.clear()
                if not self._is_stopping.is_set():
                    self.look()
        except Exception as error:  # the thread's supervisor: the node must know
            logger.exception("reloading ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def look(self) -> None:
        """One look: reload when asked, or when a change is complete."""
        is_asked, self._is_asked = self._is_asked, False
        prints = self._prints()
        if is_asked or (prints != self._seen and prints == self._changing):
            self._seen, self._changing = prints, None
            self.reload()
        else:
            self._changing = prints if prints != self._seen else None

    def reload(self) -> None:
        """Take the file as it is now, or refuse it and say why."""
        try:
            site = self._load()
            change = self._compare(self.site, site)
            if change.restart_needed:
                _refuse([f"{key}: restart needed" for key in change.restart_needed])
                return
            self._apply(site, change)
        except SiteFileError as error:
            _refuse(str(error).splitlines())
        except (CatalogueError, DetectorError) as error:
            _refuse([str(error)])
        else:
            self.site = site
            _say(change)

    def _prints(self) -> Prints:
        return {file: _print(file) for file in self._files()}


def _print(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _refuse(faults: list[str]) -> None:
    for fault in faults:
        logger.error("the site file is not taken: %s", fault, extra={"action": "reload-refused"})


def _say(change: SiteChange) -> None:
    logger.info(
        "the site file was reloaded: %d cameras added, %d changed, %d removed",
        len(change.added),
        len(change.replaced),
        len(change.removed),
        extra={
            "action": "reloaded",
            "added": [camera.id for camera in change.added],
            "changed": [camera.id for camera in change.replaced],
            "removed": list(change.removed),
        },
    )
