"""Backups of the desk's database, what is put back, and what is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import alerts.desk.migrations
from alerts.desk import postgres_dump
from alerts.desk.backup import KEPT, back_up
from alerts.desk.database_url import database_url
from alerts.desk.errors import StoreError
from alerts.desk.restore import restore
from alerts.desk.store import Store
from deploy.commands import desk
from deploy.settings import Site
from deploy.site_file import SiteFile

CLI = CliRunner()


NEWER = """\
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "second", "{newest}", None, None


def upgrade() -> None:
    op.add_column("node_states", sa.Column("more", sa.Text(), nullable=True))
    node = sa.ForeignKey("node_states.node")
    op.create_table("node_notes", sa.Column("node", sa.String(64), node, primary_key=True))
"""
ADD_NODE = text(
    "INSERT INTO node_states (node, state, since, version, backlog) "
    "VALUES (:name, 'online', '2026-11-22 00:00:00', '1', 0)"
)


def add_node(store: Store, name: str) -> None:
    with store.writing() as session:
        session.execute(ADD_NODE, {"name": name})


def nodes_of(url: str, backups: Path = Path()) -> list[str]:
    with closing(Store(url, backups=backups).open()) as store, store.reading() as session:
        return sorted(session.scalars(text("SELECT node FROM node_states")))


def desk_with(url: str, *names: str) -> None:
    with closing(Store(url).open()) as store:
        for name in names:
            add_node(store, name)


def test_what_was_backed_up_while_the_desk_ran_comes_back(whole: str, tmp_path: Path) -> None:
    out = tmp_path / "kept" / "desk.backup"
    with closing(Store(whole).open()) as store:
        add_node(store, "before")
        back_up(whole, out)
        add_node(store, "after")
    replaced = restore(whole, out, tmp_path / "backups")
    assert nodes_of(whole) == ["before"]
    assert replaced is not None
    restore(whole, replaced, tmp_path / "backups")
    assert nodes_of(whole) == ["after", "before"]


def test_nothing_is_restored_under_a_running_desk(whole: str, tmp_path: Path) -> None:
    desk_with(whole, "before")
    back_up(whole, tmp_path / "out")
    with closing(Store(whole).open()) as store:
        add_node(store, "after")
        with pytest.raises(StoreError, match="stop it first"):
            restore(whole, tmp_path / "out", tmp_path / "backups")
    assert nodes_of(whole) == ["after", "before"]


def test_an_existing_file_is_never_written_over(whole: str, tmp_path: Path) -> None:
    desk_with(whole)
    (tmp_path / "out").write_text("precious")
    with pytest.raises(StoreError, match="exists"):
        back_up(whole, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "precious"


def test_a_backup_holds_password_hashes_and_is_its_owners_only(whole: str, tmp_path: Path) -> None:
    desk_with(whole)
    back_up(whole, tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"no database at all", b"SQLite format 3\0" + b"x" * 5000]
)
def test_what_is_no_backup_is_not_restored(whole: str, tmp_path: Path, content: bytes) -> None:
    desk_with(whole, "before")
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(StoreError):
        restore(whole, tmp_path / "file", tmp_path / "backups")
    assert nodes_of(whole) == ["before"]


def test_a_backup_of_a_newer_version_is_not_restored(whole: str, tmp_path: Path) -> None:
    desk_with(whole, "before")
    with closing(Store(whole).open()) as store, store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of_the_future'"))
    back_up(whole, tmp_path / "newer")
    with pytest.raises(StoreError, match="newer version"):
        restore(whole, tmp_path / "newer", tmp_path / "backups")


def test_a_database_in_use_is_copied_as_of_one_moment(tmp_path: Path) -> None:
    """A writer adds nodes in pairs the whole time; a copy never holds half a pair."""
    url, ended = f"sqlite:///{tmp_path}/desk.db", Event()
    with closing(Store(url).open()) as store:

        def write() -> None:
            for number in range(100_000):
                with store.writing() as session:
                    session.execute(ADD_NODE, {"name": f"a{number}"})
                    session.execute(ADD_NODE, {"name": f"b{number}"})
                if ended.is_set():
                    return

        writer = Thread(target=write, name="writer")
        writer.start()
        try:
            for number in range(5):
                back_up(url, tmp_path / f"{number}.db")
        finally:
            ended.set()
            writer.join()
    for number in range(5):
        names = nodes_of(f"sqlite:///{tmp_path}/{number}.db")
        halves = [{name[1:] for name in names if name[0] == letter} for letter in "ab"]
        assert halves[0] == halves[1]


def test_an_older_database_is_migrated_after_a_backup(
    whole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_with(whole, "before")
    scripts = with_a_second_revision(tmp_path)
    monkeypatch.setattr(alerts.desk.migrations, "SCRIPTS", scripts)
    with closing(Store(whole, backups=tmp_path).open()) as store, store.reading() as session:
        assert session.scalars(text("SELECT more FROM node_states")).all() == [None]
    (kept,) = tmp_path.glob("desk.*.before-second-*")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="newer version"):  # the program before the update
        Store(whole, backups=tmp_path).open()
    restore(whole, kept, tmp_path)
    assert nodes_of(whole) == ["before"]
    monkeypatch.setattr(alerts.desk.migrations, "SCRIPTS", scripts)
    assert nodes_of(whole, tmp_path) == ["before"], "and the update can be tried again"


def with_a_second_revision(folder: Path) -> Path:
    scripts = folder / "migrations"
    shutil.copytree(alerts.desk.migrations.SCRIPTS, scripts)
    (scripts / "versions" / "second.py").write_text(
        NEWER.format(newest=alerts.desk.migrations.newest_revision()), encoding="utf-8"
    )
    return scripts


def test_few_backups_before_migrations_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    desk_with(url, "before")
    back_up(url, tmp_path / "old")
    monkeypatch.setattr(alerts.desk.migrations, "SCRIPTS", with_a_second_revision(tmp_path))
    for _ in range(KEPT + 2):
        restore(url, tmp_path / "old", tmp_path)
        desk_with(url)
    assert len(list(tmp_path.glob("desk.db.before-second-*"))) == KEPT


def middle_overwritten(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    file.write_bytes(data)


def head_overwritten(file: Path) -> None:
    file.write_bytes(b"\xff" * file.stat().st_size)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [middle_overwritten, head_overwritten, cut_short, emptied])
def test_a_damaged_database_is_refused_with_what_to_do_and_never_made_anew(
    tmp_path: Path, damage: object
) -> None:
    url, file = f"sqlite:///{tmp_path}/desk.db", tmp_path / "desk.db"
    desk_with(url, "before")
    back_up(url, tmp_path / "out")
    assert callable(damage)
    damage(file)
    content = file.read_bytes()
    with pytest.raises(StoreError, match="desk restore SITE FILE") as caught:
        Store(url).open()
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == content
    restore(url, tmp_path / "out", tmp_path)
    assert nodes_of(url) == ["before"]
    assert [path.read_bytes() for path in tmp_path.glob("desk.db.replaced-*")] == [content]


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "desk.db")) as database:
        database.execute("CREATE TABLE theirs (a)")
        database.commit()
    with pytest.raises(StoreError, match="not those of a desk"):
        Store(f"sqlite:///{tmp_path}/desk.db").open()


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    url = database_url("postgresql://desk:secret-word@localhost/desk")
    (tmp_path / "file").write_bytes(b"a dump")
    with pytest.raises(StoreError, match=r"pg_dump is not installed.*apt-get install"):
        postgres_dump.dump(url, tmp_path / "out")
    with pytest.raises(StoreError, match=r"pg_restore is not installed.*apt-get install"):
        postgres_dump.check_dump(url, tmp_path / "file")
    assert not (tmp_path / "out").exists()


def test_a_password_is_in_no_argument_of_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    fake = tmp_path / "pg_dump"
    fake.write_text(f'#!/bin/sh\necho "$@" > {seen}\necho "$PGPASSWORD" >> {seen}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    url = database_url("postgresql://desk:secret-word@db.example:5433/cases?sslmode=require")
    postgres_dump.dump(url, tmp_path / "out")
    arguments, password = seen.read_text().splitlines()
    assert "secret-word" not in arguments
    assert password == "secret-word"
    for part in ("user=desk", "host=db.example", "port=5433", "dbname=cases", "sslmode=require"):
        assert part in arguments


def test_the_command_line_backs_up_and_restores(tmp_path: Path) -> None:
    site = site_file(tmp_path)
    desk_with(f"sqlite:///{tmp_path}/desk.db", "before")
    assert CLI.invoke(desk.app, ["backup", str(site), "--out", f"{tmp_path}/out"]).exit_code == 0
    done = CLI.invoke(desk.app, ["restore", str(site), f"{tmp_path}/out"])
    assert f"{tmp_path}/desk.db.replaced-" in done.output


def test_a_site_file_alone_still_runs_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def run_desk(site: Site, *, file: SiteFile) -> int:
        ran.append(site.site)
        assert file.load() == site
        return 0

    monkeypatch.setattr("deploy.desk.run_desk", run_desk)
    assert CLI.invoke(desk.app, [str(site_file(tmp_path))]).exit_code == 0
    assert ran == ["test"]


def site_file(folder: Path) -> Path:
    file = folder / "site.yaml"
    file.write_text(
        f"site: test\ndata: {folder}\nmqtt: {{host: 127.0.0.1}}\n"
        'areas: [{id: "1", name: 北街村, level: village}]\n'
        "models: [{id: coco, card: nanodet-g-int8}]\ncameras: []\n",
        encoding="utf-8",
    )
    return file


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work for somebody else")
def test_what_root_restores_belongs_to_the_folders_owner(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    desk_with(url, "before")
    back_up(url, tmp_path / "out")
    os.chown(tmp_path, 4711, 4712)
    restore(url, tmp_path / "out", tmp_path)
    for name in ("desk.db", "desk.db.lock"):
        found = (tmp_path / name).stat()
        assert (found.st_uid, found.st_gid) == (4711, 4712)
