"""The one door to the desk: pages and REST call nothing else.

Every call is synchronous and may come from any thread. Who may see or do what is decided here:
each call names the right it needs (`rights`), else `NotAllowedError`, and a case out of the
officer's sight (`sight`) does not exist for them (`CaseNotFoundError`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from alerts.case import Verdict
from alerts.desk.api_tokens import ApiTokens
from alerts.desk.asked_words import asked_words
from alerts.desk.attachment_folder import AttachmentFolder
from alerts.desk.attachments import Attachments
from alerts.desk.bus_sight import BusSight
from alerts.desk.camera_page import CameraPage, page_of
from alerts.desk.case_hold import CaseHold
from alerts.desk.case_moves import CaseMoves
from alerts.desk.cases import Cases
from alerts.desk.changes import Change, Changes
from alerts.desk.clips import Clips
from alerts.desk.clock import Clock, utc_now
from alerts.desk.config import DeskSite
from alerts.desk.directory import Directory
from alerts.desk.equipment_views import AreaRow, CameraRow, NodeRow
from alerts.desk.evidence import Copies, Evidence
from alerts.desk.folder_shelf import EvidenceFolder
from alerts.desk.footage_reason import needs_reason
from alerts.desk.limit_clock import LimitClock
from alerts.desk.officers import Officers
from alerts.desk.people import People
from alerts.desk.queue import Queue
from alerts.desk.register import Register
from alerts.desk.register_reader import RegisterReader
from alerts.desk.register_views import Looker, Subject
from alerts.desk.rights import Right, needs, open_to_all
from alerts.desk.sessions import Sessions
from alerts.desk.shelf import Shelf
from alerts.desk.shelves import open_shelf
from alerts.desk.sight import hears_of
from alerts.desk.store import Store
from alerts.desk.thumbnails import Thumbnails
from alerts.desk.tokens import Tokens
from alerts.desk.views import (
    CaseRow,
    CaseView,
    EvidenceFile,
    Language,
    Officer,
    QueueFilter,
    QueuePage,
    SessionToken,
)
from alerts.desk.wall import Wall
from alerts.desk.webhooks import Webhooks
from alerts.schema import EvidenceKind


def _has_no_bus() -> bool:
    return False


class DeskService:
    """What officers can ask and do.

    Attributes:
        people: Accounts, one's own and those one administers.
        tokens: API tokens of integrators.
        attachments: Files that officers add to cases.
        moves: What happens to a case beyond accepting, noting and closing.
        register: Writes who watched, exported or searched what; reads nothing.
        register_reader: Reads it, for those who may.
        officers: Accounts without a check of rights, for the command line and the parts inside.
    """

    def __init__(
        self,
        store: Store,
        site: DeskSite,
        *,
        clock: Clock = utc_now,
        steady: Clock | None = None,
        hasher: PasswordHasher | None = None,
        has_bus: Callable[[], bool] = _has_no_bus,
    ) -> None:
        """Nothing is started here; the store may be opened later.

        `has_bus` says whether the broker is connected now; `steady` is the clock of time limits,
        by default `clock`. For the rest see `Officers`.
        """
        self.changes = Changes()
        self._store = store
        self._bus = BusSight(has_bus, clock)
        self.directory = Directory(site, limit_clock=LimitClock(clock, steady))
        self.register = Register(store, self.directory, clock=clock, steady=steady)
        self.register_reader = RegisterReader(store, self.directory, self.register, clock=clock)
        self.officers = Officers(store, site.areas, clock=clock, hasher=hasher)
        self._let_in(site, steady or clock)
        self._queue, self._wall = Queue(store, self.directory), Wall(store, self.directory)
        hold = CaseHold(store, self.directory, self.changes, clock=clock)
        self._cases, self.moves = Cases(hold), CaseMoves(hold)
        hosts = site.desk.webhooks.hosts
        self.webhooks = Webhooks(store, self.directory, allowed=hosts, clock=clock)
        self._keep_files(site, hold)

    def _let_in(self, site: DeskSite, steady: Clock) -> None:
        """Sessions and tokens, by the clock that nobody sets."""
        self._sessions = Sessions(
            self._store,
            self.officers,
            self.changes,
            lifetime=timedelta(hours=site.desk.session_hours),
            idle=timedelta(minutes=site.desk.session_idle_minutes),
            clock=steady,
        )
        self.people = People(self.officers, self._sessions, self.directory)
        self._api_tokens = ApiTokens(self._store, clock=steady)
        self.tokens = Tokens(self._api_tokens, self.officers, self.directory)

    def _keep_files(self, site: DeskSite, hold: CaseHold) -> None:
        """Evidence, attachments, and what is made of both."""
        data = Path(site.data)
        self.clips, self.thumbnails = Clips(data / "clips"), Thumbnails(data / "thumbnails")
        self.evidence_folder = EvidenceFolder(Path(site.evidence_folder))
        self.shelf: Shelf = open_shelf(site, self.evidence_folder)
        self._evidence = Evidence(
            self._cases,
            self.shelf,
            Copies(clips=self.clips, thumbnails=self.thumbnails),
            directory=self.directory,
            register=self.register,
        )
        self.attachment_folder = AttachmentFolder(data / "attachments")
        self.attachments = Attachments(hold, self.attachment_folder, self.thumbnails, self.register)

    @open_to_all("nobody is anybody before it")
    def sign_in(self, name: str, password: str, client: str) -> SessionToken:
        """Log in from address `client`.

        Raises:
            SignInError: Wrong name or password, or the account is disabled.
            LockedOutError: Too many failures; `retry_after_s` says how long.
        """
        return self._sessions.sign_in(name, password, client)

    @open_to_all("whoever knows the token may end it")
    def sign_out(self, token: str) -> None:
        """End a session; an unknown token is nothing to complain about."""
        self._sessions.sign_out(token)

    @open_to_all("asks who it is")
    def officer_of(self, token: str | None) -> Officer | None:
        """Whose session it is; None when there is none, it ran out, or the officer is disabled."""
        return self._sessions.officer_of(token)

    @open_to_all("asks who it is")
    def officer_of_token(self, secret: str) -> Officer | None:
        """The integrator whose API token it is, narrowed to its scopes; None where it is none."""
        return self._api_tokens.officer_of(secret)

    @needs(Right.OWN_ACCOUNT)
    def set_language(self, officer: Officer, language: Language) -> Officer:
        """Keep the officer's language; the officer as it is now."""
        return self.officers.set_language(officer.id, language)

    @needs(Right.SEE_CASES)
    def queue(
        self,
        officer: Officer,
        wanted: QueueFilter,
        *,
        limit: int = 50,
        cursor: str | None = None,
        client: str = "",
    ) -> QueuePage:
        """Cases, newest first; with `wanted.text` those in which it is found.

        A cursor that is none raises ValueError. Going by words is a search, which is registered
        (RegisterAwayError) with the officer's address `client`.
        """
        if (words := asked_words(wanted)) is not None:
            self.register.searched(Looker(officer=officer, client=client), words, wanted.area_id)
        return self._queue.page(officer, wanted, limit=limit, cursor=cursor)

    @needs(Right.SEE_CASES)
    def categories(self, officer: Officer) -> tuple[str, ...]:
        """The categories to choose from in the queue."""
        return self._queue.categories(officer)

    @needs(Right.SEE_CASES)
    def camera_history(
        self, officer: Officer, camera_id: str, *, limit: int = 10
    ) -> tuple[CaseRow, ...]:
        """The last cases of a camera that the officer sees, newest first."""
        wanted = QueueFilter(camera_id=camera_id.replace("\0", ""))
        return self._queue.rows(officer, wanted, limit=limit)

    @needs(Right.SEE_CASES)
    def case(self, officer: Officer, code: str) -> CaseView:
        """One case, or CaseNotFoundError."""
        return self._cases.view(officer, code)

    @needs(Right.HANDLE_CASES)
    def accept(self, officer: Officer, code: str, version: int) -> CaseRow:
        """Take the case.

        `version` is the one the officer saw. Raises CaseNotFoundError, CaseConflictError,
        IllegalTransitionError, NotAllowedError; so do the other moves.
        """
        return self._cases.accept(officer, code, version)

    @needs(Right.HANDLE_CASES)
    def false_alarm(self, officer: Officer, code: str, version: int, note: str) -> CaseRow:
        """Accept if need be and close with verdict false; `note` (why) must not be empty."""
        return self._cases.false_alarm(officer, code, version, note)

    @needs(Right.HANDLE_CASES)
    def close(
        self, officer: Officer, code: str, version: int, *, verdict: Verdict, note: str
    ) -> CaseRow:
        """Close an accepted case; verdict false needs a note. ValueError where it lacks."""
        return self._cases.close(officer, code, version, verdict=verdict, note=note)

    @needs(Right.NOTE_CASES)
    def note(self, officer: Officer, code: str, text: str) -> CaseRow:
        """Write a note into the journal; 1 to 2,000 characters, else ValueError."""
        return self._cases.note(officer, code, text)

    @needs(Right.SEE_EQUIPMENT)
    def cameras(self, officer: Officer) -> tuple[CameraRow, ...]:
        """Cameras of the officer's areas, those not streaming first."""
        return self._wall.cameras(officer)

    @needs(Right.SEE_EQUIPMENT)
    def camera_page(self, officer: Officer, *, limit: int, cursor: str | None = None) -> CameraPage:
        """The same, page by page. A cursor that is none raises ValueError."""
        return page_of(self._wall.cameras(officer), limit=limit, cursor=cursor)

    @needs(Right.SEE_EQUIPMENT)
    def nodes(self, officer: Officer) -> tuple[NodeRow, ...]:
        """Nodes with cameras in the officer's areas, those not online first."""
        return self._wall.nodes(officer)

    @needs(Right.OWN_ACCOUNT)
    def areas(self, officer: Officer) -> tuple[AreaRow, ...]:
        """The officer's areas, parents first."""
        return self.directory.areas_of(officer)

    @open_to_all("says nothing of cases or cameras")
    def is_bus_connected(self) -> bool:
        """Whether the desk hears the nodes right now."""
        return self._bus.is_connected()

    @open_to_all("says nothing of cases or cameras")
    def bus_lost_at(self) -> datetime | None:
        """Since when it does not, as far as anybody asked; None while it does."""
        return self._bus.lost_at()

    @open_to_all("is itself the question of sight")
    def may_see(self, officer: Officer, change: Change) -> bool:
        """Whether a change concerns this officer."""
        return hears_of(officer, self.directory, change)

    @needs(Right.SEE_FOOTAGE)
    def evidence_path(
        self,
        officer: Officer,
        code: str,
        kind: EvidenceKind,
        *,
        original: bool = False,
        reason: str | None = None,
        client: str = "",
    ) -> EvidenceFile:
        """The file of a case's snapshot or clip, registered; it may take seconds to convert.

        Raises:
            CaseNotFoundError: No such case for this officer.
            EvidenceMissingError: Not stored (yet), or gone from the store.
            ReasonNeededError: A household's camera, and the case is over: say why.
            RegisterAwayError: The look cannot be registered.
        """
        who = Looker(officer=officer, client=client)
        return self._evidence.file(who, code, kind, is_original=original, reason=reason)

    @needs(Right.EXPORT_CASES)
    def export_dossier(self, officer: Officer, code: str, *, client: str = "") -> CaseView:
        """The whole case to be taken away on paper, registered (RegisterAwayError)."""
        view = self._cases.view(officer, code)
        row = view.row
        subject = Subject(area_id=row.area_id, case_code=code, camera_id=row.camera_id or "")
        self.register.exported(Looker(officer=officer, client=client), subject)
        return view

    @needs(Right.SEE_FOOTAGE)
    def thumbnail(self, officer: Officer, code: str) -> EvidenceFile:
        """A small JPEG of the snapshot, for the queue; no look, see `alerts.desk.register`.

        Raises:
            CaseNotFoundError, EvidenceMissingError, ReasonNeededError: There is none to show.
        """
        return self._evidence.thumbnail(officer, code)

    @open_to_all("tells a rule, and of a case only what whoever asks has before them")
    def needs_reason(self, case: CaseRow) -> bool:
        """Whether its footage is shown for a stated reason only."""
        return needs_reason(self.directory, case.camera_id or "", case.status)
