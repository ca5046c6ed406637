"""What the processor can do that decides which arithmetic is fast."""

from __future__ import annotations

from functools import cache
from pathlib import Path

VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "asimddp"})
"""Integer dot products as the kernel names them: AVX-512 VNNI, AVX-VNNI, Arm's SDOT."""


@cache
def has_integer_dot_products(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether int8 networks are faster than float32 here; True where it cannot be told."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    flags = {
        flag
        for line in text.splitlines()
        if line.lower().startswith(("flags", "features"))
        for flag in line.partition(":")[2].split()
    }
    return not flags or bool(flags & VNNI_FLAGS)
