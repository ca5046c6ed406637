from __future__ import annotations

from pathlib import Path

import pytest

from models.catalogue import Catalogue
from models.errors import CardError
from models.labels import allowed_labels


def test_every_label_has_a_chinese_and_an_english_name() -> None:
    labels = allowed_labels()
    assert labels["person"].zh == "人"
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in name.zh) for name in labels.values()
    )
    assert len({name.zh for name in labels.values()}) == len(labels)


def test_no_label_tells_who_somebody_is() -> None:
    forbidden = ("face", "plate", "gender", "age", "identity", "name", "race", "iris", "gait")
    words = {word for label in allowed_labels() for word in label.split()}
    assert words.isdisjoint(forbidden)


def test_events_of_later_models_are_there() -> None:
    assert {"fire", "smoke"} <= allowed_labels().keys()


def test_the_default_models_know_the_80_classes_of_coco() -> None:
    for card in Catalogue.load().cards.values():
        assert len(card.classes) == 80
        assert card.classes[0] == "person"
        assert card.classes[79] == "toothbrush"


@pytest.mark.parametrize(
    ("text", "field"), [("person: {zh: 人}", "person.en"), ("- person", "file"), ("a: [", "file")]
)
def test_a_malformed_allow_list_is_named(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CardError) as caught:
        allowed_labels(path)
    assert (caught.value.path, caught.value.field) == (path, field)
