"""The demo's one officer: a fresh password a folder, kept there for the next run."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path

from alerts.desk.account import NewOfficer
from alerts.desk.officers import Officers
from alerts.desk.store import Store
from alerts.desk.views import Role
from deploy.samples.cameras import AREAS
from deploy.site_file import load_site

DEMO_OFFICER = "demo"
KEPT_IN = "demo-log-in"


def make_officer(site: Path, data: Path) -> str:
    """Make the officer in the desk's database unless it is there; returns the password."""
    kept = data / KEPT_IN
    if kept.exists():
        return kept.read_text(encoding="ascii").strip()
    password = secrets.token_hex(4)
    loaded = load_site(site)
    with closing(Store(loaded.database).open()) as store:
        Officers(store, loaded.areas).add(
            NewOfficer(
                name=DEMO_OFFICER,
                password=password,
                role=Role.TOWN_OFFICER,
                area_id=AREAS[1].area_id,
                display_name="演示值班员",
            )
        )
    kept.touch(mode=0o600)
    kept.write_text(password, encoding="ascii")
    return password
