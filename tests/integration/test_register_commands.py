"""`xueliang desk register` and `xueliang verify`, as an administrator and an auditor use them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text
from typer.testing import CliRunner

from alerts.desk.register_views import Looker, RegisterAction, Subject
from deploy.cli import app
from deploy.desk_site import desk_site
from deploy.site_file import load_site
from tests.desk_factories import add_officer
from tests.desk_rig import DeskRig

AREA = "620725101"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Path:
    file = tmp_path / "site.yaml"
    document = {
        "site": "test",
        "data": str(tmp_path / "data"),
        "areas": [{"id": AREA, "name": "清泉镇", "level": "town"}],
        "mqtt": {"host": "127.0.0.1"},
        "models": [{"id": "coco", "card": "nanodet-g-int8"}],
        "cameras": [{"id": "plaza", "area": AREA, "url": "rtsp://127.0.0.1:9/none"}],
        "desk": {"database": database_url},
    }
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    return file


@pytest.fixture
def rig(site: Path) -> Iterator[DeskRig]:
    """The desk of that site, running, with three looks."""
    with DeskRig(desk_site(load_site(site))) as rig:
        who = Looker(officer=add_officer(rig.service.officers, "li.na", area_id=AREA))
        for number in range(3):
            rig.service.register.looked(
                who, RegisterAction.WATCHED_CLIP, Subject(area_id=AREA, case_code=f"c-{number}")
            )
        yield rig


def xueliang(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.stdout


def cut_off(rig: DeskRig, after: int) -> None:
    is_sqlite = rig.store.engine.dialect.name == "sqlite"
    unlock = "no_DELETE" if is_sqlite else "append_only ON register"
    with rig.store.writing() as session:
        session.execute(text(f"DROP TRIGGER register_{unlock}"))
        session.execute(text(f"DELETE FROM register WHERE number > {after}"))


def test_an_export_verifies_offline_and_a_changed_one_does_not(
    rig: DeskRig, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "register.jsonl"
    assert xueliang("desk", "register", site, "--out", out)[0] == 0
    assert out.stat().st_mode & 0o077 == 0
    head = rig.service.register_reader.head()
    assert head.count == 4  # the export itself, too
    assert xueliang("verify", out) == (0, f"{out}: intact, 4 entries\nhead {head}\n")
    status, said = xueliang("verify", out, "--json", "--head", str(head))
    found = json.loads(said)
    assert (status, found["intact"], found["count"], found["head"]) == (0, True, 4, head.hash)
    out.write_text(out.read_text().replace("li.na", "wang", 2).replace("wang", "li.na", 1))
    status, said = xueliang("verify", out, "--json")
    assert (status, json.loads(said)["broken"]["number"]) == (1, 2)


def test_an_export_goes_into_a_new_file_only(rig: DeskRig, site: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    out.write_text("something else")
    with pytest.raises(FileExistsError):
        xueliang("desk", "register", site, "--out", out)
    assert out.read_text() == "something else"
    assert rig.service.register_reader.head().count == 3


def test_the_database_is_checked_while_the_desk_runs(
    rig: DeskRig, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "register.jsonl"
    xueliang("desk", "register", site, "--out", out)
    head = rig.service.register_reader.head()
    status, said = xueliang("desk", "register", site, "--verify", "--against", out)
    assert (status, said) == (0, f"intact, 4 entries\nhead {head}\n")
    cut_off(rig, after=2)
    assert xueliang("desk", "register", site, "--verify")[0] == 0
    for kept in (("--against", out), ("--head", str(head))):
        status, said = xueliang("desk", "register", site, "--verify", *kept)
        assert status == 1
        assert said.startswith("broken: entry 3: is not there")


@pytest.mark.parametrize("words", [(), ("--out", "x", "--verify")], ids=["neither", "both"])
def test_either_an_export_or_a_check(site: Path, words: tuple[str, ...]) -> None:
    assert xueliang("desk", "register", site, *words)[0] == 2


def test_what_is_no_register_has_its_own_status(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("words\n")
    for file in (tmp_path / "words", tmp_path / "nothing", tmp_path):
        status, said = xueliang("verify", file, "--json")
        assert (status, json.loads(said)["intact"]) == (2, None)
    assert xueliang("verify", tmp_path / "words", "--head", "5")[0] == 2
