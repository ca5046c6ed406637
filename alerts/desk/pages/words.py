"""The words of the pages in the officer's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.desk.pages.words_of_case import CASE_WORDS
from alerts.desk.pages.words_of_files import FILE_WORDS
from alerts.desk.pages.words_of_moves import MOVE_WORDS
from alerts.desk.pages.words_of_pages import PAGE_WORDS
from alerts.desk.pages.words_of_people import PEOPLE_WORDS
from alerts.desk.pages.words_of_queue import QUEUE_WORDS
from alerts.desk.pages.words_of_register import REGISTER_WORDS
from alerts.desk.pages.words_of_states import STATE_WORDS
from alerts.desk.pages.words_of_webhooks import WEBHOOK_WORDS
from alerts.desk.views import Language
from alerts.schema import Text

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **PAGE_WORDS,
        **PEOPLE_WORDS,
        **QUEUE_WORDS,
        **REGISTER_WORDS,
        **STATE_WORDS,
        **MOVE_WORDS,
        **CASE_WORDS,
        **FILE_WORDS,
        **WEBHOOK_WORDS,
    }
)
NO_LABELS: Mapping[str, Text] = MappingProxyType({})


class Words:
    """The table in one language."""

    def __init__(self, language: Language, labels: Mapping[str, Text] = NO_LABELS) -> None:
        self.language: Language = language
        self._labels = labels
        self._column = 0 if language == "zh" else 1

    @property
    def locale(self) -> str:
        """For the `lang` attribute and the browser's own formats."""
        return "zh-CN" if self.language == "zh" else "en"

    @property
    def list_mark(self) -> str:
        """What stands between the items of a list."""
        return "，" if self.language == "zh" else ", "

    @property
    def sentence_mark(self) -> str:
        """What stands between two short sentences."""
        return "；" if self.language == "zh" else "; "

    def __call__(self, key: str, **values: object) -> str:
        """The words of `key`; an unknown key is a KeyError."""
        text = WORDS[key][self._column]
        return text.format(**values) if values else text

    def named(self, group: str, value: str) -> str:
        """The words of `group.value`, or the value itself where it comes from a newer node."""
        entry = WORDS.get(f"{group}.{value}")
        return entry[self._column] if entry else value

    def text(self, text: Text) -> str:
        """A sentence in both languages; Chinese where the other is empty."""
        said = (text.zh if self.language == "zh" else text.en) or text.zh
        return said[:1].upper() + said[1:]

    def handed_to(self, department: str | None, handler: str | None) -> str:
        """A department, an officer or both, in one line."""
        return " · ".join(each for each in (department, handler) if each)

    def label(self, label: str) -> str:
        """The name of a label; the label itself where it has none."""
        name = self._labels.get(label)
        return label if name is None else (name.zh if self.language == "zh" else name.en)

    def some(self, *keys: str) -> dict[str, str]:
        """A part of the table, for a component in the browser."""
        return {key: self(key) for key in keys}
