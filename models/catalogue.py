"""The models at hand: cards, and the files that lie beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

import yaml
from pydantic import ValidationError

from models.card import ModelCard
from models.contract import check_contract
from models.errors import CardError, ChecksumMismatchError, UnknownModelError

CARDS = Path(__file__).with_name("cards")
DEFAULT_CARD = "nanodet-g-int8"
UNREADABLE = (
    *(OSError, yaml.YAMLError, RecursionError),
    # what PyYAML raises on 2027-02-30, !!int "", !!bool maybe, !!timestamp x; and no UTF-8
    *(ArithmeticError, AttributeError, LookupError, ValueError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every card of one folder, by id."""

    folder: Path
    cards: Mapping[str, ModelCard]

    @classmethod
    def load(cls, folder: Path = CARDS) -> Self:
        """Reads all cards of `folder`; touches no model file.

        Raises:
            CardError: a card is malformed; names file and field.
        """
        cards: dict[str, ModelCard] = {}
        for path in sorted(folder.glob("*.yaml")):
            card = read_card(path)
            if card.id != path.stem:
                raise CardError(path=path, field="id", problem=f"must be the file's: {path.stem}")
            cards[card.id] = card
        return cls(folder=folder, cards=MappingProxyType(cards))

    def card(self, card_id: str) -> ModelCard:
        """The card with this id.

        Raises:
            UnknownModelError: there is none.
        """
        try:
            return self.cards[card_id]
        except KeyError:
            raise UnknownModelError(card_id=card_id, known=tuple(self.cards)) from None

    def file(self, card: ModelCard) -> Path:
        """Where the model file of `card` lies."""
        return self.folder / card.file

    def is_built(self, card: ModelCard) -> bool:
        """Whether the model file of `card` is there."""
        return self.file(card).is_file()

    def verify_checksum(self, card: ModelCard) -> None:
        """Checks that the file of `card` is the one the card describes.

        Raises:
            CardError: the file is absent.
            ChecksumMismatchError: it is another one.
        """
        path = self.file(card)
        try:
            with path.open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            card_path = self.folder / f"{card.id}.yaml"
            problem = f"{card.file} cannot be read: {error.strerror}"
            raise CardError(path=card_path, field="file", problem=problem) from error
        if actual != card.sha256:
            raise ChecksumMismatchError(path=path, expected=card.sha256, actual=actual)

    def verify(self, card_id: str | None = None) -> tuple[ModelCard, ...]:
        """Checks checksum, loading, inputs and outputs of one card, or of all.

        Returns:
            The cards checked.

        Raises:
            CatalogueError: the first fault; names file and field.
        """
        chosen = (self.card(card_id),) if card_id else tuple(self.cards.values())
        for card in chosen:
            self.verify_checksum(card)
            check_contract(card, self.file(card))
        return chosen


def read_card(path: Path) -> ModelCard:
    """Reads one card.

    Raises:
        CardError: names the file and its first wrong field.
    """
    try:
        return ModelCard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "card"
        raise CardError(path=path, field=field, problem=first["msg"]) from error
    except UNREADABLE as error:
        raise CardError(path=path, field="file", problem=str(error)) from error
