"""Reads the stored evidence of a case: the words that were reported, and the facts around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.qt.translations import tr

_QUOTED = ("text", "title", "display_name")
_DEPTH = 3
_HIDDEN = frozenset({"hash", "evidence_hash", "version", "deleted", "role"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is shown of the evidence: a quotation, and named facts in the order stored."""

    quote: str
    facts: tuple[tuple[str, str], ...]


def read_evidence(stored: Mapping[str, Any]) -> Evidence:
    """Pick the reported words from the evidence and list the rest, ids left out.

    The server stores the subject as it was: a message, a stream or a person.
    """
    flat = dict(_flat(stored))
    quoted = next((key for key in _QUOTED if _leaf(flat, key)), None)
    quote_path = _leaf(flat, quoted) if quoted is not None else None
    facts = tuple(
        (_name(path), _value(value))
        for path, value in flat.items()
        if path != quote_path and not _is_hidden(path, value)
    )
    return Evidence(quote=str(flat[quote_path]) if quote_path else "", facts=facts)


def _flat(stored: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in stored.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and depth < _DEPTH:
            yield from _flat(value, here, depth + 1)
        elif not isinstance(value, Mapping):
            yield here, value


def _leaf(flat: Mapping[str, Any], name: str) -> str | None:
    """The path of the outermost non-empty text of this name."""
    paths = [
        path
        for path, value in flat.items()
        if path.rpartition(".")[2] == name and isinstance(value, str) and value
    ]
    return min(paths, key=lambda path: path.count("."), default=None)


def _is_hidden(path: str, value: object) -> bool:
    name = path.rpartition(".")[2]
    is_id = name == "id" or name.endswith(("_id", "_url"))
    return is_id or name in _HIDDEN or value in (None, "", False) or isinstance(value, list)


def _name(path: str) -> str:
    parent, _, name = path.rpartition(".")
    known = {
        "display_name": tr("By"),
        "at": tr("Written"),
        "title": tr("Title"),
        "mood": tr("Mood"),
        "state": tr("State"),
        "viewers": tr("Viewers"),
        "is_ai": tr("Written by AI"),
        "started_at": tr("Started"),
        "live_at": tr("On air since"),
        "audience": tr("Audience"),
        "safety_score": tr("Risk"),
        "bio": tr("About"),
        "text": tr("Text"),
    }
    if name in known:
        return known[name]
    outer = parent.rpartition(".")[2]
    return f"{outer} {name}".strip().replace("_", " ").capitalize()


def _value(value: object) -> str:
    if value is True:
        return tr("yes")
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and "T" in value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
    return str(value)
