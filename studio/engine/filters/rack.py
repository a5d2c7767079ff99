"""The filters of all sources of a show: which picture of a source is shown."""

import itertools
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from shared.errors import AppError
from studio.engine.filters.base import FilterKind
from studio.engine.filters.worker import FilterWorker, has_picture_filter
from studio.engine.pixels import Picture
from studio.engine.protocol.filters import FilterProblem
from studio.engine.protocol.state import SourceState
from studio.project.model import Source


@dataclass(slots=True)
class _Place:
    """The worker of one source, and the captured picture it was given last."""

    worker: FilterWorker
    was_plain: bool
    """The source was seen without filters before: it may be until the first picture is ready."""
    offered: Picture | None = None


class FilterRack:
    """One worker a source that has filters for its picture.

    `apply` and `close` belong to the command thread, `shown` to the video thread: it passes each
    new picture on and takes what is ready, so that filters are as fast as what they are for and do
    nothing while nobody looks. From a worker's thread, `on_change` gets the id of a source whose
    size or problems changed, and `on_problem` why a filter was switched off.
    """

    def __init__(
        self,
        kinds: Sequence[FilterKind],
        *,
        period_ns: int,
        on_change: Callable[[str], None],
        on_problem: Callable[[AppError], None],
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._kinds = kinds
        self._period_ns = period_ns
        self._on_change = on_change
        self._on_problem = on_problem
        self._now_ns = now_ns
        # Below zero, apart from the numbers of captured pictures.
        self._number = itertools.count(-1, -1)
        self._known: set[str] = set()
        self._places: dict[str, _Place] = {}
        self._views: dict[str, _Place] = {}

    def apply(self, sources: Iterable[Source]) -> None:
        """Bring the workers in line with the document's sources that are at work."""
        places: dict[str, _Place] = {}
        known = set()
        for source in sources:
            known.add(source.id)
            if not has_picture_filter(source.filters):
                continue
            place = self._places.get(source.id)
            if place is None:
                place = _Place(self._started(source.id), was_plain=source.id in self._known)
            place.worker.set_filters(source.filters)
            places[source.id] = place
        leaving = [place for key, place in self._places.items() if key not in places]
        self._places, self._known = places, known
        _end(leaving)

    def open_view(self, key: str, source: Source, *, was_plain: bool) -> None:
        """Filter a scene or group in one of the places it is composed for, from now on.

        `was_plain` when it was seen there without filters until now.
        """
        place = self._views.get(key)
        if place is None:
            place = _Place(self._started(source.id), was_plain=was_plain)
        place.worker.set_filters(source.filters)
        self._views = self._views | {key: place}

    def keep_views(self, keys: Collection[str]) -> None:
        """Let go of all other places."""
        leaving = [place for key, place in self._views.items() if key not in keys]
        self._views = {key: place for key, place in self._views.items() if key in keys}
        _end(leaving)

    def shown(self, key: str, captured: Picture | None) -> Picture | None:
        """Return the picture to show of a source or view, given the newest without filters."""
        place = self._places.get(key) or self._views.get(key)
        if place is None or captured is None:
            return captured
        if captured is not place.offered:
            place.offered = captured
            place.worker.offer(captured)
        return place.worker.latest or (captured if place.was_plain else None)

    def completed(self, state: SourceState) -> SourceState:
        """Return a source's state with the size behind the filters, and what is wrong with them."""
        place = self._places.get(state.source_id)
        if place is None:
            return state
        picture = place.worker.latest
        return state.model_copy(
            update={
                "width": picture.frame.width if picture else state.width,
                "height": picture.frame.height if picture else state.height,
                "filter_problems": tuple(
                    FilterProblem(filter_id=key, code=error.code, message=error.message)
                    for key, error in place.worker.problems.items()
                ),
            }
        )

    def close(self) -> None:
        """End every worker."""
        places = (*self._places.values(), *self._views.values())
        self._places, self._views = {}, {}
        _end(places)

    def _started(self, source_id: str) -> FilterWorker:
        worker = FilterWorker(
            source_id[:8],
            self._kinds,
            period_ns=self._period_ns,
            number=lambda: next(self._number),
            on_change=lambda: self._on_change(source_id),
            on_problem=self._on_problem,
            now_ns=self._now_ns,
        )
        worker.start()
        return worker


def _end(places: Iterable[_Place]) -> None:
    places = tuple(places)
    for place in places:
        place.worker.stop()
    for place in places:
        place.worker.join()
