"""Media made and measured by tests: a clip that flashes and beeps, and what a viewer decodes."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

_RATE = 48_000
_FPS = 30
_FLASH_FRAMES = 4


def write_flash_clip(path: Path, *, seconds: int, size: tuple[int, int] = (640, 360)) -> None:
    """Write a clip whose every whole second begins with a white flash and a 1 kHz beep.

    Both last 4/30 s and start on the same sample of the timeline. Sound is PCM, so that no
    encoder delay moves it; `path` should end in `.mkv`.
    """
    width, height = size
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=_FPS, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio = output.add_stream("pcm_s16le", rate=_RATE, layout="stereo")
        block = _RATE // _FPS
        tone = (0.5 * 32767 * np.sin(2 * np.pi * 1000 * np.arange(block) / _RATE)).astype(np.int16)
        for index in range(seconds * _FPS):
            is_flash = index % _FPS < _FLASH_FRAMES
            picture = np.full((height, width, 3), 255 if is_flash else 0, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, _FPS)
            output.mux(video.encode(frame))
            mono = tone if is_flash else np.zeros(block, np.int16)
            sound = av.AudioFrame.from_ndarray(
                np.repeat(mono, 2)[None, :], format="s16", layout="stereo"
            )
            sound.sample_rate, sound.pts = _RATE, index * block
            sound.time_base = Fraction(1, _RATE)
            output.mux(audio.encode(sound))
        output.mux(video.encode(None))
        output.mux(audio.encode(None))


@dataclass(slots=True)
class Watched:
    """What a viewer decoded: times in seconds on the stream's own clock."""

    video_codec: str = ""
    audio_codec: str = ""
    size: tuple[int, int] = (0, 0)
    frame_times: list[float] = field(default_factory=list)
    frames: list[tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]] = field(
        default_factory=list
    )
    """Y, U and V planes of every kept frame: (h, w), (h/2, w/2), (h/2, w/2) uint8."""
    colour: tuple[int, int] = (0, 0)
    """libav's numbers of colour space (1 is BT.709) and range (1 is limited)."""
    sound: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    sound_start: float = 0.0


def watch(
    url: str,
    *,
    seconds: float,
    keep_every: int = 1,
    crop: tuple[slice, slice] = (slice(None), slice(None)),
) -> Watched:
    """Decode `seconds` of a playlist or file from its first segment on.

    `crop` (rows, columns; even bounds) is what is kept of each picture, to bound memory.
    """
    options = {"live_start_index": "0"} if ".m3u8" in url else {}
    seen = Watched()
    blocks: list[NDArray[np.float32]] = []
    rows, columns = crop
    half = (_halved(rows), _halved(columns))
    with av.open(url, options=options, timeout=(15.0, 15.0)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        seen.video_codec, seen.audio_codec = video.codec.name, audio.codec.name
        seen.size = (video.width, video.height)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=_RATE)
        for frame in container.decode(video, audio):
            if isinstance(frame, av.VideoFrame):
                seen.frame_times.append(float(frame.time))
                seen.colour = (int(frame.colorspace), int(frame.color_range))
                if len(seen.frame_times) % keep_every == 0:
                    y, u, v = (_plane(frame, index) for index in range(3))
                    seen.frames.append((y[crop].copy(), u[half].copy(), v[half].copy()))
                if seen.frame_times[-1] - seen.frame_times[0] >= seconds:
                    break
            elif isinstance(frame, av.AudioFrame):
                if not blocks:
                    seen.sound_start = float(frame.time)
                blocks.extend(out.to_ndarray()[0] for out in resampler.resample(frame))
    seen.sound = np.concatenate(blocks) if blocks else seen.sound
    return seen


def pictures_missing(times: list[float], *, fps: float = 30) -> int:
    """How many pictures are left out between the first and the last of these times."""
    return int((np.round(np.diff(times) * fps) - 1).sum())


def off_beat(times: list[float], *, fps: float = 30) -> float:
    """The most by which a picture misses the beat, in seconds; left-out beats do not count."""
    ticks = np.diff(times) * fps
    return float(np.abs(ticks - np.maximum(1, np.round(ticks))).max() / fps)


def onsets(times: list[float], levels: NDArray[np.float64], threshold: float) -> list[float]:
    """The times at which `levels` rises above `threshold` after having been below it."""
    above = levels > threshold
    rising = np.flatnonzero(above[1:] & ~above[:-1]) + 1
    return [times[index] for index in rising]


def beeps(watched: Watched, threshold: float = 0.1) -> list[float]:
    """Onsets of sound louder than `threshold`, to about a millisecond."""
    step = _RATE // 1000
    count = len(watched.sound) // step
    peaks = np.abs(watched.sound[: count * step]).reshape(count, step).max(axis=1)
    held = np.array([peaks[max(0, i - 5) : i + 1].max() for i in range(count)], np.float64)
    times = [watched.sound_start + index / 1000 for index in range(count)]
    return onsets(times, held, threshold)


def rgb_of(y: float, u: float, v: float) -> tuple[float, float, float]:
    """BT.709 limited range to RGB 0..255 (ITU-R BT.709-6, items 3.2 and 4.6 to 4.8)."""
    luma, blue, red = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r = luma + 1.5748 * red
    b = luma + 1.8556 * blue
    g = (luma - 0.2126 * r - 0.0722 * b) / 0.7152
    return r * 255, g * 255, b * 255


def _halved(part: slice) -> slice:
    return slice(
        None if part.start is None else part.start // 2,
        None if part.stop is None else part.stop // 2,
    )


def _plane(frame: av.VideoFrame, index: int) -> NDArray[np.uint8]:
    plane = frame.planes[index]
    pixels = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return pixels[:, : plane.width]
