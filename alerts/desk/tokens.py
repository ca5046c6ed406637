"""Who may make and revoke whose tokens; a part of the service layer, every call names its right."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.desk.api_tokens import ApiTokens
from alerts.desk.directory import Directory
from alerts.desk.errors import OfficerNotFoundError
from alerts.desk.officers import Officers
from alerts.desk.people import may_give
from alerts.desk.rights import Right, needs
from alerts.desk.token_views import MadeToken, NewToken, TokenRow
from alerts.desk.views import Officer
from alerts.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the integrators of the officer's areas; integrators see and revoke their own."""

    kept: ApiTokens
    officers: Officers
    directory: Directory

    @needs(Right.MANAGE_OFFICERS)
    def add(self, officer: Officer, new: NewToken) -> MadeToken:
        """Make a token; its secret is in the answer and nowhere else.

        Raises:
            OfficerNotFoundError: There is no such account in the officer's areas.
            NotAllowedError: The officer has less rights than the integrator.
            OfficerError: The account is no integrator's, or has too many tokens.
        """
        owner = self.officers.find(new.account)
        if owner is None or owner.area_id not in self.directory.seen_by(officer):
            raise OfficerNotFoundError(f"there is no officer named {new.account[:64]!r}")
        if not may_give(officer, owner.role):
            raise NotAllowedError(f"a {officer.role} cannot make a token of a {owner.role}")
        return self.kept.add(new, by=officer.name)

    @needs(Right.OWN_ACCOUNT)
    def list(self, officer: Officer) -> tuple[TokenRow, ...]:
        """Those the officer may revoke: their own, or of integrators they administer."""
        names = self._owners(officer)
        return tuple(row for row in self.kept.list() if row.account in names)

    @needs(Right.OWN_ACCOUNT)
    def revoke(self, officer: Officer, token_id: int) -> TokenRow:
        """Have a token work no more. OfficerNotFoundError where it is none of theirs."""
        row = self.kept.find(token_id)
        if row is None or row.account not in self._owners(officer):
            raise OfficerNotFoundError(f"there is no token {token_id} of yours")
        return self.kept.revoke(token_id)

    def _owners(self, officer: Officer) -> frozenset[str]:
        seen = self.directory.seen_by(officer)
        administered = (
            each.name
            for each in self.officers.list()
            if each.area_id in seen and may_give(officer, each.role)
        )
        return frozenset({officer.name, *administered})
