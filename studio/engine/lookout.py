"""From the running show to what the watch wants to know."""

import time

from studio.engine.protocol import Advice
from studio.engine.safety.switch import Safety
from studio.engine.safety.watch import Sight, Watch, is_black, print_of
from studio.engine.show import Show


class Lookout:
    """Looks at a show once a second; on the event loop."""

    def __init__(self, show: Show, safety: Safety) -> None:
        self._show = show
        self._safety = safety
        self._watch = Watch()

    def advice(self) -> tuple[Advice, ...]:
        """Return what the creator should know now."""
        latest = self._show.ticker.latest
        seen = latest is not None and not self._safety.is_silenced
        return self._watch.step(
            time.monotonic_ns(),
            self._sights(),
            is_black=is_black(latest.frame) if seen and latest is not None else None,
        )

    def _sights(self) -> list[Sight]:
        heard_ns = self._show.mixer.desk.heard_ns()
        sights = []
        for runner in self._show.stage.runners:
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
