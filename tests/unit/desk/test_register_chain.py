from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from alerts.desk.errors import VerifyError
from alerts.desk.register_chain import (
    FIELDS,
    NO_ENTRY,
    SEALED_FIELDS,
    START,
    BrokenChainError,
    ChainCheck,
    Head,
    hash_of,
    time_text,
)
from alerts.desk.register_file import closing_line, line, verify_file

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
Entry = dict[str, object]


def entry(number: int, previous: str, **fields: object) -> Entry:
    made: Entry = {name: f"{name} of {number}" for name in FIELDS}
    made |= {"number": number, "at": time_text(AT), "previous": previous, **fields}
    return made | {"hash": hash_of(made)}


def chain(count: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, count + 1):
        entries.append(entry(number, str(entries[-1]["hash"]) if entries else START))
    return entries


def head(entries: list[Entry]) -> Head:
    return Head(count=len(entries), hash=str(entries[-1]["hash"])) if entries else NO_ENTRY


def check(entries: list[Entry], must_hold: Head | None = None) -> Head:
    checked = ChainCheck(must_hold=must_hold)
    for each in entries:
        checked.take(each)
    return checked.finish()


def broken_at(entries: list[Entry], must_hold: Head | None = None) -> int:
    with pytest.raises(BrokenChainError) as caught:
        check(entries, must_hold)
    return caught.value.number


def write(path: Path, entries: list[Entry], end: Head | None = None) -> Path:
    text = "".join(line(each) for each in entries)
    path.write_text(text + closing_line(end or head(entries), "test", AT), encoding="utf-8")
    return path


def test_an_untouched_chain_is_intact() -> None:
    entries = chain(5)
    assert check(entries) == head(entries)
    assert check([]) == NO_ENTRY


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_change_of_any_field_is_found_where_it_is(field: str) -> None:
    entries = chain(5)
    entries[2][field] = 7 if field == "number" else "b" * 64
    assert broken_at(entries) == 3


@pytest.mark.parametrize("field", sorted(FIELDS - {"hash"}))
def test_a_field_that_is_taken_out_or_added_is_found(field: str) -> None:
    entries = chain(3)
    del entries[1][field]
    assert broken_at(entries) == 2
    entries = chain(3)
    entries[1]["more"] = "words"
    assert broken_at(entries) == 2


def test_an_entry_changed_with_a_new_hash_breaks_the_next() -> None:
    entries = chain(5)
    entries[2] = entry(3, str(entries[1]["hash"]), reason="another")
    assert broken_at(entries) == 4


@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (lambda entries: entries.pop(1), 2),
        (lambda entries: entries.pop(0), 1),
        (lambda entries: entries.insert(2, dict(entries[1])), 3),
        (lambda entries: entries.reverse(), 1),
    ],
    ids=["one taken out", "the first taken out", "one doubled", "turned round"],
)
def test_entries_taken_out_put_in_or_moved_are_found(
    tamper: Callable[[list[Entry]], object], number: int
) -> None:
    entries = chain(4)
    tamper(entries)
    assert broken_at(entries) == number


def test_a_cut_off_end_is_found_only_against_a_head_kept_elsewhere() -> None:
    entries = chain(5)
    kept = head(entries)
    assert check(entries[:3]).count == 3
    assert broken_at(entries[:3], kept) == 4


def test_a_chain_made_anew_is_found_only_against_a_head_kept_elsewhere() -> None:
    entries = chain(5)
    kept = head(entries[:4])
    assert check(entries, kept) == head(entries)
    forged: list[Entry] = []
    for number in range(1, 6):
        previous = str(forged[-1]["hash"]) if forged else START
        forged.append(entry(number, previous, actor="somebody"))
    assert check(forged).count == 5
    assert broken_at(forged, kept) == 4


