"""Words on screen in the person's language. The English source text is the key.

The Dutch words are JSON files of source text to translation, one per app; a plural's value is the
pair of its forms, under the key of its singular. `sentences.json` holds the sentences of errors and
notices that code without Qt makes, with `{1}`, `{2}` for what it fills in. No compiler is needed,
and a word that is missing shows up in English, never as a code.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.errors import AppError
from shared.qt.resources import resource_path

_log = logging.getLogger(__name__)

LANGUAGES: dict[str, str] = {"en": "English", "nl": "Nederlands"}
"""The languages on offer, by code, each in its own name."""

_SENTENCES = "sentences.json"
_PLACE = re.compile(r"\\\{\d\\\}")  # "{1}" after re.escape

type Entry = str | list[str]


@dataclass(slots=True)
class _Catalogue:
    """The words in force. Like gettext's, there is one per process: a person reads one language."""

    language: str = "en"
    entries: dict[str, Entry] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    templates: list[tuple[re.Pattern[str], str]] = field(default_factory=list)


_current = _Catalogue()


def install_language(language: str) -> str:
    """Switch to a language (`nl`, `nl_BE`, ...) and return the one in force; unknown gives English.

    Widgets made before keep their words; the apps install before the first widget.
    """
    code = language.replace("-", "_").partition("_")[0].lower()
    if code not in LANGUAGES:
        code = "en"
    _current.language = code
    _current.entries = load_catalogue(code)
    sentences = load_sentences(code)
    _current.sentences = sentences
    _current.templates = [
        (re.compile(_PLACE.sub("(.+?)", re.escape(source))), text)
        for source, text in sentences.items()
        if "{1}" in source
    ]
    return code


def current_language() -> str:
    """The code of the language in force."""
    return _current.language


def load_catalogue(language: str) -> dict[str, Entry]:
    """Read all files of a language; English needs none.

    A file that is damaged is left out with a line in the log: English words are better than none.
    """
    entries: dict[str, Entry] = {}
    folder = resource_path("translations", language)
    if language == "en" or not folder.is_dir():
        return entries
    for path in sorted(folder.glob("*.json")):
        if path.name != _SENTENCES:
            entries.update(_read(path))
    return entries


def load_sentences(language: str) -> dict[str, str]:
    """Read the sentences of errors and notices of a language."""
    path = resource_path("translations", language, _SENTENCES)
    if language == "en" or not path.is_file():
        return {}
    return {source: str(text) for source, text in _read(path).items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _log.warning("left out the words in %s: %s", path.name, error)
        return {}
    return words if isinstance(words, dict) else {}


def tr(text: str, /, **values: object) -> str:
    """The text in the language in force, with `{name}` fields filled in."""
    entry = _current.entries.get(text, text)
    return _filled(entry if isinstance(entry, str) else entry[0], text, values)


def tr_n(one: str, many: str, n: int, /, **values: object) -> str:
    """The form of a text that fits a count; `{n}` is the count."""
    entry = _current.entries.get(one)
    forms = entry if isinstance(entry, list) and len(entry) == 2 else [one, many]
    source = one if n == 1 else many
    return _filled(forms[0 if n == 1 else 1], source, {"n": n, **values})


def tr_error(error: AppError) -> str:
    """The sentence of an error: the server already speaks the person's language, ours do not."""
    return error.message if request_id_of(error) else tr_sentence(error.message)


def tr_sentence(sentence: str) -> str:
    """A sentence that code without Qt made, in English, in the language in force.

    It is looked up as it stands, then among the templates, whose `{1}`, `{2}` ... are what the
    code filled in: names, numbers, or parts of a sentence that are translated in their turn.
    """
    exact = _current.sentences.get(sentence)
    if exact is not None:
        return exact
    for pattern, template in _current.templates:
        found = pattern.fullmatch(sentence)
        if found is not None:
            return template.format(None, *(tr_sentence(part) for part in found.groups()))
    return sentence


def request_id_of(error: AppError) -> str:
    """The id under which the server's log knows the request; empty when it never got there."""
    found = getattr(error, "request_id", None)
    return found if isinstance(found, str) else ""


def _filled(text: str, source: str, values: Mapping[str, Any]) -> str:
    """Fill in; a translation whose fields do not fit falls back to its source."""
    if not values and text == source:
        return text
    try:
        return text.format_map(values)
    except (KeyError, IndexError, ValueError):
        return text if text == source else _filled(source, source, values)
