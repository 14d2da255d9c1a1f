"""Words of the worlds in another language. Worlds speak English; a table tells what each of their words is called.

Keys of the table are the English words, as with gettext, so that worlds need to know nothing of languages and a world
without a translation stays readable. Many words are made while a world runs, so a key may have gaps: ``{0}``, ``{1}``
stand for the first and the second number, ``{name}`` for words, which are translated by themselves::

    "round {0} of {1}" = "第 {0} 轮,共 {1} 轮"
    "for the {guest}" = "给{guest}"
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBER = r"[+\-−]?\d+(?:[.,]\d+)*%?"
MANY = 4096  # translations kept
LONGEST = 4000  # characters of a text that is looked up
DEEPEST = 3  # words in words in words
_NUMBER = re.compile(rf"(?<!\w){NUMBER}(?!\w)")
_GAP = re.compile(r"\{(\w+)\}")
_BETWEEN = re.compile(r"(\s{2,}|\n| · |, |; |: | → | \| )")
_LETTER = re.compile(r"[A-Za-z]{2}")  # what worlds speak is English
_NUMBERED = re.compile(r"(.*\D) (\d+)")


class Speech:
    """Translates by a table English → other language."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._table = {_flat(english): other for english, other in words.items()}
        gaps = [english for english in words if any(not gap.isdigit() for gap in _GAP.findall(english))]
        gaps.sort(key=lambda english: -len(_GAP.sub("", english)))  # what says most is tried first
        self._patterns = [(_pattern(english), words[english]) for english in gaps]
        self._known: dict[str, str] = {}

    def said(self, words: str) -> str:
        """The words in the other language; as they are where the table does not have them."""
        found = self._known.get(words)
        if found is None:
            if len(self._known) >= MANY:
                self._known.clear()
            found = self._known[words] = self._find(words, 0)
        return found

    def knows(self, words: str) -> bool:
        """Whether the table has all of these words, or nothing of them is a word."""
        return not _LETTER.search(words) or self._whole(words, 0) is not None

    def _find(self, words: str, depth: int) -> str:
        if len(words) > LONGEST or not _LETTER.search(words):
            return words
        if (whole := self._whole(words, depth)) is not None:
            return whole
        pieces = _BETWEEN.split(words)
        if len(pieces) == 1 or depth >= DEEPEST:
            return words
        said = [
            self._table.get(_flat(piece), piece) if at % 2 else self._find(piece, depth + 1)
            for at, piece in enumerate(pieces)
        ]
        return "".join(said) if said[::2] != pieces[::2] else words

    def _whole(self, words: str, depth: int) -> str | None:
        """What the table has for all of the words together."""
        bare = _flat(words)
        for form in (bare, bare[:1].lower() + bare[1:]):
            if (found := self._counted(form)) is not None:
                return found
        if depth < DEEPEST and (found := self._with_words(bare, depth)) is not None:
            return found
        if (numbered := _NUMBERED.fullmatch(bare)) and (head := self._table.get(numbered[1])) is not None:
            return f"{head} {numbered[2]}"
        return None

    def _counted(self, words: str) -> str | None:
        """Words that stand in the table as they are, or with gaps for their numbers."""
        if "{" in words:
            return None
        numbers = {str(at): number for at, number in enumerate(_NUMBER.findall(words))}
        places = iter(numbers)
        found = self._table.get(_NUMBER.sub(lambda _: f"{{{next(places)}}}", words) if numbers else words)
        return found if found is None else _filled(found, numbers)

    def _with_words(self, words: str, depth: int) -> str | None:
        """Words that stand in the table with gaps for other words, which are translated too."""
        for pattern, template in self._patterns:
            if match := pattern.fullmatch(words):
                parts = {name.removeprefix("gap"): part for name, part in match.groupdict().items()}
                parts = {name: part if name.isdigit() else self._find(part, depth + 1) for name, part in parts.items()}
                return _filled(template, parts)
        return None


def gaps_of(words: str) -> list[str]:
    """The names of the gaps in a text, in order of names."""
    return sorted(set(_GAP.findall(words)))


def _flat(words: str) -> str:
    """Names of code as words, and one space between words."""
    return " ".join(words.replace("_", " ").split())


def _pattern(english: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(name: str) -> str:
        if name in seen:
            return f"(?P=gap{name})"
        seen.add(name)
        return f"(?P<gap{name}>{NUMBER if name.isdigit() else '.+?'})"

    parts = _GAP.split(" ".join(english.split()))
    return re.compile("".join(group(part) if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: parts.get(gap[1], gap[0]), template)


_speech: list[Speech] = []
"""The language of this window; none is English."""


def speak(speech: Speech | None) -> None:
    """Say everything from now on in another language; None: in English."""
    _speech[:] = [] if speech is None else [speech]


def said(words: str) -> str:
    """Words of a world in the language of the window; as they are where it has none for them."""
    return _speech[0].said(words) if _speech else words
