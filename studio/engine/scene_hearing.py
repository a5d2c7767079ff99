"""Which sources a scene lets be heard: those that show in it, in scenes and groups inside, too."""

from collections.abc import Callable
from dataclasses import dataclass, field

from studio.engine.video.coming import Coming
from studio.project.model import SceneItem

_NS_PER_MS = 1_000_000


@dataclass(slots=True)
class Hearing:
    """The sources that are heard, and how long those take whose items come or go."""

    heard: set[str] = field(default_factory=set)
    lengths_ns: dict[str, int] = field(default_factory=dict)


def hearing_of(
    items: tuple[SceneItem, ...], items_in: Callable[[str], tuple[SceneItem, ...]]
) -> Hearing:
    """Return what is heard while these items are on air.

    `items_in` is given a source's id and returns the items nested in it. A source in several
    places is heard while one of them shows.
    """
    found = Hearing()
    _gather(found, items, items_in, is_shown=True, length_ns=None)
    return found


def _gather(
    found: Hearing,
    items: tuple[SceneItem, ...],
    items_in: Callable[[str], tuple[SceneItem, ...]],
    *,
    is_shown: bool,
    length_ns: int | None,
) -> None:
    for item in items:
        way = Coming(item).transition
        own_ns = way.duration_ms * _NS_PER_MS if way is not None else length_ns
        is_heard = is_shown and item.visible
        if is_heard:
            found.heard.add(item.source_id)
        if own_ns is not None:
            found.lengths_ns[item.source_id] = own_ns
        inner = items_in(item.source_id)
        _gather(found, inner, items_in, is_shown=is_heard, length_ns=own_ns)
