"""Encoded packets to fragmented MP4 by libav, without transcoding; runs in the worker process.

libav reads one tiny FLV made of the decoder configurations and the first pictures, so that it
learns size, profile and sample rate by its own parsers, and muxes with those parameters.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from shared.rtmp.flv import (
    AudioBody,
    AudioPart,
    VideoBody,
    VideoFormat,
    VideoPart,
    encode_audio,
    encode_video,
)
from shared.server.ingest.boxes import box_at, timescales, track_spans
from shared.server.ingest.reports import Media

_MILLISECONDS: Final = Fraction(1, 1000)
_FLV_AUDIO: Final = 8
_FLV_VIDEO: Final = 9
_AUDIO_ONLY_FRAGMENT_US: Final = 1_000_000
_INTERLEAVE_US: Final = 500_000


class MediaUnreadable(Exception):
    """libav does not understand what the publisher sent; the text is libav's."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture as FLV carries it; times in ms from the start of the epoch."""

    payload: bytes
    dts_ms: int
    composition_ms: int
    is_keyframe: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """One raw AAC access unit; time in ms from the start of the epoch."""

    payload: bytes
    dts_ms: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a decoder must know: the configuration records; a side that is None is absent."""

    video_format: VideoFormat | None
    video_record: bytes
    audio_config: bytes | None


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof and mdat; start and duration are those of the video, or of the sound alone."""

    content: bytes
    start_s: float
    duration_s: float


class _Collector:
    """The file that libav writes into."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, piece: bytes) -> int:
        self.written += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back here."""


class FragmentMuxer:
    """One epoch: one init segment, then a fragment per video keyframe (or second of sound).

    Parameters never change within an epoch; make a new muxer when they do. Not thread-safe.
    """

    def __init__(self, parameters: Parameters, picture: Picture | None, sound: Sound | None):
        """Begin with the first picture and/or sound, which must still be added.

        Raises:
            MediaUnreadable: libav cannot make sense of them.
        """
        self._sink = _Collector()
        self._tracks: dict[int, int] = {}
        self._main_track = 1
        self.init_segment = b""
        options = {
            "movflags": _movflags(has_video=picture is not None),
            "flush_packets": "1",
            "use_editlist": "0",
            "video_track_timescale": "90000",
            "avoid_negative_ts": "disabled",
            # A side that falls silent must not hold the other one back for longer.
            "max_interleave_delta": str(_INTERLEAVE_US),
        }
        if picture is None:
            options["frag_duration"] = str(_AUDIO_ONLY_FRAGMENT_US)
        try:
            with av.open(io.BytesIO(_first_flv(parameters, picture, sound)), format="flv") as probe:
                self.media = _described(parameters, probe.streams.get())
                self._output: OutputContainer = av.open(
                    self._sink, "w", format="mp4", options=options
                )
                self._video = self._copied(probe.streams.video)
                self._audio = self._copied(probe.streams.audio)
                self._output.start_encoding()
            list(self._take())
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaUnreadable(str(error)) from error

    def _copied(self, streams: tuple[VideoStream, ...] | tuple[AudioStream, ...]) -> Stream | None:
        if not streams:
            return None
        copy: Stream = self._output.add_stream_from_template(streams[0], opaque=True)
        return copy

    def add_picture(self, picture: Picture) -> list[Fragment]:
        """Mux a picture; returns the fragments that it completed.

        Raises:
            MediaUnreadable: libav refuses it.
        """
        pts_ms = max(picture.dts_ms + picture.composition_ms, 0)
        return self._add(self._video, picture.payload, picture.dts_ms, pts_ms, picture.is_keyframe)

    def add_sound(self, sound: Sound) -> list[Fragment]:
        """Mux a sound; returns the fragments that it completed.

        Raises:
            MediaUnreadable: libav refuses it.
        """
        return self._add(self._audio, sound.payload, sound.dts_ms, sound.dts_ms, True)

    def _add(
        self, stream: Stream | None, payload: bytes, dts_ms: int, pts_ms: int, is_keyframe: bool
    ) -> list[Fragment]:
        if stream is None or not payload:
            return []
        packet = av.Packet(payload)
        packet.stream = stream
        packet.time_base = _MILLISECONDS
        packet.dts, packet.pts = dts_ms, pts_ms
        packet.is_keyframe = is_keyframe
        try:
            self._output.mux_one(packet)
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaUnreadable(str(error)) from error
        return list(self._take())

    def close(self) -> list[Fragment]:
        """End the epoch; returns what was still held."""
        try:
            self._output.close()
        except av.error.FFmpegError as error:
            raise MediaUnreadable(str(error)) from error
        return list(self._take())

    def _take(self) -> Iterator[Fragment]:
        written = self._sink.written
        at, moof = 0, b""
        done = 0
        while (box := box_at(written, at)) is not None:
            kind, end = box
            content = bytes(written[at:end])
            at = end
            if kind in (b"ftyp", b"moov"):
                self.init_segment += content
                if kind == b"moov":
                    self._tracks = timescales(content)
                    self._main_track = min(self._tracks)
                done = at
            elif kind == b"moof":
                moof = content
            elif kind == b"mdat" and moof:
                start_s, duration_s = self._span(moof)
                yield Fragment(moof + content, start_s, duration_s)
                done, moof = at, b""
            else:
                done = at
        del written[:done]

    def _span(self, moof: bytes) -> tuple[float, float]:
        spans = dict(track_spans(moof))
        track = self._main_track if self._main_track in spans else min(spans, default=0)
        start, duration = spans.get(track, (0, 0))
        scale = self._tracks.get(track, 1)
        return start / scale, duration / scale


