from __future__ import annotations

from ingest.backoff import AFTER_TIMEOUT_S, LONGEST_S, SHORTEST_S, Backoff


def test_the_bound_doubles_up_to_the_longest_and_begins_again_after_a_good_stream() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next_s() for _ in range(7)] == [1, 2, *[LONGEST_S] * 5]
    backoff.reset()
    assert backoff.next_s() == 1


def test_after_a_time_out_the_wait_only_spreads_and_the_bound_stays() -> None:
    chances = iter([1.0, 0.5, 0.0, 1.0])
    backoff = Backoff(lambda: next(chances))
    assert [backoff.brief_s() for _ in range(3)] == [AFTER_TIMEOUT_S, 0.3, SHORTEST_S]
    assert backoff.next_s() == 1


def test_the_wait_is_anywhere_below_the_bound_but_never_nothing() -> None:
    chances = iter([0.5, 0.25, 0.0])
    backoff = Backoff(lambda: next(chances))
    assert [backoff.next_s() for _ in range(3)] == [0.5, 0.5, SHORTEST_S]
