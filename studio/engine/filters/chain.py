"""The filters of one source, one after the other; what did not change is not computed again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.errors import AppError
from studio.engine.filters.base import FilterClock, FilterFrame, FilterKind, VideoFilter
from studio.engine.filters.blending import sized
from studio.project.filters import Filter
from studio.project.filters_kinds import is_picture_filter, settings_model, settings_of

log = logging.getLogger(__name__)

_HIDING_PIXELS = (16, 9)


@dataclass(slots=True)
class _Stage:
    """One filter that is on, what it was given last and what it made of that."""

    entry: Filter
    kind: FilterKind | None
    at_work: VideoFilter | None = None
    """None once it failed."""
    given: FilterFrame | None = None
    made: FilterFrame | None = None


class FilterChain:
    """Belongs to one thread. A filter that fails is switched off, and `on_problem` told once.

    The document is not changed by that: other settings, or off and on again, try the filter anew.
    """

    def __init__(
        self,
        kinds: Sequence[FilterKind],
        clock: FilterClock,
        *,
        on_problem: Callable[[Filter, AppError], None],
    ) -> None:
        self._kinds = {kind.kind: kind for kind in kinds}
        self._clock = clock
        self._on_problem = on_problem
        self._stages: list[_Stage] = []

    def set_filters(self, filters: tuple[Filter, ...]) -> None:
        """Take the filters of the document; those that are the same go on as they are."""
        before = {stage.entry.id: stage for stage in self._stages}
        self._stages = [
            self._stage(entry, before.pop(entry.id, None))
            for entry in filters
            if entry.enabled and not is_sound(entry)
        ]
        for left in before.values():
            _close(left)

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the picture behind the last filter; the same one while nothing changed."""
        now_ns = self._clock.now_ns()
        for stage in self._stages:
            if stage.made is None or stage.given is not frame or _is_due(stage, now_ns):
                stage.made = self._made(stage, frame)
                stage.given = frame
            frame = stage.made
        return frame

    def wakes_at_ns(self) -> int | None:
        """When the same picture would come out changed; None for never."""
        return min(
            (
                wake_ns
                for stage in self._stages
                if stage.at_work is not None
                and (wake_ns := stage.at_work.wakes_at_ns()) is not None
            ),
            default=None,
        )

    def close(self) -> None:
        """Let go of everything."""
        for stage in self._stages:
            _close(stage)
        self._stages = []

    def _stage(self, entry: Filter, before: _Stage | None) -> _Stage:
        if before is not None and before.entry == entry:
            return before
        stage = _Stage(entry, self._kinds.get(entry.kind))
        try:
            settings = settings_of(entry)
            if stage.kind is not None:
                stage.at_work = stage.kind.make(settings, self._clock)
        except AppError as error:
            self._on_problem(entry, error)
        except Exception:  # root of code that may not end the show
            log.exception("the filter %s failed", entry.kind)
            self._on_problem(entry, _fault())
        if before is not None and before.at_work is not None:
            if stage.at_work is not None and before.entry.kind == entry.kind:
                stage.at_work.take_over(before.at_work)
            else:
                _close(before)
        return stage

    def _made(self, stage: _Stage, frame: FilterFrame) -> FilterFrame:
        if stage.at_work is not None:
            try:
                return stage.at_work.apply(frame)
            except AppError as error:
                self._switch_off(stage, error)
            except Exception:  # root of code that may not end the show
                log.exception("the filter %s failed", stage.entry.kind)
                self._switch_off(stage, _fault())
        if stage.kind is not None and stage.kind.hides:
            coarse = sized(frame.colour, *_HIDING_PIXELS)
            return frame.with_colour(sized(coarse, frame.width, frame.height))
        return frame

    def _switch_off(self, stage: _Stage, error: AppError) -> None:
        _close(stage)
        stage.at_work = None
        self._on_problem(stage.entry, error)


def _fault() -> AppError:
    return AppError(
        "A filter failed and was switched off; change its settings or remove it.",
        code="FILTER_FAILED",
    )


def is_sound(entry: Filter) -> bool:
    """Whether a filter is one for sound, which is none of ours."""
    return settings_model(entry.kind) is not None and not is_picture_filter(entry.kind)


def _is_due(stage: _Stage, now_ns: int) -> bool:
    if stage.at_work is None:
        return False
    wakes_ns = stage.at_work.wakes_at_ns()
    return wakes_ns is not None and wakes_ns <= now_ns


def _close(stage: _Stage) -> None:
    if stage.at_work is not None:
        stage.at_work.close()
