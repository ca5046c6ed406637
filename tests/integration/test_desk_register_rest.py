"""The register over real HTTP, as players, pages and auditors ask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from alerts.desk.register_file import verify_file
from alerts.desk.views import Role
from ingest.config import Owner
from tests.desk_factories import COUNTY, PLAZA, RAISED, TOWN, YARD, add_officer
from tests.desk_live import NODE_TOKEN, LiveDesk, live_desk

PICTURE = b"\xff\xd8 a picture of some bytes"
REASON = "群众来访，核对情况"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        site = live.site
        cameras = tuple(
            replace(each, owner=Owner.HOUSEHOLD) if each.id == YARD else each
            for each in site.cameras
        )
        live.service.directory.take(replace(site, cameras=cameras))
        add_officer(live.service.officers, "audit", role=Role.AUDITOR, area_id=COUNTY)
        add_officer(live.service.officers, "town-audit", role=Role.AUDITOR, area_id=TOWN)
        yield live


@pytest.fixture
def officer(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client("boss") as client:
        yield client


@pytest.fixture
def auditor(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client("audit") as client:
        yield client


def case_with_picture(desk: LiveDesk, officer: httpx.Client, camera: str = PLAZA) -> str:
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    last = len(PICTURE) - 1
    officer.put(
        f"/api/evidence/{sha256}",
        content=PICTURE,
        headers={
            "Authorization": f"Bearer {NODE_TOKEN}",
            "Content-Range": f"bytes 0-{last}/{len(PICTURE)}",
        },
    ).raise_for_status()
    reference = {
        "kind": "snapshot",
        "state": "stored",
        "sha256": sha256,
        "bytes": len(PICTURE),
        "media_type": "image/jpeg",
    }
    return desk.open_case(camera=camera, evidence=[reference])


def close(officer: httpx.Client, code: str) -> None:
    officer.post(
        f"/api/cases/{code}/false-alarm", json={"expected_version": 1, "note": "树影"}
    ).raise_for_status()


def entries(auditor: httpx.Client, **wanted: str) -> list[dict[str, str]]:
    answer = auditor.get("/api/register", params=wanted).raise_for_status()
    rows: list[dict[str, str]] = answer.json()["rows"]
    return rows


def test_a_player_that_asks_for_ranges_looks_once(
    desk: LiveDesk, officer: httpx.Client, auditor: httpx.Client
) -> None:
    code = case_with_picture(desk, officer)
    url = f"/api/cases/{code}/evidence/snapshot"
    for first in range(0, 20, 4):
        part = officer.get(url, headers={"Range": f"bytes={first}-{first + 3}"})
        assert (part.status_code, part.content) == (206, PICTURE[first : first + 4])
    assert officer.head(url).status_code == 200
    (row,) = entries(auditor, case=code)
    assert (row["action"], row["actor"], row["role"]) == (
        "watched-snapshot",
        "boss",
        "county-supervisor",
    )
    assert (row["client"], row["camera_name"], row["reason"]) == ("127.0.0.1", "文化广场东", code)


def test_a_household_cameras_closed_case_asks_for_the_reason(
    desk: LiveDesk, officer: httpx.Client, auditor: httpx.Client
) -> None:
    code = case_with_picture(desk, officer, YARD)
    url = f"/api/cases/{code}/evidence/snapshot"
    assert officer.get(url).status_code == 200
    close(officer, code)
    refused = officer.get(url)
    assert (refused.status_code, refused.json()["error"]) == (403, "reason-needed")
    assert "住户" in refused.json()["zh"]
    assert officer.get(url, params={"reason": "看"}).status_code == 422
    assert officer.get(url, params={"reason": "x" * 201}).status_code == 422
    assert officer.get(url, params={"reason": REASON}).content == PICTURE
    assert [row["reason"] for row in entries(auditor, case=code)] == [REASON, code]


def test_searches_stand_in_the_register(officer: httpx.Client, auditor: httpx.Client) -> None:
    params = {"q": "北街 红衣", "status": "closed"}
    assert officer.get("/api/cases", params=params).status_code == 200
    (row,) = entries(auditor, action="searched")
    assert (row["subject"], row["client"]) == ("北街 红衣 statuses=closed", "127.0.0.1")


def test_nothing_is_shown_that_cannot_be_registered(desk: LiveDesk, officer: httpx.Client) -> None:
    url = f"/api/cases/{case_with_picture(desk, officer)}/evidence/snapshot"
    with desk.server.desk.store.writing() as session:
        session.execute(text("ALTER TABLE register RENAME TO away"))
    try:
        refused = officer.get(url)
    finally:
        with desk.server.desk.store.writing() as session:
            session.execute(text("ALTER TABLE away RENAME TO register"))
    assert (refused.status_code, refused.json()["error"]) == (503, "register-away")
    assert "retry-after" in refused.headers
    assert PICTURE not in refused.content
    assert officer.get(url).content == PICTURE


def test_an_export_can_be_verified_and_is_registered(
    desk: LiveDesk, officer: httpx.Client, auditor: httpx.Client, tmp_path: Path
) -> None:
    officer.get(f"/api/cases/{case_with_picture(desk, officer)}/evidence/snapshot")
    answer = auditor.get("/api/register/export")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["content-disposition"].startswith("attachment")
    (tmp_path / "file").write_bytes(answer.content)
    found = verify_file(tmp_path / "file")
    assert (found.sealed, found.site) == (0, "test")
    newest = entries(auditor, action="exported-register")[0]
    assert (newest["actor"], newest["hash"]) == ("audit", found.head.hash)
    page = auditor.get("/api/register").json()
    assert page["head"]["count"] >= found.head.count


def test_pages_and_filters(desk: LiveDesk, officer: httpx.Client, auditor: httpx.Client) -> None:
    for _ in range(3):
        officer.get(f"/api/cases/{case_with_picture(desk, officer)}/evidence/snapshot")
    first = auditor.get("/api/register", params={"actor": "boss", "limit": 2}).json()
    rest = auditor.get(
        "/api/register", params={"actor": "boss", "limit": 2, "cursor": first["next_cursor"]}
    ).json()
    numbers = [row["number"] for row in first["rows"] + rest["rows"]]
    assert len(numbers) == 4
    assert numbers == sorted(numbers, reverse=True)
    before = (RAISED - timedelta(days=3000)).isoformat()
    assert entries(auditor, to=before) == []
    assert entries(auditor, **{"from": before})
    for bad in ({"cursor": "x"}, {"limit": "0"}, {"from": "yesterday"}, {"case": "x" * 65}):
        assert auditor.get("/api/register", params=bad).status_code == 422
    extremes = {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-12:00"}
    assert entries(auditor, **extremes)


def test_only_readers_of_the_register_read_it(desk: LiveDesk, auditor: httpx.Client) -> None:
    with desk.client("li.na") as client:
        for path in ("/api/register", "/api/register/export"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["error"]) == (403, "not-allowed")
    with desk.client("town-audit") as client:
        assert {row["area_id"] for row in entries(client)} <= {TOWN, "620725101201"}
        assert client.get("/api/register", params={"camera": YARD}).json()["rows"] == []


def test_entries_are_counted(desk: LiveDesk, officer: httpx.Client) -> None:
    name = 'xueliang_desk_register_entries_total{action="watched-snapshot"}'

    def counted() -> float:
        lines = httpx.get(f"{desk.server.url}/metrics").text.splitlines()
        return float(next(line for line in lines if line.startswith(name)).split()[1])

    before = counted()
    officer.get(f"/api/cases/{case_with_picture(desk, officer)}/evidence/snapshot")
    assert counted() == before + 1
