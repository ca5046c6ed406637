"""Whatever stands in a site file, its table or the environment: faults in words, no traceback."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import yaml
from hypothesis import given
from hypothesis import strategies as st

from deploy.settings import Site
from deploy.site_file import SiteFileError, load_site
from tests.fuzz import FUZZ, TEXT, VALUES, changed, damaged
from tests.unit.deploy.asset_files import DEPLOY
from tests.unit.deploy.site_text import GOOD

EXAMPLE = (DEPLOY / "site.example.yaml").read_bytes()
TABLE = GOOD.partition("cameras:")[0] + "cameras: {file: cameras.csv}\n"
ROWS = 'id,area,url,zones,class\none,1,rtsp://h/1,"[{id: a, polygon: [[0,0],[1,0],[1,1]]}]",2\n'


def dump(value: object) -> bytes:
    """YAML of anything; what YAML cannot hold is left to `damaged`."""
    text: str = yaml.dump(value, allow_unicode=True, sort_keys=False)
    return text.encode("utf-8", "surrogatepass")


FILES = st.one_of(
    changed(yaml.safe_load(EXAMPLE)).map(dump),
    changed(yaml.safe_load(GOOD)).map(dump),
    damaged(EXAMPLE),
    VALUES.map(dump),
    st.binary(max_size=200),
    st.sampled_from([b"", b"\0", b"[" * 50_000, b"- " * 20_000, b"a: &a [*a]", b"{a: " * 9000]),
)


def read(file: Path) -> Site | None:
    """The site, or None where every fault has a file, a path and words on one line."""
    try:
        return load_site(file)
    except SiteFileError as error:
        faults = error.faults
    assert faults
    assert all(fault.line >= 1 and fault.path and fault.message for fault in faults)
    return None


@FUZZ
@given(content=FILES)
def test_every_site_file_is_read_or_its_faults_are_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "site.yaml"
    file.write_bytes(content)
    read(file)


@FUZZ
@given(
    content=st.one_of(
        damaged(ROWS.encode()),
        st.binary(max_size=200),
        st.lists(st.lists(TEXT, max_size=6), max_size=6).map(
            lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
        ),
    )
)
def test_every_table_of_cameras_is_read_or_its_faults_are_said(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "site.yaml").write_text(TABLE)
    (tmp_path / "cameras.csv").write_bytes(content)
    read(tmp_path / "site.yaml")


KEYS = ("SITE", "MQTT", "MQTT__PORT", "NODES", "CAMERAS", "DESK__BIND", "EVIDENCE", "MQTT__TLS__X")
NO_NUL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@FUZZ
@given(
    key=st.sampled_from(KEYS), value=st.one_of(NO_NUL, st.sampled_from(["[" * 5000, "{}", "[1]"]))
)
def test_every_environment_is_read_or_its_faults_are_said(
    tmp_path: Path, key: str, value: str
) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(GOOD)
    with patch.dict(os.environ, {f"XUELIANG_{key}": value}):
        read(file)


def test_the_good_ones_pass(tmp_path: Path) -> None:
    """Else the fuzzing would start from what is refused anyway."""
    (tmp_path / "site.yaml").write_text(TABLE)
    (tmp_path / "cameras.csv").write_text(ROWS)
    assert read(tmp_path / "site.yaml") is not None
    (tmp_path / "site.yaml").write_bytes(EXAMPLE)
    assert read(tmp_path / "site.yaml") is not None