def test_sealed_entries_keep_their_place_only() -> None:
    entries = chain(4)
    entries[1] = {name: entries[1][name] for name in SEALED_FIELDS}
    assert check(entries) == head(entries)
    entries[1]["hash"] = "b" * 64
    assert broken_at(entries) == 3


def test_a_time_is_hashed_alike_wherever_it_was_told() -> None:
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert time_text(shanghai) == time_text(AT) == "2026-11-22T03:00:00.000000+00:00"


@pytest.mark.parametrize("words", ["", "5", "5:", f"x:{START}", "5:" + "g" * 64, f"٥:{START}"])
def test_what_is_no_head_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="COUNT:HASH"):
        Head.parse(words)


def test_a_head_is_read_as_it_is_shown() -> None:
    assert Head.parse(str(Head(count=5, hash=START))) == Head(count=5, hash=START)


def test_an_exported_file_is_intact(tmp_path: Path) -> None:
    entries = chain(3)
    found = verify_file(write(tmp_path / "register.jsonl", entries))
    assert (found.head, found.sealed, found.site) == (head(entries), 0, "test")


def test_a_register_without_entries_is_intact(tmp_path: Path) -> None:
    assert verify_file(write(tmp_path / "register.jsonl", [])).head == NO_ENTRY


def test_a_file_cut_off_at_any_line_is_found(tmp_path: Path) -> None:
    lines = write(tmp_path / "whole", chain(3)).read_text().splitlines(keepends=True)
    for kept in range(1, 4):
        (tmp_path / "cut").write_text("".join(lines[:kept]))
        with pytest.raises(BrokenChainError) as caught:
            verify_file(tmp_path / "cut")
        assert caught.value.number == kept + 1


@pytest.mark.parametrize(
    ("end", "number"),
    [(Head(count=5, hash="b" * 64), 4), (Head(count=2, hash="b" * 64), 3), (NO_ENTRY, 1)],
)
def test_a_closing_line_of_other_entries_is_found(tmp_path: Path, end: Head, number: int) -> None:
    with pytest.raises(BrokenChainError) as caught:
        verify_file(write(tmp_path / "file", chain(3), end))
    assert caught.value.number == number


def test_a_last_entry_made_anew_does_not_fit_its_closing_line(tmp_path: Path) -> None:
    entries = chain(3)
    kept = head(entries)
    entries[2] = entry(3, str(entries[1]["hash"]), actor="somebody")
    with pytest.raises(BrokenChainError) as caught:
        verify_file(write(tmp_path / "file", entries, kept))
    assert caught.value.number == 3


def test_nothing_may_stand_behind_the_closing_line(tmp_path: Path) -> None:
    entries = chain(3)
    file = write(tmp_path / "file", entries[:2])
    file.write_text(file.read_text() + line(entries[2]))
    with pytest.raises(BrokenChainError, match="behind the closing line"):
        verify_file(file)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"words\n", b"[1]\n", b"{}\n", b"[" * 100_000, b'{"kind": "dossier"}\n'],
)
def test_what_is_no_register_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(VerifyError):
        verify_file(tmp_path / "file")


def test_rubbish_within_a_register_is_a_break(tmp_path: Path) -> None:
    file = write(tmp_path / "file", chain(3))
    lines = file.read_bytes().splitlines(keepends=True)
    for rubbish in (b"\n", b"\xff\n", b'{"number": "\\ud800"}\n', b"x" * 200_000):
        file.write_bytes(b"".join([lines[0], rubbish, *lines[1:]]))
        with pytest.raises(BrokenChainError) as caught:
            verify_file(file)
        assert caught.value.number == 2


def test_half_a_surrogate_pair_is_hashed_and_not_stumbled_over(tmp_path: Path) -> None:
    entries = chain(2)
    entries[1]["reason"] = "\ud800"
    text = "".join(json.dumps(each) + "\n" for each in entries)
    (tmp_path / "file").write_text(text)
    with pytest.raises(BrokenChainError, match="was changed"):
        verify_file(tmp_path / "file")
