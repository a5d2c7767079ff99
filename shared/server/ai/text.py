"""Folding of chat text, so that look-alikes, spellings and separators do not hide a word."""

# ruff: noqa: RUF001 - telling look-alikes apart is what this file is for

import re
import unicodedata
from collections.abc import Iterator

_LOOK_ALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "з": "3", "і": "i", "ј": "j", "к": "k", "м": "m", "н": "h",
        "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "ԁ": "d", "һ": "h",
        "ԛ": "q", "ԝ": "w",
        # Greek
        "α": "a", "β": "b", "γ": "y", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p",
        "τ": "t", "υ": "u", "χ": "x", "ω": "w", "η": "n",
        # Latin letters that Unicode does not take apart
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe",
    }
)  # fmt: skip
_LEET = str.maketrans("0134578@$!|€+", "oieastbasilet")
"""Digits and signs read as letters."""
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][\W_]{1,3}){2,}[^\W\d_](?![^\W_])")
_LONG_RUN = re.compile(r"(\w)\1{2,}")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def fold(text: str) -> str:
    """Lower-case Latin letters without accents, look-alikes and invisible characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    return text.translate(_LOOK_ALIKES).replace("\u2019", "'").replace("\u2018", "'")


def readings(text: str) -> Iterator[str]:
    """The ways a text may be meant, as words with one space between them.

    As it stands; with spelt-out words joined and runs of a letter shortened; and with digits and
    signs read as the letters they stand for.
    """
    folded = fold(text)
    yield _spaced(folded)
    joined = _SPACED_OUT.sub(_join, folded)
    yield _spaced(_LONG_RUN.sub(r"\1", joined))
    yield _spaced(_LONG_RUN.sub(r"\1\1", joined))
    leet = _SPACED_OUT.sub(_join, folded.translate(_LEET))
    yield _spaced(_LONG_RUN.sub(r"\1", leet))


def _join(spelt_out: re.Match[str]) -> str:
    """The letters as one word, and once more without the first, which may be an article."""
    word = _NOT_WORD.sub("", spelt_out.group())
    return f"{word} {word[1:]}"


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def _spaced(text: str) -> str:
    return f" {_NOT_WORD.sub(' ', text.replace(chr(39), '')).strip()} "
