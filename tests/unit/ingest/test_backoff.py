from __future__ import annotations

from ingest.backoff import LONGEST_S, SHORTEST_S, Backoff


def test_the_bound_doubles_up_to_the_longest_and_begins_again_after_a_good_stream() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next_s() for _ in range(7)] == [1, 2, 4, 8, 16, LONGEST_S, LONGEST_S]
    backoff.reset()
    assert backoff.next_s() == 1


def test_the_wait_is_anywhere_below_the_bound_but_never_nothing() -> None:
    chances = iter([0.5, 0.25, 0.0])
    backoff = Backoff(lambda: next(chances))
    assert [backoff.next_s() for _ in range(3)] == [0.5, 0.5, SHORTEST_S]
