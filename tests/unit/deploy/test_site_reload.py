"""When a changed site file is taken, and when it is refused."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path

import pytest

from deploy.settings import Site
from deploy.site_change import SiteChange, site_change
from deploy.site_file import SiteFile
from deploy.site_reload import SiteReload
from models.errors import CatalogueError
from tests.unit.deploy.site_text import GOOD, write

NODES = "nodes: [{id: node-1}]\n"


class Node:
    """Takes changes, or cannot open a model."""

    def __init__(self, folder: Path) -> None:
        self.path = write(folder, GOOD + NODES)
        self.taken: list[SiteChange] = []
        self.fault: Exception | None = None
        file = SiteFile(self.path)
        self.reload = SiteReload(
            file.load(),
            partial(site_change, node_id="node-1"),
            load=file.load,
            files=file.files,
            apply=self.apply,
            on_death=lambda name, error: None,
        )

    def apply(self, site: Site, change: SiteChange) -> None:
        if self.fault is not None:
            raise self.fault
        self.taken.append(change)

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    def looks(self, number: int) -> int:
        """How many changes were taken after so many looks more."""
        for _ in range(number):
            self.reload.look()
        return len(self.taken)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def changed(text: str = GOOD) -> str:
    return text.replace("id: one\n", "id: two\n") + NODES


def test_a_file_that_stays_is_left_alone(node: Node) -> None:
    assert node.looks(3) == 0


def test_a_change_is_taken_once_it_has_stayed_for_a_look(node: Node) -> None:
    node.write(changed()[:40])  # half written
    assert node.looks(1) == 0
    node.write(changed())
    assert node.looks(1) == 0
    assert node.looks(1) == 1
    assert node.looks(3) == 1
    assert (node.taken[0].removed, node.taken[0].added[0].id) == (("one",), "two")


def test_a_file_replaced_by_another_of_the_same_size_and_time_is_noticed(node: Node) -> None:
    before = node.path.stat()
    other = node.path.with_name("other")
    other.write_text(changed(), encoding="utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(node.path)
    assert node.looks(2) == 1


def test_a_signal_reloads_at_once(node: Node) -> None:
    node.write(changed())
    node.reload.ask()
    assert node.looks(1) == 1


def test_a_broken_file_is_refused_with_its_faults_and_the_old_one_runs_on(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    before = node.reload.site
    node.write(changed().replace("zone: lawn", "zone: loan") + "colour: red\n")
    node.reload.ask()
    assert node.looks(3) == 0
    assert node.reload.site is before
    said = [r.getMessage() for r in caplog.records if r.__dict__["action"] == "reload-refused"]
    assert any("loan" in line for line in said)
    assert any("colour" in line for line in said)
    assert all(record.levelno == logging.ERROR for record in caplog.records)
    node.write(changed())
    assert node.looks(2) == 1


def test_a_change_that_needs_a_restart_is_refused_with_these_words(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    node.write(changed().replace("site: test", "site: another"))
    node.reload.ask()
    assert node.looks(1) == 0
    assert "site: restart needed" in caplog.text


def test_a_model_that_cannot_be_opened_refuses_the_change(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    node.fault = CatalogueError("the checksum differs")
    node.write(changed())
    node.reload.ask()
    before = node.reload.site
    assert node.looks(1) == 0
    assert node.reload.site is before
    assert "the checksum differs" in caplog.text


def test_a_file_that_is_gone_is_refused(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    node.path.unlink()
    assert node.looks(3) == 0
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    "line",
    ["cameras: {file: more.csv}", 'cameras: {file: "more.csv"}', "cameras:\n  file: more.csv\n"],
)
def test_the_table_of_cameras_is_looked_at_too(tmp_path: Path, line: str) -> None:
    head = GOOD.partition("cameras:")[0]
    files = SiteFile(write(tmp_path, head + line)).files()
    assert files == (tmp_path / "site.yaml", tmp_path / "more.csv")


def test_the_thread_ends_when_asked(node: Node) -> None:
    node.reload.start()
    node.reload.stop()
    node.reload.stop()
