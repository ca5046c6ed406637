"""Whatever lies where a card or a model file should: a fault in words, and the process lives."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from models.card import ModelCard
from models.catalogue import Catalogue, read_card
from models.contract import check_contract
from models.errors import CardError, CatalogueError, ModelContractError
from tests.conftest import REPOSITORY
from tests.fuzz import FUZZ, changed, damaged
from tests.unit.models.conftest import tiny_card, tiny_model, write_card

MODEL = tiny_model()
CARD = yaml.safe_dump(tiny_card(MODEL)).encode()
DAMAGES = 300


@FUZZ
@given(content=damaged(CARD))
def test_every_damaged_card_is_read_or_its_fault_is_said(tmp_path: Path, content: bytes) -> None:
    _read(tmp_path, content)


@FUZZ
@given(value=changed(tiny_card(MODEL)))
def test_every_changed_card_is_read_or_its_fault_is_said(tmp_path: Path, value: object) -> None:
    _read(tmp_path, yaml.dump(value).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\xff", b"[" * 50_000, b"a: &a [*a]", b"until: 2027-02-30", b"!!python/none x"],
)
def test_a_hostile_card_is_a_fault(tmp_path: Path, content: bytes) -> None:
    assert _read(tmp_path, content) is None


def _read(folder: Path, content: bytes) -> ModelCard | None:
    """The card, or None where its fault names the file and is no longer than a screen."""
    path = folder / "tiny.yaml"
    path.write_bytes(content)
    try:
        return read_card(path)
    except CardError as error:
        said = str(error)
    assert said.startswith(f"{path}: ")
    return None


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"\x08\x0a", MODEL[:10], MODEL[: len(MODEL) // 2], MODEL[:-1], b"PK\3\4"],
    ids=["empty", "zeros", "header", "ten bytes", "half", "all but one", "zip"],
)
def test_a_file_that_is_no_model_is_a_fault_that_names_it(
    folder: Path, card: dict[str, Any], content: bytes
) -> None:
    file = folder / "tiny.onnx"
    file.write_bytes(content)
    with pytest.raises(ModelContractError, match=r"tiny\.onnx: "):
        check_contract(ModelCard.model_validate(card), file)


def test_a_damaged_model_of_the_catalogue_is_a_fault(folder: Path, card: dict[str, Any]) -> None:
    write_card(folder, card)
    (folder / "tiny.onnx").write_bytes(MODEL[:-3])
    with pytest.raises(CatalogueError, match="sha256"):
        Catalogue.load(folder).verify()


PROGRAM = """\
import random, sys
from pathlib import Path
from tests.unit.models.test_fuzz_models import spoil_models
spoil_models(Path(sys.argv[1]), int(sys.argv[2]))
"""


def spoil_models(folder: Path, count: int) -> None:
    """Load damaged copies of the tiny model; prints what became of each."""
    draw = random.Random(7)
    card = ModelCard.model_validate(tiny_card(MODEL))
    file = folder / "tiny.onnx"
    said = []
    for _ in range(count):
        file.write_bytes(spoilt(draw))
        try:
            check_contract(card, file)
            said.append("good")
        except ModelContractError:
            said.append("refused")
    sys.stdout.write(" ".join(said))


def spoilt(draw: random.Random) -> bytes:
    """The model with up to eight bytes changed, or cut off, or with a part twice."""
    content = bytearray(MODEL)
    for _ in range(draw.randint(1, 8)):
        content[draw.randrange(len(content))] = draw.randrange(256)
    if draw.random() < 0.3:
        return bytes(content[: draw.randrange(len(content))])
    if draw.random() < 0.2:
        at = draw.randrange(len(content))
        return bytes(content[:at] + content[at // 2 : at] + content[at:])
    return bytes(content)


def test_no_damage_to_a_model_file_ends_the_process(tmp_path: Path) -> None:
    """In a process of its own: an error in native code would end this one."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(DAMAGES)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout.split()
    assert len(said) == DAMAGES
    assert said.count("refused") > DAMAGES / 2
