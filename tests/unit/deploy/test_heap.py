"""Free memory goes back to the system while a node runs."""

from __future__ import annotations

import ctypes
from threading import Event
from types import SimpleNamespace

import pytest

from deploy.heap import HeapTrimmer

PATIENCE_S = 5.0


class Library:
    """A C library that counts how often it was asked to give back."""

    def __init__(self) -> None:
        self.calls = 0
        self.was_called_twice = Event()

    def malloc_trim(self, pad: int) -> int:
        assert pad == 0
        self.calls += 1
        if self.calls == 2:
            self.was_called_twice.set()
        return 1


def test_free_memory_is_given_back_again_and_again_until_the_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    trimmer = HeapTrimmer(every_s=0.0)
    trimmer.start()
    assert library.was_called_twice.wait(PATIENCE_S)
    trimmer.stop()
    trimmer.stop()
    calls = library.calls
    assert not Event().wait(0.01)
    assert library.calls == calls


def test_a_library_without_such_a_call_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    trimmer = HeapTrimmer(every_s=0.0)
    trimmer.start()
    trimmer.stop()


def test_one_that_never_started_can_be_stopped() -> None:
    HeapTrimmer().stop()
