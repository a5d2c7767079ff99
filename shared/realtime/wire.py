"""What the socket carries, read with patience: newer servers may say things we do not know."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.api.errors import ApiError
from shared.schemas.common import ErrorCode, ErrorEnvelope
from shared.schemas.realtime import RoomEvent, RoomSnapshot

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a newer server: it holds its place in the feed and is shown to nobody."""

    seq: int


type Arrived = RoomEvent | Unknown


@dataclass(frozen=True, slots=True)
class Joined:
    """A join's answer."""

    seq: int
    snapshot: RoomSnapshot | None
    missed: list[Arrived]


def read_events(raw: Any) -> list[Arrived]:
    """The events of a frame or of a repair; what has no place in the feed is left out."""
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return []
    events: list[Arrived] = []
    for item in raw:
        try:
            events.append(RoomEvent.model_validate(item))
        except ValidationError as error:
            seq = item.get("seq") if isinstance(item, dict) else None
            if isinstance(seq, int):
                events.append(Unknown(seq))
            _log.info("an event is not understood (%d errors)", error.error_count())
    return events


def read_join(raw: Any) -> Joined | None:
    """A join's answer, or None when it makes no sense."""
    if not isinstance(raw, dict) or not isinstance(raw.get("seq"), int):
        return None
    snapshot = None
    if raw.get("snapshot") is not None:
        try:
            snapshot = RoomSnapshot.model_validate(raw["snapshot"])
        except ValidationError as error:
            _log.warning("a room's snapshot is not understood (%d errors)", error.error_count())
            return None
    return Joined(raw["seq"], snapshot, read_events(raw.get("missed")))


def read_refusal(raw: Any) -> ApiError | None:
    """The error that an answer holds: the envelope itself, or one under `error` or `data`."""
    if not isinstance(raw, dict):
        return None
    for candidate in (raw, raw.get("error"), raw.get("data")):
        try:
            envelope = ErrorEnvelope.model_validate(candidate)
        except ValidationError:
            continue
        return ApiError.from_envelope(envelope, status=0)
    if raw.get("ok") is False:
        return ApiError(
            "The server refused without saying why. Try again in a moment.",
            code=ErrorCode.INTERNAL,
            status=0,
            request_id="",
        )
    return None
