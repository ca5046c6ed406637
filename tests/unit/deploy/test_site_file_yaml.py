from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deploy import yaml_text
from deploy.site_file import load_site
from tests.unit.deploy.site_text import GOOD, faults, write

LOADERS = [
    pytest.param(yaml.SafeLoader, id="written in Python"),
    pytest.param(
        getattr(yaml, "CSafeLoader", None),
        id="written in C",
        marks=pytest.mark.skipif(
            not hasattr(yaml, "CSafeLoader"), reason="needs PyYAML built with libyaml"
        ),
    ),
]

TWICE = "    privacy_masks: [[[0, 0], [1, 0], [1, 1]]]\n    privacy_masks: []\n"
CONSENT = "    consent: {{until: {until}, purpose: 夜间防盗}}\n"


@pytest.fixture(autouse=True, params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "LOADER", request.param)


@pytest.mark.parametrize(
    ("text", "line", "path", "first"),
    [
        (GOOD + "site: other\n", 12, "site", 1),
        (GOOD + TWICE, 13, "cameras[0].privacy_masks", 12),
        (GOOD + 2 * CONSENT.format(until="2030-01-01"), 13, "cameras[0].consent", 12),
        (GOOD.replace("level: village", "level: village, id: '2'"), 3, "areas[0].id", 3),
    ],
)
def test_a_key_that_stands_twice_is_a_fault(
    tmp_path: Path, text: str, line: int, path: str, first: int
) -> None:
    assert faults(tmp_path, text) == [(line, path, f"stands twice, first on line {first}")]


def test_keys_that_stand_twice_hide_no_other_fault(tmp_path: Path) -> None:
    text = GOOD.replace('area: "1"', 'area: "9"') + "cameras: []\nsiet: {deep: [1, {x: 2}]}\n"
    assert [(line, path) for line, path, _ in faults(tmp_path, text)] == [
        (8, "cameras[0].area"),
        (12, "cameras"),
        (13, "siet"),
    ]


@pytest.mark.parametrize(
    ("added", "line", "path", "words"),
    [
        ("1: x", 12, "1", "a key must be text"),
        ("yes: x", 12, "yes", "a key must be text"),
        ("[a, b]: {c: [d]}", 12, "(file)", "a key must be text"),
        ("{a: b}: x", 12, "(file)", "a key must be text"),
        ("    zones: !!python/object:os.system {x: 1}", 12, "cameras[0].zones", "stands twice"),
        ("desk: !!python/object:os.system {url: 1}", 12, "desk", "python/object:os.system is not"),
        ("desk: !mine x", 12, "desk", "tag !mine is not known"),
        ("desk: {session_hours: !!int x}", 12, "desk.session_hours", "not a valid int"),
        ("desk: {session_hours: !!bool x}", 12, "desk.session_hours", "not a valid bool"),
        ("desk: {session_hours: !!timestamp x}", 12, "desk.session_hours", "valid timestamp"),
        (f"desk: {{session_hours: {'9' * 5000}}}", 12, "desk.session_hours", "not a valid int"),
        (CONSENT.format(until="2027-02-30"), 12, "cameras[0].consent.until", "valid timestamp"),
        ("nodes: &a [*a]", 12, "nodes[0]", "*a stands inside what it names"),
        ("desk: &a {url: *a}", 12, "desk.url", "*a stands inside what it names"),
        ("desk: *nothing", 12, "desk", "*nothing names nothing above it"),
        ("desk: {<<: x}", 12, "desk.<<", "takes a table"),
        ("desk:\n  " + "[" * 500, 13, "(file)", "nested deeper than"),
        ("desk: " + "{a: " * 500, 12, "(file)", "nested deeper than"),
        ("desk: {url: \x07}", 12, "(file)", "control character U+0007"),
        ("---\nsite: second", 12, "(file)", "second document"),
        ("desk: [", 13, "(file)", "is not YAML"),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_line(
    tmp_path: Path, added: str, line: int, path: str, words: str
) -> None:
    found = faults(tmp_path, GOOD + added + "\n")
    assert [(f[0], f[1]) for f in found] == [(line, path)]
    assert words in found[0][2]


@pytest.mark.parametrize("key", ["_env_file", "_cli_parse_args", "_secrets_dir", "__init__"])
def test_a_key_that_would_steer_the_settings_library_is_unknown(tmp_path: Path, key: str) -> None:
    assert faults(tmp_path, f"{GOOD}{key}: true\n") == [(12, key, "Extra inputs are not permitted")]


def test_aliases_and_merged_tables_are_read(tmp_path: Path) -> None:
    text = GOOD.replace("  - id: one", "  - &one\n    id: one")
    text += "  - {<<: *one, id: two}\n  - {<<: [{id: x, name: a}, *one], id: three}\n"
    cameras = load_site(write(tmp_path, text)).cameras
    assert [camera.id for camera in cameras] == ["one", "two", "three"]
    assert cameras[0].zones == cameras[1].zones == cameras[2].zones
    assert [camera.name for camera in cameras] == ["", "", "a"]


def test_text_of_any_form_is_read_as_pyyaml_reads_it(tmp_path: Path) -> None:
    text = GOOD.replace("id: one", "id: 'one'\n    name: |\n      广场\n      东\n    class: 0b1")
    camera = load_site(write(tmp_path, "\ufeff" + text)).cameras[0]
    assert (camera.id, camera.name, camera.class_) == ("one", "广场\n东\n", 1)
