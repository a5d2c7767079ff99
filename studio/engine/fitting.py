"""What a broadcast is encoded as, so that every destination takes it, and what is said of it."""

from dataclasses import dataclass

from shared.rtmp import RtmpAddress
from studio.engine.protocol import AudioSettings, NoticeEvent, OutputSpec, RtmpOutput, VideoSettings
from studio.engine.video.platforms import Platform, fitted, platform_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """Settings that fit, and a notice where they are not those that were asked for."""

    video: VideoSettings
    audio: AudioSettings
    notice: NoticeEvent | None = None


def platforms_of(outputs: tuple[OutputSpec, ...]) -> tuple[Platform, ...]:
    """Return the platforms that outputs go to, each once.

    Raises:
        InvalidInput: an address is none.
    """
    found = [
        platform_of(
            RtmpAddress.parse(output.url, stream_key=output.key.get_secret_value() or None).host
        )
        for output in outputs
        if isinstance(output, RtmpOutput)
    ]
    return tuple(dict.fromkeys(found))


def fitted_to(
    outputs: tuple[OutputSpec, ...], video: VideoSettings, audio: AudioSettings
) -> Fitted:
    """Return settings that all of these outputs take.

    Raises:
        InvalidInput: an address is none.
    """
    platforms = platforms_of(outputs)
    if not platforms:
        return Fitted(video, audio)
    new_video = fitted(video, platforms)
    ceiling_kbps = min(each.max_audio_kbps for each in platforms)
    new_audio = audio.model_copy(
        update={"bitrate_kbps": min(audio.bitrate_kbps, ceiling_kbps)},
    )
    if (new_video, new_audio) == (video, audio):
        return Fitted(video, audio)
    strict = [each for each in platforms if fitted(video, (each,)) != video]
    names = " and ".join(each.name for each in strict) or "A destination"
    return Fitted(
        new_video,
        new_audio,
        NoticeEvent(
            level="warning",
            code="PLATFORM_LIMITS",
            message=f"{names} cannot take all that you have set, so this broadcast is sent as "
            f"{new_video.width}x{new_video.height} at {new_video.fps} pictures/s and "
            f"{new_video.bitrate_kbps} kbit/s; end it and change the output settings if you want "
            "something else.",
        ),
    )
