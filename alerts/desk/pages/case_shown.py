"""All that a case page shows, read as one officer may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.desk.journal import Fact
from alerts.desk.recipients import Recipients
from alerts.desk.service import DeskService
from alerts.desk.views import Action, CaseRow, CaseView, Officer

HISTORY = 8
HANDS_ON = frozenset({Action.DISPATCH, Action.HAND_OVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case with what stands beside it.

    Attributes:
        history: The camera's other cases, newest first.
        recipients: To whom it can be handed; None where the officer hands nothing on.
        areas: Names of the areas that the journal speaks of, by id.
    """

    view: CaseView
    history: tuple[CaseRow, ...] = ()
    recipients: Recipients | None = None
    areas: Mapping[str, str] = field(default_factory=dict)

    def codes(self) -> frozenset[str]:
        """Of the case, and of those whose state stands on its page."""
        view = self.view
        merged, linked = (each.code for each in view.merged), (each.code for each in view.links)
        return frozenset((view.row.code, view.merged_into or "", *merged, *linked))


def read_shown(service: DeskService, officer: Officer, code: str) -> CaseShown:
    """Read all of it; raises as `DeskService.case`."""
    return beside(service, officer, service.case(officer, code))


def beside(service: DeskService, officer: Officer, view: CaseView) -> CaseShown:
    """Read what stands beside a case that was read."""
    row = view.row
    past = service.camera_history(officer, row.camera_id, limit=HISTORY) if row.camera_id else ()
    hands_on = bool(HANDS_ON & view.actions)
    return CaseShown(
        view=view,
        history=tuple(each for each in past if each.code != row.code),
        recipients=service.moves.recipients(officer, row.code) if hands_on else None,
        areas={each: service.directory.area_name(each) for each in _areas(view)},
    )


def _areas(view: CaseView) -> set[str]:
    return {entry.facts[Fact.AREA] for entry in view.journal if Fact.AREA in entry.facts}
