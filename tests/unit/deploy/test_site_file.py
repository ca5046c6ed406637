from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deploy.site_file import SiteFileError, load_site
from tests.unit.deploy.site_text import GOOD, faults, write

EXAMPLE = Path(__file__).resolve().parents[3] / "deploy" / "site.example.yaml"


def test_the_example_is_without_fault() -> None:
    assert len(load_site(EXAMPLE).cameras) == 2


def test_only_five_things_need_to_be_given(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    assert site.evidence_store == "file:///var/lib/xueliang/evidence"
    assert site.database == "sqlite:////var/lib/xueliang/desk.db"
    assert site.node_of(site.cameras[0]) == site.nodes[0].id
    assert site.model_of(site.cameras[0]) == "coco"


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "words"),
    [
        ("site: test", "site: test\nsiet: x", 2, "siet", "Extra inputs"),
        ('area: "1"', 'area: "9"', 8, "cameras[0].area", "'9' is not in areas"),
        ("[1, 1]]", "[1, 1.5]]", 10, "cameras[0].zones[0].polygon[2][1]", "or equal to 1"),
        ("[[0, 0], [1, 0], [1, 1]]", "[[0, 0], [1, 1], [1, 0], [0, 1]]", 10,
         "cameras[0].zones[0].polygon", "crosses itself"),
        ("zone: lawn", "zone: yard", 11, "cameras[0].rules[0].zone", "'yard' is not in"),
        (", zone: lawn", "", 11, "cameras[0].rules[0].zone", "Field required"),
        ("[person]", "[unicorn]", 11, "cameras[0].rules[0].labels[0]", "does not see 'unicorn'"),
        ("card: nanodet-g-int8", "card: nothing", 5, "models[0].card", "nothing"),
        ("    url: rtsp://127.0.0.1/one\n", "", 7, "cameras[0]", "url or url_file"),
        ("level: village", "level: planet", 3, "areas[0].level", "county"),
        ("host: 127.0.0.1", "host: 127.0.0.1, port: x", 4, "mqtt.port", "integer"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_key_path_and_line(
    tmp_path: Path, old: str, new: str, line: int, path: str, words: str
) -> None:
    found = faults(tmp_path, GOOD.replace(old, new, 1))
    assert [(f[0], f[1]) for f in found] == [(line, path)]
    assert words in found[0][2]


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("site: test", "site: test\nsiet: x").replace('area: "1"', 'area: "9"')
    text = text.replace("zone: lawn", "zone: yard").replace("[1, 1]]", "[1, 2]]")
    text += "  - {id: one, area: '1', url: rtsp://127.0.0.1/two}\n"
    assert {path for _, path, _ in faults(tmp_path, text)} == {
        "siet",
        "cameras[0].area",
        "cameras[0].zones[0].polygon[2][1]",
        "cameras[0].rules[0].zone",
        "cameras[1].id",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("- a list", "not a table"),
        ("site: [", "not YAML"),
    ],
)
def test_what_is_no_site_file_is_said_so(tmp_path: Path, text: str, words: str) -> None:
    assert words in faults(tmp_path, text)[0][2]


def test_a_missing_file_is_a_fault_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match="cannot be read"):
        load_site(tmp_path / "absent.yaml")


def test_areas_in_a_circle_are_named(tmp_path: Path) -> None:
    text = GOOD.replace(
        "level: village}",
        'level: village, parent: "2"}\n  - {id: "2", name: b, level: town, parent: "1"}',
    )
    assert [path for _, path, _ in faults(tmp_path, text)] == ["areas[0].parent", "areas[1].parent"]


def test_cameras_may_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "cameras.csv").write_text(
        "id,name,area,url,class,zones\n"
        'one,广场,1,rtsp://127.0.0.1/one,1,"[{id: lawn, polygon: [[0,0],[1,0],[1,1]]}]"\n'
        "two,,1,rtsp://127.0.0.1/two,,\n",
        encoding="utf-8",
    )
    data = yaml.safe_load(GOOD) | {"cameras": {"file": "cameras.csv"}}
    site = load_site(write(tmp_path, yaml.safe_dump(data)))
    assert [(c.id, c.class_, len(c.zones)) for c in site.cameras] == [("one", 1, 1), ("two", 2, 0)]


def test_the_environment_overrides_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUELIANG_MQTT__HOST", "broker.example")
    assert load_site(write(tmp_path, GOOD)).mqtt.host == "broker.example"


def test_an_address_is_never_shown(tmp_path: Path) -> None:
    text = GOOD.replace("rtsp://127.0.0.1/one", "rtsp://admin:hunter2@127.0.0.1/one")
    site = load_site(write(tmp_path, text))
    assert "hunter2" not in repr(site)
    assert "hunter2" not in site.model_dump_json()