def _movflags(*, has_video: bool) -> str:
    flags = "empty_moov+default_base_moof+frag_discont+skip_trailer"
    return flags + "+frag_keyframe" if has_video else flags


def _first_flv(parameters: Parameters, picture: Picture | None, sound: Sound | None) -> bytes:
    has_video = picture is not None and parameters.video_format is not None
    has_audio = parameters.audio_config is not None
    out = b"FLV\x01" + bytes((has_audio << 2 | has_video,)) + (9).to_bytes(4) + bytes(4)
    if picture is not None and parameters.video_format is not None:
        video_format = parameters.video_format
        start = VideoBody(video_format, VideoPart.SEQUENCE_START, parameters.video_record, True)
        first = VideoBody(video_format, VideoPart.CODED_FRAMES, picture.payload, True)
        out += _tag(_FLV_VIDEO, encode_video(start)) + _tag(_FLV_VIDEO, encode_video(first))
    if parameters.audio_config is not None:
        config = AudioBody(AudioPart.SEQUENCE_START, parameters.audio_config)
        out += _tag(_FLV_AUDIO, encode_audio(config))
    if sound is not None:
        out += _tag(_FLV_AUDIO, encode_audio(AudioBody(AudioPart.CODED_FRAMES, sound.payload)))
    return out


def _tag(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3) + bytes(7) + body + (len(body) + 11).to_bytes(4)


def _described(parameters: Parameters, streams: list[Stream]) -> Media:
    video = next((each for each in streams if isinstance(each, VideoStream)), None)
    audio = next((each for each in streams if isinstance(each, AudioStream)), None)
    if parameters.video_format is not None and (video is None or not video.codec_context.width):
        raise MediaUnreadable("The size of the video cannot be found.")
    if parameters.audio_config is not None and (audio is None or not audio.codec_context.rate):
        raise MediaUnreadable("The rate of the sound cannot be found.")
    return Media(
        video.codec_context.codec.canonical_name if video else None,
        video.codec_context.width if video else 0,
        video.codec_context.height if video else 0,
        audio.codec_context.codec.canonical_name if audio else None,
        audio.codec_context.sample_rate if audio else 0,
        audio.codec_context.channels if audio else 0,
    )
