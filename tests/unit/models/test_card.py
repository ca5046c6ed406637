from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.catalogue import Catalogue
from models.errors import CardError
from tests.unit.models.conftest import write_card

INPUT = {"name": "i", "size_wh": [32, 32], "letterbox": "centre", "pad": 0}


def _without(card: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key != field}


@pytest.mark.parametrize(
    "field", ["name", "version", "origin", "licence", "sha256", "input", "classes", "decoder"]
)
def test_a_missing_field_is_named_with_its_file(
    folder: Path, card: dict[str, Any], field: str
) -> None:
    path = write_card(folder, _without(card, field))
    with pytest.raises(CardError, match="Field required") as caught:
        Catalogue.load(folder)
    assert (caught.value.path, caught.value.field) == (path, field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sha256": "abc"}, "sha256"),
        ({"file": "../elsewhere.onnx"}, "file"),
        ({"decoder": "magic"}, "decoder"),
        ({"min_confidence": 1.5}, "min_confidence"),
        ({"colour_of_hair": "red"}, "colour_of_hair"),
        ({"input": {"name": "i", "size_wh": [32, 32], "letterbox": "left", "pad": 0}}, "input"),
        ({"input": {**INPUT, "stride": 24}}, "input"),
        ({"input": {**INPUT, "least_px": 2000}}, "input"),
        ({"outputs": [{"name": "boxes", "shape": ["N", 2, 4]}]}, "card"),
        ({"classes": ["person", "car"]}, "card"),
        ({"classes": ["person", "person"]}, "classes"),
    ],
)
def test_a_wrong_field_is_named(
    folder: Path, card: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    write_card(folder, {**card, **change})
    with pytest.raises(CardError) as caught:
        Catalogue.load(folder)
    assert caught.value.field.split(".")[0] == field


@pytest.mark.parametrize("label", ["face", "licence plate", "zhang san", "Person", "gender"])
def test_a_label_outside_the_allow_list_is_refused_by_name(
    folder: Path, card: dict[str, Any], label: str
) -> None:
    path = write_card(folder, {**card, "classes": [label]})
    with pytest.raises(CardError, match=f"refused.*{label!r}") as caught:
        Catalogue.load(folder)
    assert (caught.value.path, caught.value.field) == (path, "classes")


@pytest.mark.parametrize("content", [b"{unclosed: [", b"\xff\xfe\x00", b"just words", b""])
def test_a_file_that_is_no_card_is_named(folder: Path, content: bytes) -> None:
    (folder / "tiny.yaml").write_bytes(content)
    with pytest.raises(CardError) as caught:
        Catalogue.load(folder)
    assert caught.value.path == folder / "tiny.yaml"


def test_a_card_named_unlike_its_file_is_refused(folder: Path, card: dict[str, Any]) -> None:
    write_card(folder, {**card, "id": "other"})
    with pytest.raises(CardError, match=r"tiny\.yaml: id: must be the file's: tiny"):
        Catalogue.load(folder)
