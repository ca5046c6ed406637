"""`decoder` in a site file: a node's, a camera's own, and what this libav does not offer."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.settings import Site
from deploy.site_file import load_site
from deploy.site_warnings import warnings
from tests.unit.deploy.site_text import GOOD, faults, write

NODES = "nodes: [{id: node-1, decoder: qsv}, {id: node-2}]\n"


def site(folder: Path, *, nodes: str = "", camera: str = "") -> Site:
    return load_site(write(folder, nodes + GOOD.replace("    zones:", camera + "    zones:", 1)))


@pytest.mark.parametrize(
    ("nodes", "camera", "decoder"),
    [
        ("", "", "software"),
        (NODES, "", "qsv"),
        (NODES, "    node: node-2\n", "software"),
        (NODES, "    decoder: software\n", "software"),
        ("", "    decoder: auto\n", "auto"),
    ],
)
def test_a_cameras_decoder_is_its_own_or_its_nodes(
    tmp_path: Path, nodes: str, camera: str, decoder: str
) -> None:
    loaded = site(tmp_path, nodes=nodes, camera=camera)
    assert loaded.decoder_of(loaded.cameras[0]) == decoder


def test_an_unknown_decoder_is_a_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, GOOD.replace("    zones:", "    decoder: abacus\n    zones:", 1))
    assert [fault[1] for fault in found] == ["cameras[0].decoder"]


def test_what_this_libav_does_not_offer_is_a_warning_with_key_and_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.site_warnings.is_offered", lambda name: name == "h264_qsv")
    loaded = site(tmp_path, nodes=NODES, camera="    decoder: cuvid\n")
    said = list(warnings(loaded))
    assert [line.split(":")[0] for line in said] == [
        "nodes[0].decoder",
        "cameras[0].decoder",
        "cameras[0].decoder",
    ]
    assert [line.split(" has no ")[1].split(";")[0] for line in said] == [
        "hevc_qsv",
        "h264_cuvid",
        "hevc_cuvid",
    ]
    assert "camera one" in said[1]


@pytest.mark.parametrize("camera", ["", "    decoder: auto\n"])
def test_nothing_named_is_nothing_to_warn_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, camera: str
) -> None:
    monkeypatch.setattr("deploy.site_warnings.is_offered", lambda _: False)
    assert list(warnings(site(tmp_path, camera=camera))) == []
