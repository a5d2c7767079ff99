"""Reads single values out of OBS's files, which hold whatever someone wrote into them. Pure."""

import math
from collections.abc import Mapping
from typing import Any

type Raw = Mapping[str, Any]

_LARGEST = 1e15


def number(value: object) -> float | None:
    """A finite number of a sensible size; None for anything else, a truth value included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_usable = math.isfinite(value) if isinstance(value, float) else True
    return float(value) if is_usable and abs(value) <= _LARGEST else None


def number_or(value: object, otherwise: float) -> float:
    """A finite number of a sensible size, or the other."""
    found = number(value)
    return otherwise if found is None else found


def clean(text: str) -> str:
    """Text that can be saved: a lone surrogate is JSON, but no text that can be written again."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def name_of(raw: Raw) -> str:
    """The name that OBS gave something; a question mark when there is none."""
    name = raw.get("name")
    if not isinstance(name, str):
        return "?"
    return clean(name).strip()[:90] or "?"


def as_list(value: object) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def as_map(value: object) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def maps_in(value: object) -> list[dict[str, Any]]:
    """The objects of a list; whatever else is in it is passed over."""
    return [one for one in as_list(value) if isinstance(one, dict)]
