"""Words and values of strangers, made fit to be shown: no control characters, no half characters, not endless.

Names of files, texts of replays and pages of worlds may hold characters that move the cursor, change the title of the
terminal or hide what follows, and bytes that no text has. All of these are written as escapes, as Python writes them.
"""

import os
import shlex
from collections.abc import Mapping
from typing import Any

LONGEST = 160  # characters of a value in a sentence
LONGEST_SENTENCE = 900  # characters


def printable(text: str) -> str:
    """The same text with escapes for all that cannot be shown; its lines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else _escaped(char) for char in text)


def one_line(text: str, most: int = LONGEST_SENTENCE) -> str:
    """The same text on one printable line of at most ``most`` characters."""
    line = _cut(text, most)
    return line if line.isprintable() else _cut(printable(" ".join(line.split())), most)


def shown(value: Any) -> str:
    """A value as Python writes it, on one line of a sentence, cut where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError) as error:  # an integer with too many digits, or too deep a nesting
        text = f"<{type(value).__name__}: {error}>"
    return one_line(" ".join(text.split()), LONGEST)


def built_words(build: Mapping[str, Any], between: str = ", ") -> str:
    """Build arguments as ``name=value``; of a long value, such as a given network, its beginning, and nothing of one
    that is empty.
    """
    texts = {name: str(value) for name, value in build.items()}
    return between.join(f"{name}={one_line(text.partition(':')[0] if len(text) > LONGEST else text, LONGEST)}"
                        for name, text in texts.items() if text)  # fmt: skip


def shell_line(*words: object) -> str:
    """Words as a line that a shell takes apart into just these words, and that a terminal can show."""
    return " ".join(_shell_word(str(word)) for word in words)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _shell_word(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    plain = (chr(byte) if 32 <= byte < 127 and chr(byte) not in "'\\" else f"\\x{byte:02x}" for byte in _bytes(word))
    return f"$'{''.join(plain)}'"


def _bytes(word: str) -> bytes:
    try:
        return os.fsencode(word)
    except UnicodeEncodeError:
        return word.encode("utf-8", "surrogatepass")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()
