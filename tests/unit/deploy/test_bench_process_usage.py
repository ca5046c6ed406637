"""What /proc says of a process."""

from __future__ import annotations

import os
import time
from itertools import count

from deploy.bench.process_usage import (
    PAGE_BYTES,
    TICKS_HZ,
    cpu_seconds,
    resident_bytes,
    usage_of,
)

STAT = (
    "4242 (a (strange) name) S 1 4242 4242 0 -1 4194560 1000 2000 3 4 "
    "150 50 7 8 20 0 12 0 99 123456 789 18446744073709551615"
)


def test_user_and_system_time_are_added_whatever_the_program_is_called() -> None:
    assert cpu_seconds(STAT) == 200 / TICKS_HZ


def test_resident_memory_is_the_second_number_in_pages() -> None:
    assert resident_bytes("1000 250 30 4 0 99 0\n") == 250 * PAGE_BYTES


def test_a_process_that_works_uses_time_and_memory() -> None:
    before = usage_of(os.getpid())
    began = time.process_time()
    assert next(n for n in count() if time.process_time() - began > 3 / TICKS_HZ) > 0
    after = usage_of(os.getpid())
    assert after.cpu_s > before.cpu_s
    assert after.rss_bytes > 1_000_000


def test_a_process_that_is_gone_used_nothing() -> None:
    child = os.posix_spawn("/bin/true", ["/bin/true"], {})
    os.waitpid(child, 0)
    assert (usage_of(child).cpu_s, usage_of(child).rss_bytes) == (0.0, 0)
