"""What a client may ask of a media file that plays in a scene."""

from typing import Literal

from pydantic import Field

from studio.engine.protocol.wire import Wire
from studio.project.base import Identifier


class ControlMedia(Wire):
    """Pause a media file, let it go on, or jump in it. Reply: `Done`.

    `seconds` is a place in the file for "seek", and a distance, back if negative, for "skip".
    Refused with `NOT_FOUND` when no such file plays.
    """

    kind: Literal["control_media"] = "control_media"
    source_id: Identifier
    action: Literal["pause", "play", "seek", "skip"]
    seconds: float = Field(default=0.0, ge=-86_400.0, le=86_400.0)
