"""The register (登记簿): who watched, exported or searched what, and why.

A look is registered before anything is shown; what cannot be registered is refused
(`RegisterAwayError`, 503). So an entry says that something was given out, not that it was seen.

What is a look: a snapshot or clip of a case, live pictures, an exported dossier, a search by words,
and the register itself. A thumbnail in the queue is not: it is part of being on duty, shows a
finger's breadth, and hundreds of them an hour would bury the looks that somebody chose. For the
same reason a household camera's case that is over has no thumbnail (`footage_reason`).
"""

from __future__ import annotations

from collections import Counter
from threading import Lock

from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.errors import RegisterAwayError
from alerts.desk.recent_looks import LookKey, RecentLooks
from alerts.desk.register_views import Looker, RegisterAction, Subject
from alerts.desk.register_writer import RegisterWriter
from alerts.desk.store import Store

COMMAND_LINE = "command-line"
"""The actor of what was done on the machine itself."""

_STRIPES = 64
_MOST = {"actor": 64, "role": 32, "client": 64, "case_code": 64, "camera_id": 64, "area_id": 32}
_MOST_WORDS = 1000


class Register:
    """Writes the register; thread-safe.

    Attributes:
        written: Entries written since the start, by action.
        failures: Entries that could not be written, so that something was refused.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        clock: Clock = utc_now,
        steady: Clock | None = None,
    ) -> None:
        """`clock` tells what is written; `steady` how long ago a look was, by default `clock`."""
        self._directory = directory
        self._writer = RegisterWriter(store)
        self._clock = clock
        self._steady = steady or clock
        self._recent = RecentLooks()
        # Not one lock: whoever waits for a busy database must not keep all others waiting behind.
        self._same_look = tuple(Lock() for _ in range(_STRIPES))
        self._counting = Lock()
        self.written: Counter[str] = Counter()
        self.failures = 0

    def looked(self, who: Looker, action: RegisterAction, what: Subject) -> None:
        """Register a look; the same one again within ten minutes is one.

        Raises:
            RegisterAwayError: It could not be written: show nothing.
        """
        key = LookKey(
            actor=who.officer.name,
            client=who.client,
            action=action.value,
            place=(what.case_code, what.camera_id, what.area_id),
            words=what.words,
            reason=what.reason,
        )
        now = self._steady()
        with self._same_look[hash(key) % _STRIPES]:  # two requests of one player at once are one
            if self._recent.has(key, now):
                return
            self._write(_who(who), action, what)
            self._recent.add(key, now)

    def searched(self, who: Looker, words: str, area_id: str | None = None) -> None:
        """Register a search with its words; `area_id` is where, by default all of the officer's.

        Raises:
            RegisterAwayError: It could not be written: answer nothing.
        """
        area = who.officer.area_id if area_id is None else area_id
        self.looked(who, RegisterAction.SEARCHED, Subject(area_id=area, words=words))

    def exported(
        self, who: Looker, what: Subject, action: RegisterAction = RegisterAction.EXPORTED_DOSSIER
    ) -> None:
        """Register an export; each one, however soon after another.

        Raises:
            RegisterAwayError: It could not be written: export nothing.
        """
        self._write(_who(who), action, what)

    def exported_here(self, user: str, area_id: str) -> None:
        """Register an export of the register on the machine itself, by its user `user`."""
        who = {"actor": COMMAND_LINE, "role": "", "client": ""}
        self._write(who, RegisterAction.EXPORTED_REGISTER, Subject(area_id=area_id, words=user))

    def _write(self, who: dict[str, str], action: RegisterAction, what: Subject) -> None:
        fields = {
            **who,
            "action": action.value,
            "case_code": what.case_code,
            "camera_id": what.camera_id,
            "subject": what.words,
            "area_id": what.area_id,
            "owner": self._directory.owner_of(what.camera_id) if what.camera_id else "",
            "reason": what.reason or what.case_code,
        }
        try:
            self._writer.append(
                self._clock(), {name: _kept(name, words) for name, words in fields.items()}
            )
        except RegisterAwayError:
            with self._counting:
                self.failures += 1
            raise
        with self._counting:
            self.written[action.value] += 1


def _who(who: Looker) -> dict[str, str]:
    return {"actor": who.officer.name, "role": who.officer.role.value, "client": who.client}


def _kept(name: str, words: str) -> str:
    """What every database keeps as it is, so that the hash still fits when it is read again."""
    text = words.replace("\0", "").encode("utf-8", "replace").decode()
    return text[: _MOST.get(name, _MOST_WORDS)]
