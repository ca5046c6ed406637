"""Bytes as a broken or hostile sender would make them, for hypothesis.

`FUZZ` draws the same examples in every run, so that a failure is not a matter of luck.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FUZZ = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any characters: also lone surrogates, NUL, those that change direction."""

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, 10**400, -(2**63) - 1]),
    st.floats(),
    TEXT,
    st.sampled_from(["", "NaN", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "../..", "#"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
HOSTILE = st.sampled_from(
    [b"", b"\0", b"[" * 50_000, b'{"a":' * 20_000, b"1" * 6000, b"\xff\xfe", b'"\\ud800"', b"1e999"]
)


@st.composite
def changed(draw: st.DrawFn, good: object) -> Any:  # noqa: ANN401 - whatever is inside
    """`good` with one value, somewhere in it, replaced, taken away or added to."""
    if isinstance(good, dict) and good and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(good)))
        rest = {name: value for name, value in good.items() if name != key}
        if draw(st.integers(0, 9)) == 0:
            return rest
        return {**rest, key: draw(changed(good[key]))}
    if isinstance(good, dict) and draw(st.booleans()):
        return {**good, draw(TEXT): draw(VALUES)}
    if isinstance(good, list) and good and draw(st.booleans()):
        at = draw(st.integers(0, len(good) - 1))
        return [*good[:at], draw(changed(good[at])), *good[at + 1 :]]
    return draw(VALUES)


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """`good` cut off, with other bytes in the middle of it, or with a part twice."""
    first = draw(st.integers(0, len(good)))
    last = draw(st.integers(first, len(good)))
    middle = draw(st.one_of(st.just(b""), st.binary(max_size=8), st.just(good[first:last] * 2)))
    return good[:first] + middle + draw(st.sampled_from([good[last:], b""]))


def payloads(good: bytes) -> st.SearchStrategy[bytes]:
    """What may come instead of the JSON text `good`."""
    other = changed(json.loads(good)).map(lambda value: json.dumps(value).encode())
    return st.one_of(other, other, damaged(good), st.binary(max_size=64), HOSTILE)
