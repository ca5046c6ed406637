"""The demo's officers: one of every kind, with one password a folder, kept for the next run."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from alerts.desk.account import NewOfficer
from alerts.desk.officers import Officers
from alerts.desk.store import Store
from alerts.desk.views import Role
from deploy.samples.cameras import AREAS
from deploy.site_file import load_site

KEPT_IN = "demo-log-in"
_COUNTY, _TOWN, _VILLAGE = (area.area_id for area in AREAS[:3])

ROLE_NAMES = {
    Role.VILLAGE_OFFICER: "村级值班员",
    Role.TOWN_OFFICER: "镇级值班员",
    Role.COUNTY_SUPERVISOR: "县级主管",
    Role.DEPARTMENT_HANDLER: "部门处置人",
    Role.GRID_WORKER: "网格员",
    Role.AUDITOR: "审计员",
}
"""As on the pages, whose own table would bring NiceGUI along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOfficer:
    """Whom a visitor can be."""

    name: str
    role: Role
    display_name: str
    area_id: str
    department: str | None = None

    @property
    def role_name(self) -> str:
        """The role as officers read it."""
        words = ROLE_NAMES[self.role]
        return words if self.department is None else f"{words}·{self.department}"

    @property
    def area_name(self) -> str:
        """The area as officers read it."""
        return next(area.name for area in AREAS if area.area_id == self.area_id)


TOWN = DemoOfficer(name="demo", role=Role.TOWN_OFFICER, display_name="张伟", area_id=_TOWN)
VILLAGE = DemoOfficer(
    name="cun",
    role=Role.VILLAGE_OFFICER,
    display_name="李秀英",
    area_id=_VILLAGE,
)
COUNTY = DemoOfficer(
    name="xian",
    role=Role.COUNTY_SUPERVISOR,
    display_name="赵建国",
    area_id=_COUNTY,
)
HANDLER = DemoOfficer(
    name="gongan",
    role=Role.DEPARTMENT_HANDLER,
    display_name="王警官",
    area_id=_TOWN,
    department="公安",
)
GRID_WORKER = DemoOfficer(
    name="wangge",
    role=Role.GRID_WORKER,
    display_name="马小军",
    area_id=_VILLAGE,
)
AUDITOR = DemoOfficer(name="shenji", role=Role.AUDITOR, display_name="陈静", area_id=_COUNTY)
DEMO_OFFICERS = (TOWN, VILLAGE, COUNTY, HANDLER, GRID_WORKER, AUDITOR)


def make_officers(site: Path, data: Path) -> str:
    """Make those that the desk's database lacks; returns everybody's password."""
    kept = data / KEPT_IN
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(4), encoding="ascii")
    password = kept.read_text(encoding="ascii").strip()
    loaded = load_site(site)
    with closing(Store(loaded.database).open()) as store:
        officers = Officers(store, loaded.areas)
        for each in DEMO_OFFICERS:
            if officers.find(each.name) is None:
                officers.add(_account(each, password))
    return password


def _account(officer: DemoOfficer, password: str) -> NewOfficer:
    return NewOfficer(
        name=officer.name,
        password=password,
        role=officer.role,
        area_id=officer.area_id,
        display_name=officer.display_name,
        department=officer.department,
    )
