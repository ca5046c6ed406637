"""What an officer types and what is written meet in the same words."""

from __future__ import annotations

import pytest

from alerts.desk.search_words import AREA, Wanted, wanted_of, words_of


def is_found(typed: str, *texts: str) -> bool:
    """As both databases decide it."""
    words = words_of(*texts)
    return all(
        any(word.startswith(each.word) for word in words)
        if each.is_beginning
        else each.word in words
        for each in wanted_of(typed)
    )


TEXT = "清泉镇文化广场3号：消防通道被车辆占用。Parked CAR at gate-7"


@pytest.mark.parametrize(
    "typed",
    [
        *("消防", "通道", "占用", "道被", "消防通道", "车", "用", "广场 消防", "3号", "号"),
        *("car", "Car", "par", "gate", "car park", "ｃａｒ", "gate-7"),
    ],
)
def test_words_are_found(typed: str) -> None:
    assert is_found(typed, TEXT)


@pytest.mark.parametrize("typed", ["火灾", "道消", "消防车", "ark", "pa car", "8号", "羊"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    assert not is_found(typed, TEXT)


def test_a_two_character_word_is_one_word_of_the_index() -> None:
    assert wanted_of("消防") == (Wanted(word="消防"),)


def test_only_the_last_word_may_be_unfinished() -> None:
    assert wanted_of("park ca") == (Wanted(word="park"), Wanted(word="ca", is_beginning=True))


@pytest.mark.parametrize("typed", ["", " ", "%_'\"*()", "\ue000620725", "\0"])
def test_nothing_typed_is_syntax_or_a_mark(typed: str) -> None:
    assert all(each.word.isalnum() for each in wanted_of(typed))
    assert not any(each.word.startswith(AREA) for each in wanted_of(typed))


def test_characters_beyond_the_basic_plane_are_chinese_too() -> None:
    assert is_found("\U00020000村", "在\U00020000村")
