"""Whether tests run for as long as the promises say, or only as long as is needed to notice."""

from __future__ import annotations

import os

VARIABLE = "XUELIANG_LONG"

IS_LONG = bool(os.environ.get(VARIABLE))
"""Set the variable for the figures in README: minutes instead of seconds."""
