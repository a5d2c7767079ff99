"""The filters of one source, in their order; changed while they run, without losing their state."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shared.errors import AppError
from studio.engine.audio.filters import AudioFilter, kind_of
from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters import Filter, FilterSettings
from studio.project.filters_kinds import is_sound_filter, settings_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Link:
    """One filter at work, with what the document says of it."""

    filter_id: str
    kind: str
    settings: FilterSettings
    worker: AudioFilter


class FilterChain:
    """Runs the sound filters of a source; `set_filters` off the sound thread, `process` on it."""

    def __init__(self, make: Callable[[str, FilterSettings], AudioFilter] | None = None) -> None:
        self._make = make or _made
        self._links: tuple[_Link, ...] = ()
        self._ran: tuple[_Link, ...] = ()
        self._broken: set[str] = set()

    @property
    def is_active(self) -> bool:
        """There is a filter to run, or one to fade out."""
        return bool(self._links or self._ran)

    @property
    def latency_samples(self) -> int:
        """How much later sound comes out than it goes in."""
        return sum(link.worker.latency_samples for link in self._links)

    def set_filters(self, filters: Sequence[Filter]) -> None:
        """Run these; one that was there goes on with its state. What cannot run is left out."""
        known = {(link.filter_id, link.kind): link for link in self._links}
        links = []
        for one in filters:
            if not one.enabled or not is_sound_filter(one.kind):
                continue
            try:
                links.append(self._link(one, known.get((one.id, one.kind))))
            except AppError as error:
                log.warning("a filter is left out: %s", error.code)
        self._links = tuple(links)

    def _link(self, one: Filter, before: _Link | None) -> _Link:
        settings = settings_of(one)
        if before is None:
            return _Link(one.id, one.kind, settings, self._make(one.kind, settings))
        if settings != before.settings:
            before.worker.configure(settings)
        return _Link(one.id, one.kind, settings, before.worker)

    def process(self, block: Samples) -> Samples:
        """Return the block after all filters; one that comes or goes is faded over the block."""
        links, ran = self._links, self._ran
        self._ran = links
        now = {link.worker for link in links}
        before = {link.worker for link in ran}
        for link in links:
            changed = self._run(link, block)
            block = changed if link.worker in before else block + (changed - block) * _FADE
        for link in ran:
            if link.worker not in now:
                changed = self._run(link, block)
                block = changed + (block - changed) * _FADE
        return block

    def _run(self, link: _Link, block: Samples) -> Samples:
        """Return what a filter makes of a block; the block itself is left as it is."""
        if link.filter_id in self._broken:
            return block
        try:
            changed = link.worker.process(block)
        except (ArithmeticError, RuntimeError, ValueError):
            log.exception("the filter %s failed and is left out", link.kind)
            self._broken.add(link.filter_id)
            return block
        if not np.isfinite(changed.sum()):
            log.error("the filter %s gave no sound and is left out", link.kind)
            self._broken.add(link.filter_id)
            return block
        return changed


_FADE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)[:, None]


def _made(kind: str, settings: FilterSettings) -> AudioFilter:
    return kind_of(kind).make(settings)
