"""How often Python looks for garbage that refers to itself."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made and not yet freed until it looks through the young ones; Python's own 700 are
packets of a few seconds."""

OLDER = (20, 50)
"""Looks through a generation before one through the next older."""


def leave_out_what_is_there() -> None:
    """Look no more through what has been made until now: modules live as long as the process.

    Looking through them stops every thread for a tenth of a second and more, and never finds
    anything.
    """
    gc.collect()
    gc.freeze()


def collect_rarely() -> None:
    """Leave out what is there, and look through the rest more rarely; call once a node started.

    What comes and goes on a node, packets and frames, is freed without a collection.
    """
    leave_out_what_is_there()
    gc.set_threshold(YOUNG, *OLDER)
