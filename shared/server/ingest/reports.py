"""What the repackaging worker tells the server, one JSON object per line."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

MAX_LINE: Final = 512 * 1024
CANNOT_WRITE: Final = "Segments cannot be written"
"""How the trouble of a full or missing disk begins."""


@dataclass(frozen=True, slots=True)
class Media:
    """What libav found in a broadcast's first packets; None and 0 for a side that is absent."""

    video_codec: str | None
    width: int
    height: int
    audio_codec: str | None
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class MediaReport:
    """A new epoch has begun, with these parameters."""

    epoch: int
    media: Media


@dataclass(frozen=True, slots=True)
class InitReport:
    """The init segment of an epoch is in its file."""

    epoch: int
    name: str


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """A segment is in its file; it began at this time of day."""

    epoch: int
    name: str
    duration_s: float
    begins_unix_ms: int


@dataclass(frozen=True, slots=True)
class ThumbnailReport:
    """A fresh small JPEG of the picture."""

    jpeg: bytes


@dataclass(frozen=True, slots=True)
class TroubleReport:
    """Something in the broadcast could not be used; it goes on with what can."""

    message: str


@dataclass(frozen=True, slots=True)
class RiskReport:
    """libav is about to parse this broadcast's bytes, or has survived it.

    If the worker dies in between, the server knows whose bytes did it.
    """

    is_begun: bool


type Report = (
    MediaReport | InitReport | SegmentReport | ThumbnailReport | TroubleReport | RiskReport
)


def encode_report(number: int, report: Report) -> bytes:
    """A report about the stream with this number, as one line."""
    fields: dict[str, Any] = asdict(report)
    if isinstance(report, ThumbnailReport):
        fields["jpeg"] = base64.b64encode(report.jpeg).decode("ascii")
    line = {"stream": number, "kind": type(report).__name__, **fields}
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def decode_report(line: bytes) -> tuple[int, Report]:
    """The stream's number and what is said about it.

    Raises:
        ValueError: not a line that `encode_report` made.
    """
    try:
        fields = json.loads(line)
        number, kind = int(fields.pop("stream")), fields.pop("kind")
        match kind:
            case "MediaReport":
                return number, MediaReport(fields["epoch"], Media(**fields["media"]))
            case "InitReport":
                return number, InitReport(**fields)
            case "SegmentReport":
                return number, SegmentReport(**fields)
            case "ThumbnailReport":
                return number, ThumbnailReport(base64.b64decode(fields["jpeg"]))
            case "TroubleReport":
                return number, TroubleReport(**fields)
            case "RiskReport":
                return number, RiskReport(**fields)
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError("a worker's report is broken") from error
    raise ValueError("a worker's report is of no known kind")
