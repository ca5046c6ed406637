"""How often Python looks for garbage that refers to itself."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made and not yet freed until it looks through the young ones; Python's own 700 are
packets of a few seconds."""

OLDER = (20, 50)
"""Looks through a generation before one through the next older."""


def collect_rarely() -> None:
    """Leave out what is there now, and look through the rest more rarely; call once started.

    A node's modules, models and settings live as long as it does. Looking through them stops
    every thread for a tenth of a second, several times a minute, and never finds anything: what
    comes and goes, packets and frames, is freed without a collection.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
