"""Who may administer whose account: within their areas, and nobody gives more than they have.

A part of the service layer: every call names its right. A maintainer can make maintainers only, and
nobody on duty makes or changes auditors: those are made on the command line.
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.desk.account import NewOfficer, OfficerChange
from alerts.desk.directory import Directory
from alerts.desk.errors import OfficerNotFoundError
from alerts.desk.officers import Officers
from alerts.desk.rights import RIGHTS, Right, may, needs, rights_of
from alerts.desk.sessions import Sessions, token_hash
from alerts.desk.views import Officer, Role
from alerts.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class People:
    """Accounts as officers see and change them; a change ends sessions and closes open pages."""

    officers: Officers
    sessions: Sessions
    directory: Directory

    @needs(Right.MANAGE_OFFICERS)
    def list(self, officer: Officer) -> tuple[Officer, ...]:
        """The accounts of the officer's areas, by name; disabled ones too."""
        seen = self.directory.seen_by(officer)
        return tuple(each for each in self.officers.list() if each.area_id in seen)

    @needs(Right.MANAGE_OFFICERS)
    def add(self, officer: Officer, new: NewOfficer) -> Officer:
        """Make an account; NotAllowedError beyond one's own, OfficerError where it cannot be."""
        self._check_gift(officer, new.role, new.area_id)
        return self.officers.add(new)

    @needs(Right.MANAGE_OFFICERS)
    def change(self, officer: Officer, name: str, change: OfficerChange) -> Officer:
        """Change role, area, department or display name."""
        found = self._theirs(officer, name)
        self._check_gift(officer, change.role or found.role, change.area_id or found.area_id)
        changed = self.officers.change(name, change)
        self.sessions.tell()
        return changed

    @needs(Right.MANAGE_OFFICERS)
    def lock(self, officer: Officer, name: str) -> Officer:
        """Close an account and end its sessions."""
        self._theirs(officer, name)
        locked = self.officers.disable(name)
        self.sessions.tell()
        return locked

    @needs(Right.MANAGE_OFFICERS)
    def unlock(self, officer: Officer, name: str) -> Officer:
        """Open a closed account again."""
        self._theirs(officer, name)
        return self.officers.enable(name)

    @needs(Right.MANAGE_OFFICERS)
    def reset_password(self, officer: Officer, name: str, password: str) -> Officer:
        """Give a colleague who forgot it another password; their sessions end."""
        self._theirs(officer, name)
        changed = self.officers.set_password(name, password)
        self.sessions.tell()
        return changed

    @needs(Right.MANAGE_OFFICERS)
    def roles(self, officer: Officer) -> tuple[Role, ...]:
        """Those that the officer may give."""
        return tuple(role for role in Role if may_give(officer, role))

    @needs(Right.OWN_ACCOUNT)
    def change_password(
        self, officer: Officer, token: str, *, old: str, new: str, client: str
    ) -> None:
        """Change one's own password; every session but that of `token` ends.

        Raises:
            SignInError, LockedOutError: `old` is not the password.
            OfficerError: `new` cannot be one.
        """
        if officer.scopes is not None:
            raise NotAllowedError("an integrator has no password")
        self.sessions.prove(officer.name, old, client)
        self.officers.set_password(officer.name, new, kept_session=token_hash(token))
        self.sessions.tell()

    @needs(Right.OWN_ACCOUNT)
    def sign_out_everywhere(self, officer: Officer) -> None:
        """End all of one's own sessions."""
        self.sessions.sign_out_all(officer.id)

    def _theirs(self, officer: Officer, name: str) -> Officer:
        """An account the officer may change; one outside their areas does not exist."""
        found = self.officers.find(name)
        if found is None or found.area_id not in self.directory.seen_by(officer):
            raise OfficerNotFoundError(f"there is no officer named {name[:64]!r} in your areas")
        if found.id == officer.id:
            raise NotAllowedError("ask a colleague to change your own account")
        self._check_gift(officer, found.role, found.area_id)
        return found

    def _check_gift(self, officer: Officer, role: Role, area_id: str) -> None:
        if area_id not in self.directory.seen_by(officer):
            raise NotAllowedError("the area lies outside yours")
        if not may_give(officer, role):
            raise NotAllowedError(f"a {officer.role} cannot make or change a {role}")


def may_give(officer: Officer, role: Role) -> bool:
    """Whether the officer has all rights of the role, and may administer accounts at all."""
    return may(officer, Right.MANAGE_OFFICERS) and RIGHTS[role] <= rights_of(officer)
