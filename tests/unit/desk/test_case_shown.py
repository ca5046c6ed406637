"""A case page is read again for its own cases, not for every alert of the county."""

from __future__ import annotations

from alerts.case import CaseStatus
from alerts.desk.pages.case_shown import CaseShown
from alerts.desk.views import CaseLink, LinkKind, MergedCase
from tests.desk_rows import case_row, case_view


def test_a_page_is_about_its_case_and_those_it_names() -> None:
    row = case_row("A")
    link = CaseLink(
        kind=next(iter(LinkKind)),
        code="B",
        status=CaseStatus.PENDING,
        severity=row.severity,
        text=row.text,
        opened_at=row.opened_at,
    )
    merged = MergedCase(code="C", alerts=(), evidence=())
    view = case_view(row, links=(link,), merged=(merged,), merged_into="D")
    assert {"A", "B", "C", "D"} <= CaseShown(view=view).codes()


def test_the_history_of_the_camera_is_not_waited_for() -> None:
    shown = CaseShown(view=case_view(case_row("A")), history=(case_row("B"),))
    assert "B" not in shown.codes()
