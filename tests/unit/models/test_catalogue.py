from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from models.catalogue import DEFAULT_CARD, Catalogue
from models.errors import (
    CardError,
    ChecksumMismatchError,
    ModelContractError,
    UnknownModelError,
)
from tests.unit.models.conftest import tiny_model, write_card


def test_a_sound_catalogue_verifies(folder: Path) -> None:
    assert [card.id for card in Catalogue.load(folder).verify()] == ["tiny"]


def test_the_committed_models_are_those_their_cards_describe() -> None:
    verified = {card.id for card in Catalogue.load().verify()}
    assert {"nanodet-g", DEFAULT_CARD} <= verified


def test_each_committed_licence_lies_beside_its_card() -> None:
    catalogue = Catalogue.load()
    for card in catalogue.cards.values():
        assert (catalogue.folder / card.licence_file).is_file(), card.id


def test_an_unknown_model_is_named_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"'yolo'.*known: tiny"):
        Catalogue.load(folder).card("yolo")


def test_a_changed_file_fails_its_checksum(folder: Path, model: bytes) -> None:
    path = folder / "tiny.onnx"
    path.write_bytes(model + b"\0")
    with pytest.raises(ChecksumMismatchError, match="sha256: expected") as caught:
        Catalogue.load(folder).verify("tiny")
    assert caught.value.path == path
    assert caught.value.expected == hashlib.sha256(model).hexdigest()


def test_an_absent_file_is_a_fault_of_the_card(folder: Path) -> None:
    (folder / "tiny.onnx").unlink()
    catalogue = Catalogue.load(folder)
    assert not catalogue.is_built(catalogue.card("tiny"))
    with pytest.raises(CardError, match=r"tiny\.yaml: file: tiny\.onnx cannot be read"):
        catalogue.verify()


@pytest.mark.parametrize(
    "content", [b"", b"not onnx at all", b"\x08\x0a" * 50], ids=["empty", "text", "no graph"]
)
def test_a_corrupt_file_is_named(folder: Path, card: dict[str, Any], content: bytes) -> None:
    (folder / "tiny.onnx").write_bytes(content)
    write_card(folder, {**card, "sha256": hashlib.sha256(content).hexdigest()})
    with pytest.raises(ModelContractError) as caught:
        Catalogue.load(folder).verify()
    assert (caught.value.path, caught.value.field) == (folder / "tiny.onnx", "file")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"input": {"name": "x", "size_wh": [32, 32], "letterbox": "centre", "pad": 0}}, "input"),
        (
            {"input": {"name": "images", "size_wh": [64, 32], "letterbox": "centre", "pad": 0}},
            "input.images",
        ),
        (
            {
                "outputs": [
                    {"name": "boxes", "shape": ["N", 3, 4]},
                    {"name": "scores", "shape": ["N", 3, 1]},
                ]
            },
            "outputs.boxes",
        ),
        (
            {
                "outputs": [
                    {"name": "boxes", "shape": [1, 2, 4]},
                    {"name": "scores", "shape": ["N", 2, 1]},
                ]
            },
            "outputs.boxes",
        ),
    ],
)
def test_ports_unlike_the_card_are_named(
    folder: Path, card: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    write_card(folder, {**card, **change})
    with pytest.raises(ModelContractError) as caught:
        Catalogue.load(folder).verify()
    assert (caught.value.path, caught.value.field) == (folder / "tiny.onnx", field)


def test_serialising_twice_gives_the_same_bytes(model: bytes) -> None:
    assert tiny_model() == model
