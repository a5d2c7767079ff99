"""From the running show to what the watch wants to know."""

import time
from collections.abc import Sequence

from studio.engine.protocol import Advice
from studio.engine.safety.switch import Safety
from studio.engine.safety.watch import Sight, Watch, is_black, print_of
from studio.engine.show import Show
from studio.engine.sources import SourceRunner

_LISTEN_S = 1.2
"""A little longer than from one look to the next."""
_QUIET = 10 ** (-60 / 20)


class Lookout:
    """Looks at a show once a second; on the event loop."""

    def __init__(self, show: Show, safety: Safety) -> None:
        self._show = show
        self._safety = safety
        self._watch = Watch()
        self._heard_ns: dict[str, int | None] = {}

    def advice(self, *, is_on_air: bool = True) -> tuple[Advice, ...]:
        """Return what the creator should know now."""
        now_ns, runners = time.monotonic_ns(), self._show.stage.runners
        latest = self._show.ticker.latest
        seen = latest is not None and not self._safety.is_silenced
        seen = seen and any(runner.latest is not None for runner in runners)
        watched = self._watch.step(
            now_ns,
            self._sights(runners, self._heard(runners, now_ns)),
            is_black=is_black(latest.frame) if seen and latest is not None else None,
            is_on_air=is_on_air,
        )
        return (*_in_trouble(runners), *watched)

    def _heard(self, runners: Sequence[SourceRunner], now_ns: int) -> dict[str, int | None]:
        """When each source was heard last: from the mix, or while nothing is mixed, as it comes."""
        mixed = self._show.mixer.desk.heard_ns() if self._show.mixer.is_mixing else None
        if mixed is not None:
            self._heard_ns = mixed
            return mixed
        heard = dict[str, int | None]()
        for runner in runners:
            source = runner.source
            if runner.track is None or source.muted:
                continue
            is_loud = runner.track.loudest(_LISTEN_S) > _QUIET
            heard[source.id] = now_ns if is_loud else self._heard_ns.get(source.id)
        self._heard_ns = heard
        return heard

    def _sights(
        self, runners: Sequence[SourceRunner], heard_ns: dict[str, int | None]
    ) -> list[Sight]:
        sights = []
        for runner in runners:
            source, picture = runner.source, runner.latest
            sights.append(
                Sight(
                    source.id,
                    source.name,
                    source.settings.kind,
                    is_running=runner.state().phase == "running",
                    picture=print_of(picture.frame) if picture is not None else None,
                    heard_ns=heard_ns.get(source.id),
                    is_heard=source.id in heard_ns,
                )
            )
        return sights


def _in_trouble(runners: Sequence[SourceRunner]) -> list[Advice]:
    """What sources say of themselves that show or sound nothing."""
    states = [runner.state() for runner in runners]
    return [
        Advice(code=state.code or "SOURCE_FAILED", message=state.message)
        for state in states
        if state.phase in ("stalled", "failed") and state.message is not None
    ]
