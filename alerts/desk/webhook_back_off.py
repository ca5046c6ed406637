"""When a message that failed is tried again, and when it is given up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
GIVEN_UP = timedelta(hours=24)
"""After its making; a receiver that is away longer asks for what it lacks over REST."""
JITTER = 0.2


def back_off(failures: int, chance: Callable[[], float] = random.random) -> timedelta:
    """After `failures` ≥ 1 in a row: doubled each time up to `LONGEST`, a fifth more or less."""
    plain = min(FIRST * (1 << min(failures - 1, 20)), LONGEST)
    return plain * (1 - JITTER + 2 * JITTER * chance())
