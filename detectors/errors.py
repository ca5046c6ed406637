"""Errors of the detection side.

DetectorError
├── SessionError      a model cannot be opened with the wanted providers
└── InferenceError    a run of an opened model failed
"""

from __future__ import annotations


class DetectorError(Exception):
    """Base of all errors of the detection side; names the model."""

    retryable = False

    def __init__(self, message: str, *, model_id: str) -> None:
        super().__init__(f"model {model_id}: {message}")
        self.model_id = model_id


class SessionError(DetectorError):
    """The model cannot be opened with the wanted providers."""


class InferenceError(DetectorError):
    """A run of an opened model failed."""

    retryable = True
