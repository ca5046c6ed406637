from __future__ import annotations

from pathlib import Path

import pytest

from deploy.site_file import SiteFileError, load_site
from tests.unit.deploy.site_text import GOOD, write

SITE = GOOD[: GOOD.index("cameras:")] + "cameras: {file: cameras.csv}\n"
HEADER = "id,area,url,zones\n"
ROW = "one,1,rtsp://127.0.0.1/one,\n"


def table_faults(folder: Path, table: str | bytes) -> list[tuple[str, int, str, str]]:
    content = table.encode() if isinstance(table, str) else table
    (folder / "cameras.csv").write_bytes(content)
    with pytest.raises(SiteFileError) as caught:
        load_site(write(folder, SITE))
    return [(Path(f.file).name, f.line, f.path, f.message) for f in caught.value.faults]


@pytest.mark.parametrize(
    ("table", "line", "path", "words"),
    [
        (HEADER + ROW + "two,1,rtsp://127.0.0.1/two,,left\n", 3, "cameras[1]", "row has 5 cells"),
        (HEADER + ROW + 'two,1,"rtsp://127.0.0.1/two,\n', 3, "cameras", "is not CSV"),
        (HEADER + ROW + "two,9,rtsp://127.0.0.1/two,\n", 3, "cameras[1].area", "'9' is not in"),
        (HEADER + "one,1,rtsp://127.0.0.1/one,[\n", 2, "cameras[0].zones", "is not YAML"),
        (HEADER + "one,1,rtsp://127.0.0.1/one,!a x\n", 2, "cameras[0].zones", "tag !a"),
        ("", 1, "cameras", "must name the columns"),
        (ROW, 1, "cameras", "must name the columns"),
        ("id,area,url,zone\n" + ROW, 1, "cameras", "'zone'"),
        ("id,area,url,url\n" + ROW, 1, "cameras", "standing twice: 'url'"),
        ("id,area,url,\n" + ROW, 1, "cameras", "''"),
        (b"id\n\xff\n", 1, "cameras", "is not UTF-8"),
    ],
)
def test_a_fault_in_the_table_is_said_with_its_row(
    tmp_path: Path, table: str | bytes, line: int, path: str, words: str
) -> None:
    found = table_faults(tmp_path, table)
    assert [f[:3] for f in found] == [("cameras.csv", line, path)]
    assert words in found[0][3]


def test_a_row_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    table = HEADER + 'one,1,rtsp://127.0.0.1/one,"[\n]"\n\n,,,\n' + ROW
    assert table_faults(tmp_path, table) == [
        ("cameras.csv", 6, "cameras[1].id", "'one' is already entry 0")
    ]


@pytest.mark.parametrize("name", ["absent.csv", ".", '"\\0"'])
def test_a_table_that_cannot_be_opened_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(SiteFileError, match=r"cameras: (cannot be read|is no name)"):
        load_site(write(tmp_path, SITE.replace("cameras.csv", name)))
