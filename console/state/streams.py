"""Live streams in the order of their risk."""

from collections.abc import Iterable

from pydantic import ValidationError

from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.streams import Stream, StreamState

_OVER = frozenset({StreamState.ENDED, StreamState.SUSPENDED})
STREAM_EVENTS = frozenset(
    {
        EventType.STREAM_STARTED,
        EventType.STREAM_UPDATED,
        EventType.STREAM_FROZEN,
        EventType.STREAM_REVEALED,
        EventType.STREAM_PANICKED,
        EventType.STREAM_ENDED,
    }
)


class LiveStreams:
    """Streams on air, safe words first, then by risk (`safety_score`), then by viewers."""

    def __init__(self, *, limit: int = 500) -> None:
        self._limit = limit
        self._streams: dict[str, Stream] = {}

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The wall from its riskiest stream on."""
        return tuple(sorted(self._streams.values(), key=_risk)[: self._limit])

    def load(self, streams: Iterable[Stream]) -> bool:
        """Take the whole list; false when it is as it was."""
        loaded = {s.id: s for s in streams if s.state not in _OVER}
        changed = loaded != self._streams
        self._streams = loaded
        return changed

    def apply(self, event: RoomEvent) -> bool:
        """Take an event that tells of a stream; false when it changes nothing here."""
        if event.type not in STREAM_EVENTS:
            return False
        try:
            stream = Stream.model_validate(event.data)
        except ValidationError:
            return False
        if stream.state in _OVER:
            return self._streams.pop(stream.id, None) is not None
        known = self._streams.get(stream.id)
        if known is not None:
            # An event tells the stream as its room sees it, without the moderators' risk.
            stream = stream.model_copy(update={"safety_score": known.safety_score})
        self._streams[stream.id] = stream
        return stream != known


def _risk(stream: Stream) -> tuple[bool, float, int, str]:
    is_calm = stream.state is not StreamState.PANICKED
    return (is_calm, -stream.safety_score, -stream.viewers, stream.id)
