"""Dashboard and alert rules name only metrics that nodes and desk really say."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from alerts.desk.desk import Desk
from alerts.desk.metrics import DeskMetrics
from deploy.node import Node
from tests.desk_bus import FakeBus
from tests.desk_factories import desk_site
from tests.node_rig import site_of
from tests.unit.deploy.asset_files import DEPLOY

MOST_RULES = 6
PROMETHEUS_OWN = {"up"}
ASKED_FOR = {
    "node": [
        "frames_decoded", "frames_dropped", "stalls", "reconnects", "gate_open", "batches",
        "inferred", "stage_seconds", "outbox_backlog", "receipts",
    ],
    "desk": [
        "desk_cases", "desk_messages", "desk_receipts", "desk_consumer_lag_seconds",
        "desk_database_seconds", "desk_evidence_bytes", "desk_open_pages",
    ],
}  # fmt: skip
STAGES = {"demux", "decode", "gate", "letterbox", "inference", "nms", "track", "rules", "store"}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a node and a desk answer to Prometheus; nothing runs."""
    folder = tmp_path_factory.mktemp("metrics")
    camera = {"id": "gate", "area": "1", "url": "rtsp://127.0.0.1:9/none"}
    node = Node(site_of(folder, 1, [camera]), "node-1")
    desk = Desk(desk_site(folder), make_link=lambda _: FakeBus())
    try:
        with closing(desk.store.open()):
            return {
                "node": node.metrics.text().decode(),
                "desk": DeskMetrics(desk).text().decode(),
            }
    finally:
        node.http.stop()
        node.outbox.close()


@pytest.fixture(scope="module")
def names(said: dict[str, str]) -> set[str]:
    """Names of all series, as a query would name them."""
    families = [f for text in said.values() for f in text_string_to_metric_families(text)]
    return {sample.name for family in families for sample in family.samples}


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    document = json.loads((DEPLOY / "grafana" / "xueliang.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = document["panels"]
    return found


def metrics_in(expression: str) -> set[str]:
    """Words that are neither labels, label values, functions nor keywords."""
    plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on) \([^)]*\)", " ", expression)
    words = set(re.findall(r"[a-z_]\w*(?!\w*\s*\()", plain))
    return words - {"and", "or", "by", "on"}


def test_every_metric_of_the_rules_exists(names: set[str]) -> None:
    wanted = {name for rule in rules() for name in metrics_in(rule["expr"])}
    assert wanted - PROMETHEUS_OWN
    assert wanted <= names | PROMETHEUS_OWN


def test_every_metric_of_the_dashboard_exists(names: set[str]) -> None:
    targets = [target for panel in panels() for target in panel.get("targets", [])]
    wanted = {name for target in targets for name in metrics_in(target["expr"])}
    assert len(wanted) > 20
    assert wanted <= names


def test_there_are_few_rules_and_each_says_in_chinese_what_is_wrong() -> None:
    assert 0 < len(rules()) <= MOST_RULES
    for rule in rules():
        assert len(re.findall(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])) > 8
        assert rule["labels"]["severity"] in {"warning", "critical"}


def test_panels_lie_beside_each_other_and_have_their_own_numbers() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.parametrize(
    ("who", "name"), [(who, name) for who, all_ in ASKED_FOR.items() for name in all_]
)
def test_what_was_asked_for_is_said(said: dict[str, str], who: str, name: str) -> None:
    assert re.search(rf"^xueliang_{name}(_total)?[ {{]", said[who], re.MULTILINE)


def test_the_time_of_every_stage_is_said(said: dict[str, str]) -> None:
    found = re.findall(r'^xueliang_stage_seconds_total\{.*stage="(\w+)"', said["node"], re.M)
    assert set(found) == STAGES


def test_the_desk_says_nothing_of_areas_cameras_or_persons(said: dict[str, str]) -> None:
    families = text_string_to_metric_families(said["desk"])
    labels = {label for family in families for s in family.samples for label in s.labels}
    assert labels <= {"status", "result", "action"}


def test_the_sample_configuration_asks_where_nodes_and_desk_listen_by_default() -> None:
    text = (DEPLOY / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8")
    jobs = {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}
    assert jobs["xueliang-node"]["static_configs"][0]["targets"] == ["127.0.0.1:8090"]
    assert jobs["xueliang-desk"]["static_configs"][0]["targets"] == ["127.0.0.1:8080"]
    for name in yaml.safe_load(text)["rule_files"]:
        assert (Path(DEPLOY) / "prometheus" / name).is_file()
