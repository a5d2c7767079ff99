"""The sources at work for the scenes that show: started, stopped and looked after."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import partial

import av

from shared.errors import AppError
from studio.engine.audio.crossing import SceneSound
from studio.engine.audio.mixing import Strip
from studio.engine.audio.strips import Share, StripRack
from studio.engine.filters import FILTERS, FilterRack, has_picture_filter
from studio.engine.overlays import OverlayBoard
from studio.engine.protocol import SourceState
from studio.engine.schedule import TickSchedule
from studio.engine.sources import SourceRunner, kind_of
from studio.engine.sources.media import Bookmark, MediaOrder
from studio.engine.video.scene_view import PictureAt
from studio.project.model import GroupSource, Project, SceneSource, Source


class Stage:
    """Runs the sources that scenes show and those that only sound.

    `apply`, `let_go` and `close` belong to the engine's command thread; `strips` reads a snapshot
    that is replaced as a whole, so the audio thread never waits.
    """

    def __init__(
        self,
        schedule: TickSchedule,
        *,
        on_source_change: Callable[[SourceState], None],
        on_problem: Callable[[AppError], None],
        board: OverlayBoard | None = None,
        sound: SceneSound | None = None,
    ) -> None:
        self._schedule = schedule
        self._board = board or OverlayBoard()
        self._on_source_change = on_source_change
        self._runners: dict[str, SourceRunner] = {}
        self._filters = FilterRack(
            FILTERS,
            period_ns=schedule.period_ns,
            on_change=self._filters_changed,
            on_problem=on_problem,
        )
        self._nested: dict[str, Source] = {}
        self._filtered_views: set[str] = set()
        self._plain_views: set[str] = set()
        self._views_before: frozenset[str] = frozenset()
        self._rack = StripRack()
        self._sound = sound
        self._strips: tuple[Strip, ...] = ()
        self._bookmarks: defaultdict[str, Bookmark] = defaultdict(Bookmark)

    def apply(self, project: Project, shown: Collection[str]) -> Sequence[SourceRunner]:
        """Bring the running sources in line with the document and the ids of those that show.

        Return those that were told to stop; `let_go` waits for them when nothing shows them.
        """
        wanted = {
            source.id: source
            for source in project.sources
            if not isinstance(source.settings, GroupSource | SceneSource)
            and (source.id in shown or not kind_of(source.settings.kind).has_picture)
        }
        leaving = [
            runner
            for source_id, runner in self._runners.items()
            if source_id not in wanted or wanted[source_id].settings != runner.source.settings
        ]
        for runner in leaving:
            runner.request_stop()
        runners: dict[str, SourceRunner] = {}
        for source_id, source in wanted.items():
            known = self._runners.get(source_id)
            if known is not None and known not in leaving:
                known.source = source
                runners[source_id] = known
            else:
                runners[source_id] = self._started(source)
        self._runners = runners
        self._nested = {
            source.id: source
            for source in project.sources
            if isinstance(source.settings, GroupSource | SceneSource)
        }
        self._filters.apply(runner.source for runner in runners.values() if runner.kind.has_picture)
        self._strips = self._rack.strips(
            (runner.source, runner.track, self._share(runner))
            for runner in runners.values()
            if runner.track is not None
        )
        return leaving

    def _share(self, runner: SourceRunner) -> Share:
        """What has no picture sounds in every scene; the rest while its scene is on air."""
        if self._sound is None or not runner.kind.has_picture:
            return None
        return partial(self._sound.share, runner.source.id)

    def let_go(self, leaving: Sequence[SourceRunner]) -> None:
        """Wait until sources have ended, and let go of the filters of views that nobody needs."""
        self._filters.keep_views(self._filtered_views)
        self._views_before = frozenset(self._plain_views)
        self._filtered_views, self._plain_views = set(), set()
        for runner in leaving:
            runner.join()

    def picture_of(self, source_id: str) -> PictureAt | None:
        """Return where a source's newest picture is found, behind its filters; None for none."""
        runner = self._runners.get(source_id)
        if runner is None:
            return None
        return lambda _now_ns: self._filters.shown(source_id, runner.latest)

    def behind_filters(self, source_id: str, view: str, picture_at: PictureAt) -> PictureAt:
        """Return where the picture of a scene or group is found, as one view of it composes it."""
        source = self._nested.get(source_id)
        if source is None or not has_picture_filter(source.filters):
            self._plain_views.add(view)
            return picture_at
        self._filtered_views.add(view)
        self._filters.open_view(view, source, was_plain=view in self._views_before)
        return lambda now_ns: self._filters.shown(view, picture_at(now_ns))

    def _started(self, source: Source) -> SourceRunner:
        runner = SourceRunner(
            source,
            kind_of(source.settings.kind),
            schedule=self._schedule,
            on_change=self._changed,
            board=self._board,
            bookmark=self._bookmarks[source.id],
        )
        runner.start()
        return runner

    def _changed(self, runner: SourceRunner) -> None:
        self._on_source_change(self._filters.completed(runner.state()))

    def _filters_changed(self, source_id: str) -> None:
        runner = self._runners.get(source_id)
        if runner is not None:
            self._changed(runner)

    def strips(self) -> tuple[Strip, ...]:
        """Return what is mixed."""
        return (*self._strips, *self._sound.strips()) if self._sound else self._strips

    @property
    def runners(self) -> tuple[SourceRunner, ...]:
        """The sources at work."""
        return tuple(self._runners.values())

    def check(self) -> None:
        """Notice stalled sources."""
        for runner in self._runners.values():
            runner.check()

    @property
    def wants_placeholders(self) -> bool:
        """Some source showed something and cannot any more."""
        return any(runner.wants_placeholder for runner in list(self._runners.values()))

    def show_placeholders(self, draw: Callable[[str, int, int], av.VideoFrame]) -> None:
        """Put a card in the place of what such sources showed; any thread."""
        for runner in list(self._runners.values()):
            latest = runner.latest
            if latest is not None and runner.wants_placeholder:
                size = (latest.frame.width, latest.frame.height)
                runner.show_placeholder(draw(runner.source.name, *size))

    def control(self, source_id: str, order: MediaOrder) -> bool:
        """Ask something of a media file; False when no such file plays."""
        runner = self._runners.get(source_id)
        if runner is None or runner.kind.kind != "file":
            return False
        runner.orders.give(order)
        return True

    def last_changes(self) -> dict[str, int]:
        """Return when each source last showed something new, in monotonic ns; 0 for never."""
        return {key: runner.last_changed_ns for key, runner in list(self._runners.items())}

    @property
    def is_settled(self) -> bool:
        """Every source has shown something or said that it cannot."""
        return all(runner.is_settled for runner in self._runners.values())

    def states(self) -> tuple[SourceState, ...]:
        """Return every running source as it is now."""
        return tuple(
            self._filters.completed(runner.state()) for runner in list(self._runners.values())
        )

    def close(self) -> None:
        """Stop every source."""
        self._strips = ()
        for runner in self._runners.values():
            runner.request_stop()
        for runner in self._runners.values():
            runner.join()
        self._filters.close()
        self._runners = {}
