"""What is wrong with a broadcast, why, and what to do: one sentence each, for the creator."""

from dataclasses import dataclass
from typing import Final

from studio.engine.protocol import Advice, OutputState

_YELLOW_SHARE: Final = 0.01
_OFFSET_MS: Final = 60.0
_SLOW_TRIP_MS: Final = 400.0
_BUSY_MACHINE: Final = 90.0
_OWN_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Second:
    """The last second of a broadcast, as far as advice needs it."""

    fps: int
    missed: int
    skipped: int
    dropped: int
    target_kbps: int
    rate_kbps: int
    gives_way: str = ""
    """How the encoder encodes instead of as it was asked; empty when it keeps up."""
    av_offset_ms: float = 0.0
    machine_percent: float = 0.0
    """How busy all processors are, by whomever."""
    own_share: float = 0.0
    """How much of that is the engine's."""


def advice_for(second: Second, outputs: tuple[OutputState, ...]) -> tuple[Advice, ...]:
    """Return what should be known now, the worst first; nothing when all is well."""
    return (*_line(second, outputs), *_machine(second), *_rest(second, outputs))


def _line(second: Second, outputs: tuple[OutputState, ...]) -> list[Advice]:
    found = []
    for output in outputs:
        if output.left_behind:
            text = (
                f"The line to {output.name} is far slower than the others, so it loses pictures; "
                "remove it or lower the bitrate for all."
            )
            found.append(Advice(code="OUTPUT_LEFT_BEHIND", message=text))
    if second.dropped > second.fps * _YELLOW_SHARE:
        text = (
            "Your upload is too slow even for a low bitrate, so pictures are dropped; pause other "
            "uploads, use a cable, or choose a smaller picture."
        )
        found.append(Advice(code="NETWORK_DROPS", message=text))
    elif second.rate_kbps < second.target_kbps:
        text = (
            f"Your upload is slow, so the video is sent at {second.rate_kbps} instead of "
            f"{second.target_kbps} kbit/s; pause other uploads or use a cable."
        )
        found.append(Advice(code="NETWORK_SLOW", message=text))
    return found


def _machine(second: Second) -> list[Advice]:
    is_others = second.machine_percent >= _BUSY_MACHINE and second.own_share < _OWN_SHARE
    cause = "Other programs keep the processor busy" if is_others else "The processor is too slow"
    remedy = "close some of them" if is_others else "choose a smaller picture or a lighter preset"
    if second.gives_way:
        text = f"{cause}, so the video is encoded {second.gives_way} for now; {remedy}."
        return [Advice(code="ENCODER_GIVES_WAY", message=text)]
    if second.skipped > second.fps * _YELLOW_SHARE:
        text = f"{cause} for the encoder, so pictures are left out; {remedy}."
        return [Advice(code="ENCODER_SLOW", message=text)]
    if second.missed > second.fps * _YELLOW_SHARE:
        remedy = remedy if is_others else "remove sources or filters"
        text = f"{cause} for this scene, so pictures are repeated; {remedy}."
        return [Advice(code="SCENE_SLOW", message=text)]
    return []


def _rest(second: Second, outputs: tuple[OutputState, ...]) -> list[Advice]:
    found = []
    if abs(second.av_offset_ms) > _OFFSET_MS:
        order = "after" if second.av_offset_ms > 0 else "before"
        text = (
            f"The sound comes {abs(round(second.av_offset_ms))} ms {order} its picture; set the "
            "sync offset of the microphone by as much."
        )
        found.append(Advice(code="SOUND_OFFSET", message=text))
    for output in outputs:
        if output.round_trip_ms is not None and output.round_trip_ms > _SLOW_TRIP_MS:
            text = (
                f"Every answer of {output.name} takes {round(output.round_trip_ms)} ms; choose an "
                "ingest that is nearer to you."
            )
            found.append(Advice(code="ROUND_TRIP_LONG", message=text))
    return found
