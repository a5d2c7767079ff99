"""What is wrong with a broadcast, why, and what to do: one sentence each, for the creator."""

from dataclasses import dataclass
from typing import Final

from studio.engine.protocol import Advice, OutputState

_YELLOW_SHARE: Final = 0.01
_OFFSET_MS: Final = 60.0
_SLOW_TRIP_MS: Final = 400.0
_BUSY_MACHINE: Final = 90.0
_OWN_SHARE: Final = 0.6
_MB: Final = 1_000_000
_DISK_LOW_BYTES: Final = 1000 * _MB


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
    missed_by_machine: int = 0
    """Of the missed ones, those for which the machine gave us no processor."""
    paused_s: float = 0.0
    """How long the whole computer stood still."""
    av_offset_ms: float = 0.0
    machine_percent: float = 0.0
    """How busy all processors are, by whomever."""
    own_share: float = 0.0
    """How much of that is the engine's."""


def advice_for(second: Second, outputs: tuple[OutputState, ...]) -> tuple[Advice, ...]:
    """Return what should be known now, the worst first; nothing when all is well."""
    return (*_line(second, outputs), *_machine(second), *_rest(second, outputs))


def _line(second: Second, outputs: tuple[OutputState, ...]) -> list[Advice]:
    found = [
        Advice(
            code="OUTPUT_LEFT_BEHIND",
            message=f"The line to {output.name} is far slower than the others, so it "
            "loses pictures; remove it or lower the bitrate for all.",
        )
        for output in outputs
        if output.left_behind
    ]
    if second.dropped > second.fps * _YELLOW_SHARE:
        found.append(
            Advice(
                code="NETWORK_DROPS",
                message="Your upload is too slow even for a low bitrate, so pictures are dropped; "
                "pause other uploads, use a cable, or choose a smaller picture.",
            )
        )
    elif second.rate_kbps < second.target_kbps:
        found.append(
            Advice(
                code="NETWORK_SLOW",
                message=f"Your upload is slow, so the video is sent at {second.rate_kbps} instead "
                f"of {second.target_kbps} kbit/s; pause other uploads or use a cable.",
            )
        )
    return found


def _machine(second: Second) -> list[Advice]:
    if second.paused_s > 0:
        return [_paused(round(second.paused_s))]
    is_others = second.machine_percent >= _BUSY_MACHINE and second.own_share < _OWN_SHARE
    if second.gives_way:
        return [_gives_way(second.gives_way, is_others=is_others)]
    if second.skipped > second.fps * _YELLOW_SHARE:
        return [_slow_encoder(is_others=is_others)]
    if second.missed > second.fps * _YELLOW_SHARE:
        is_taken = second.missed_by_machine * 2 > second.missed
        return [_processor_taken() if is_taken or is_others else _slow_scene()]
    return []


def _paused(seconds: int) -> Advice:
    return Advice(
        code="COMPUTER_PAUSED",
        message=f"The computer stood still for {seconds} s, so pictures were repeated; keep it "
        "from sleeping while you are on air.",
    )


def _processor_taken() -> Advice:
    return Advice(
        code="PROCESSOR_TAKEN",
        message="The computer gave us no processor for a moment, so pictures are repeated; close "
        "other programs, plug a laptop in, and let nothing else start while you are on air.",
    )


def _gives_way(how: str, *, is_others: bool) -> Advice:
    if is_others:
        return Advice(
            code="ENCODER_GIVES_WAY",
            message="Other programs keep the processor busy, so the video is encoded "
            f"{how} for now; close some of them.",
        )
    return Advice(
        code="ENCODER_GIVES_WAY",
        message=f"The processor is too slow, so the video is encoded {how} for now; "
        "choose a smaller picture or a lighter preset.",
    )


def _slow_encoder(*, is_others: bool) -> Advice:
    if is_others:
        return Advice(
            code="ENCODER_SLOW",
            message="Other programs keep the processor busy, so pictures are left out; "
            "close some of them.",
        )
    return Advice(
        code="ENCODER_SLOW",
        message="The processor is too slow for the encoder, so pictures are left out; "
        "choose a smaller picture or a lighter preset.",
    )


def _slow_scene() -> Advice:
    return Advice(
        code="SCENE_SLOW",
        message="The processor is too slow for this scene, so pictures are repeated; "
        "remove sources or filters.",
    )


def _rest(second: Second, outputs: tuple[OutputState, ...]) -> list[Advice]:
    found = []
    if abs(second.av_offset_ms) > _OFFSET_MS:
        found.append(_sound_offset(round(second.av_offset_ms)))
    far = [
        Advice(
            code="ROUND_TRIP_LONG",
            message=f"Every answer of {output.name} takes {round(output.round_trip_ms)} "
            "ms; choose an ingest that is nearer to you.",
        )
        for output in outputs
        if output.round_trip_ms is not None and output.round_trip_ms > _SLOW_TRIP_MS
    ]
    unsure = [
        Advice(
            code="CODEC_UNSURE",
            message=f"{output.name} does not say that it takes {output.unsure_codec}; if viewers "
            "see nothing, choose x264 in the output settings.",
        )
        for output in outputs
        if output.unsure_codec
    ]
    return [*found, *far, *_disk(outputs), *unsure]


def _disk(outputs: tuple[OutputState, ...]) -> list[Advice]:
    return [
        Advice(
            code="DISK_LOW",
            message=f"The disk of the recording has {output.free_bytes // _MB} MB left, and the "
            "recording stops at 200 MB; delete files, or record elsewhere.",
        )
        for output in outputs
        if output.kind == "recording"
        and output.free_bytes is not None
        and output.free_bytes < _DISK_LOW_BYTES
    ]


def _sound_offset(offset_ms: int) -> Advice:
    if offset_ms > 0:
        return Advice(
            code="SOUND_OFFSET",
            message=f"The sound comes {offset_ms} ms after its picture; set the sync offset of "
            "the microphone by as much.",
        )
    return Advice(
        code="SOUND_OFFSET",
        message=f"The sound comes {-offset_ms} ms before its picture; set the sync offset of "
        "the microphone by as much.",
    )
