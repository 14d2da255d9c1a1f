"""Languages of the window: a file each, beside this one or in the user's own folder of languages.

A file is TOML and so runs no code. What is not in it, or has other gaps than the English words, is said in English.
"""

from __future__ import annotations

import locale
import os
import re
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs

from simulator.app.play import texts
from simulator.app.play.texts import TEXTS
from simulator.canvas.faces import Face, face_with
from simulator.canvas.speech import Speech, gaps_of, speak
from simulator.canvas.text import house_lacks, lend
from worlds.declarations import Refused
from worlds.kit.words import shown

ENGLISH = "en"
SHIPPED = Path(__file__).with_name("languages")
CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
LATIN = "\u024f"  # the last letter of the Latin alphabets; both house fonts have all up to here
Word = Annotated[str, msgspec.Meta(max_length=4000)]


class LanguageFont(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fonts with the letters of a language, for languages whose letters the house fonts do not have."""

    families: tuple[Word, ...] = ()
    """By name, the best first."""
    install: Word = ""
    """What to install where none is found, for the end of a sentence."""


class LanguageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a language as it is written."""

    name: Word
    """In the language itself."""
    english: Word
    """In English."""
    font: LanguageFont = LanguageFont()
    window: dict[Word, Word] = {}
    """The window's own words, by their name in `TEXTS`."""
    words: dict[Word, Word] = {}
    """Words of the worlds, by the English ones (see `simulator.canvas.speech`)."""


@dataclass(frozen=True)
class Language:
    """A language that was read and checked."""

    code: str
    name: str
    english: str
    font: LanguageFont = field(default_factory=LanguageFont)
    window: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """Sentences on what is not used: unknown names, and other gaps than in English."""

    @property
    def characters(self) -> frozenset[str]:
        """All that it writes with, but for the Latin letters."""
        every = "".join((self.name, *self.window.values(), *self.words.values()))
        return frozenset(each for each in every if each > LATIN and each.isprintable())


_now = [ENGLISH]


def current() -> str:
    """The code of the language of the window."""
    return _now[0]


def languages() -> dict[str, Path | None]:
    """All languages that there are: code → file; English needs none. A user's own file comes before ours."""
    found: dict[str, Path | None] = {ENGLISH: None}
    for folder in (SHIPPED, platformdirs.user_config_path("crossplay", appauthor=False) / "languages"):
        files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        found |= {file.stem: file for file in files if CODE.fullmatch(file.stem) and file.stem != ENGLISH}
    return found


def read_language(code: str, path: Path) -> Language:
    """The language of a file.

    Raises:
        Refused: it cannot be read, is no TOML, too large, or has other parts than `LanguageFile`.
    """
    from simulator.engine.toml import read_toml  # here, since it brings the compiler along

    name = f"language file {str(path)!r}"
    try:
        file = msgspec.convert(read_toml(path, name), LanguageFile)
    except msgspec.ValidationError as error:
        raise Refused(f"{name} is refused: {error}") from error
    window = {key: words for key, words in file.window.items() if key in TEXTS and fits(words, TEXTS[key])}
    words = {key: other for key, other in file.words.items() if gaps_of(key) == gaps_of(other)}
    unknown = [key for key in file.window if key not in TEXTS]
    differing = [
        *(key for key in file.window if key in TEXTS and key not in window),
        *(file.words.keys() - words.keys()),
    ]
    problems = [f"{shown(key)} is no name of a text" for key in unknown]
    problems += [f"{shown(key)} has other gaps than in English" for key in differing]
    return Language(code, file.name, file.english, file.font, window, words, tuple(problems))


def fits(words: str, english: str) -> bool:
    """Whether a text of the window has the gaps of the English one, written in the same way."""
    try:
        return _fields(words) == _fields(english)
    except ValueError:  # a bracket without its other half
        return False


def _fields(words: str) -> set[tuple[str | None, str | None, str | None]]:
    """The gaps of a text, with how each is written: so no part of a value can be asked for."""
    return {(name, form, how) for _, name, form, how in string.Formatter().parse(words) if name is not None}


def use(code: str) -> None:
    """Speak a language in the window from now on.

    Raises:
        Refused: there is no such language, its file is damaged, or no font of this system has its letters.
    """
    if code == _now[0]:
        return
    if code == ENGLISH:
        texts.choose({})
        speak(None)
        lend(None)
    else:
        found = languages()
        if code not in found:
            raise Refused(f"language {shown(code)} is unknown: there are {', '.join(found)}")
        path = found[code]
        assert path is not None
        language = read_language(code, path)
        face, needed = face_for(language)
        lend(face, needed)
        texts.choose(language.window)
        speak(Speech(language.words))
    _now[0] = code


def face_for(language: Language) -> tuple[Face | None, frozenset[str]]:
    """The font of the system for a language, and for which letters; None where the house font has all.

    Raises:
        Refused: no font has them.
    """
    needed = language.characters
    if not (missing := house_lacks(needed)):
        return None, frozenset()
    face = face_with(needed, language.font.families)
    if face is None:
        advice = language.font.install or "install a font that has them"
        raise Refused(f"no font of this system has the letters of {language.english} ({language.code}): {advice}")
    return face, missing


def of_system(known: Collection[str]) -> str:
    """The language that the system is set to, if there is a file for it; else English."""
    for word in _asked_by_system():
        code = word.partition(".")[0].partition("@")[0].replace("_", "-")
        parts = code.split("-")
        for end in range(len(parts), 0, -1):
            if (name := "-".join(parts[:end])) in known:
                return name
    return ENGLISH


def _asked_by_system() -> list[str]:
    """Codes of languages, the most wanted first, as POSIX orders the variables; Windows and macOS set none of them."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if words := os.environ.get(name):
            return words.split(":")
    found: Any = locale.getlocale()[0]
    return [locale.normalize(found)] if found else []
