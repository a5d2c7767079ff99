"""What the creator should know before going live: looked for while a show is set up."""

from collections.abc import Callable

from studio.engine.lookout import Lookout
from studio.engine.protocol import Advice, AdviceEvent, Event
from studio.engine.safety import Safety
from studio.engine.show import Show


class Outlook:
    """Looks at a show that is not on air; on the event loop."""

    def __init__(self, safety: Safety, tell: Callable[[Event], None]) -> None:
        self._safety = safety
        self._tell = tell
        self._lookout: Lookout | None = None
        self._told: tuple[Advice, ...] | None = ()

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What was told last."""
        return self._told or ()

    def use(self, show: Show | None) -> None:
        """Another show has begun, or the show has ended."""
        self._lookout = Lookout(show, self._safety) if show is not None else None

    def step(self, *, is_on_air: bool) -> None:
        """Look, once a second; on air the broadcast looks for itself."""
        if is_on_air:
            self._told = None  # what is told then is the broadcast's
            return
        advice = self._lookout.advice(is_on_air=False) if self._lookout is not None else ()
        if advice != self._told:
            self._told = advice
            self._tell(AdviceEvent(advice=advice))
