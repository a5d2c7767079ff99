"""The mixer on the socket: meters for whoever asks for them, in one compact event.

Faders and the rest of a strip are edits of the document (`UpdateStrip`).
"""

from typing import Literal

from studio.engine.protocol.wire import Wire
from studio.project.base import Identifier

MonitorPhase = Literal["off", "playing", "unavailable"]


class SubscribeMeters(Wire):
    """Send `MetersEvent`s to this client, some twenty a second, until it asks no more or leaves.

    Reply: `Done`. There are levels while a broadcast runs or somebody looks at the preview.
    """

    kind: Literal["subscribe_meters"] = "subscribe_meters"


class UnsubscribeMeters(Wire):
    """Send no more meters to this client. Reply: `Done`."""

    kind: Literal["unsubscribe_meters"] = "unsubscribe_meters"


class StripLevel(Wire):
    """One source's level since the last event, after its fader, left and right, in dBFS.

    The strip's mute is left out of it, so that a muted microphone can be seen.
    """

    source_id: Identifier
    peak_db: tuple[float, float]
    magnitude_db: tuple[float, float]
    """RMS of 300 ms."""


class MetersEvent(Wire):
    """The level of every strip and of what goes on air (track 1); not replayed, may be left out."""

    kind: Literal["meters"] = "meters"
    strips: tuple[StripLevel, ...]
    peak_db: tuple[float, float]
    true_peak_db: float
    momentary_lufs: float
    short_term_lufs: float
    integrated_lufs: float
    """Since the broadcast began, or since somebody looks at the meters; -96 for none."""
    monitor: MonitorPhase = "off"
    """What the creator hears: nothing is to be heard, it plays, or no device takes it."""
