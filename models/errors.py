"""Errors of the model catalogue.

::

    CatalogueError
    ├── CardError               a card file is malformed; names file and field
    ├── UnknownModelError       no card has this id
    ├── ChecksumMismatchError   a file is not the one its card or its builder names
    ├── ModelContractError      a model's inputs or outputs are not what its card says
    ├── BuildError              a model file could not be built from its source
    ├── EvaluationError         pictures or labels to evaluate on cannot be used
    └── MissingExtraError       the optional packages for building and evaluating are absent
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class CatalogueError(Exception):
    """Something is wrong with a model, its card or its source."""

    retryable: ClassVar[bool] = False


class CardError(CatalogueError):
    """A card cannot be used: a field is missing, unknown or out of range."""

    def __init__(self, *, path: Path, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path, self.field, self.problem = path, field, problem


class UnknownModelError(CatalogueError):
    """No card of the catalogue has this id."""

    def __init__(self, *, card_id: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"no model card has the id {card_id!r}; known: {', '.join(known) or 'none'}"
        )
        self.card_id, self.known = card_id, known


class ChecksumMismatchError(CatalogueError):
    """A file's sha256 differs from the one written down for it."""

    def __init__(self, *, path: Path, expected: str, actual: str) -> None:
        super().__init__(f"{path}: sha256: expected {expected}, the file has {actual}")
        self.path, self.expected, self.actual = path, expected, actual


class ModelContractError(CatalogueError):
    """A model file does not load, or offers other inputs or outputs than its card."""

    def __init__(self, *, path: Path, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path, self.field, self.problem = path, field, problem


class BuildError(CatalogueError):
    """A model file could not be made; says which step of the build failed and why."""


class EvaluationError(CatalogueError):
    """The folder to evaluate on cannot be used; names the file and what is wrong with it."""


class MissingExtraError(CatalogueError):
    """A package of the optional extra `models` is not installed."""

    def __init__(self, *, package: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'xueliang[models]'")
        self.package = package
