"""A backup holds all that the desk keeps beside cases, and what its triggers do works after it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerts.case import CaseStatus
from alerts.desk.backup import back_up
from alerts.desk.case_counts import faults
from alerts.desk.columns import Base
from alerts.desk.recipients import Recipient
from alerts.desk.restore import restore
from alerts.desk.schema_version import VERSION_TABLE
from alerts.desk.store import Store
from alerts.desk.views import LinkKind, Officer, QueueFilter, Role
from tests.desk_factories import COUNTY, PASSWORD, TOWN, add_officer, alert_message, desk_site
from tests.desk_people import HOOK, make_crowd
from tests.desk_rig import DeskRig

WORDS = "羊群"


def live(rig: DeskRig) -> Officer:
    """Something in every part of the desk; the officer who did it."""
    officers, moves = rig.service.officers, rig.service.moves
    crowd = make_crowd(rig.service)
    boss = add_officer(officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)
    rig.take(*(alert_message(n, alert=n) for n in (1, 2, 3)))
    one, two, three = (row.code for row in rig.service.queue(boss, QueueFilter()).rows)
    rig.service.note(boss, one, f"{WORDS}进入草坪")
    moves.dispatch(boss, two, 1, to=Recipient(handler_id=crowd.officers["g"].id))
    moves.merge(boss, three, 1, into=one)
    moves.relate(boss, one, two)
    rig.service.webhooks.add(boss, HOOK, area_id=TOWN)
    rig.service.queue(boss, QueueFilter(text=WORDS))  # a search is registered
    return boss


def contents(url: str) -> dict[str, int]:
    """Rows by table."""
    names = [*Base.metadata.tables, VERSION_TABLE]
    with closing(Store(url).open()) as store, store.reading() as session:
        counts = {name: text(f"SELECT count(*) FROM {name}") for name in names}
        return {name: session.execute(query).scalar_one() for name, query in counts.items()}


def test_all_that_a_desk_keeps_comes_back_and_goes_on(whole: str, tmp_path: Path) -> None:
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        boss = live(rig)
    before = contents(whole)
    back_up(whole, tmp_path / "kept")
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        rig.take(alert_message(4, alert=4))
    assert contents(whole) != before
    restore(whole, tmp_path / "kept", tmp_path)
    assert contents(whole) == before
    with DeskRig(desk_site(tmp_path, database=whole)) as rig:
        goes_on(rig, boss)


def goes_on(rig: DeskRig, boss: Officer) -> None:
    """Counts, words, links, the register and its guard work as before."""
    service = rig.service
    (found,) = service.queue(boss, QueueFilter(text=WORDS)).rows
    assert {link.kind for link in service.case(boss, found.code).links} >= {
        LinkKind.RELATED,
        LinkKind.MERGED_FROM,
    }
    assert service.sign_in("boss", PASSWORD, "10.0.0.1").officer.name == "boss"
    rig.take(alert_message(5, alert=5))
    counts = service.queue(boss, QueueFilter()).counts
    assert (counts[CaseStatus.PENDING], counts[CaseStatus.DISPATCHED]) == (2, 1)
    with rig.store.reading() as session:
        assert faults(session) == []
    assert service.register_reader.verify().count == 2
    with pytest.raises(DBAPIError, match="append"), rig.store.writing() as session:
        session.execute(text("DELETE FROM register"))
