"""One broadcast from RTMP bodies to HLS segment files; runs in the worker process.

An epoch is a run of media with the same parameters and an unbroken timeline. Every change (new
codec or size, a second publisher, a jump of the stamps, sound appearing) ends the epoch at once
and begins the next at a keyframe, which the playlist shows as a discontinuity.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from shared.rtmp.errors import FlvError
from shared.rtmp.flv import (
    AudioPart,
    VideoFormat,
    VideoPart,
    decode_audio,
    decode_video,
)
from shared.server.ingest.fragments import (
    Fragment,
    FragmentMuxer,
    MediaUnreadable,
    Parameters,
    Picture,
    Sound,
)
from shared.server.ingest.reports import (
    InitReport,
    MediaReport,
    Report,
    RiskReport,
    SegmentReport,
    ThumbnailReport,
    TroubleReport,
)
from shared.server.ingest.thumbnails import keyframe_jpeg
from shared.server.ingest.timeline import Timeline, Track

TARGET_SEGMENT_S: Final = 0.95
THUMBNAIL_EVERY_MS: Final = 5_000
SOUND_WAIT_MS: Final = 1_000
VIDEO_WAIT_MS: Final = 2_000
VIDEO_GONE_MS: Final = 5_000
MAX_GROUP_MS: Final = 20_000
MAX_WAITING: Final = 512

type Item = Picture | Sound


class Repackager:
    """Takes one broadcast's bodies in order, writes files into `folder`, reports each of them.

    `unix_ms` gives the time of day. Files are written under a temporary name and renamed; they
    are not fsynced, because a segment lives for seconds and is worthless after a power cut.
    """

    def __init__(
        self,
        folder: Path,
        *,
        report: Callable[[Report], None],
        unix_ms: Callable[[], int],
        first_epoch: int = 1,
    ) -> None:
        self._folder = folder
        self._report = report
        self._unix_ms = unix_ms
        self._epoch = first_epoch - 1
        self._timeline = Timeline()
        self._format: VideoFormat | None = None
        self._record = b""
        self._audio_config: bytes | None = None
        self._last_sound: Sound | None = None
        self._muxer: FragmentMuxer | None = None
        self._running = Parameters(None, b"", None)
        self._waiting: list[Item] = []
        self._base_ms = 0
        self._base_unix_ms = 0
        self._last_picture_ms = 0
        self._last_keyframe_ms = 0
        self._thumbnail_ms: int | None = None
        self._parts: list[Fragment] = []
        self._serial = 0

    def add_video(self, body: bytes, stamp: int) -> None:
        """Take a video message's payload; what we cannot use is reported, never raised."""
        try:
            video = decode_video(body)
        except FlvError as error:
            self._report(TroubleReport(error.message))
            return
        if video.part is VideoPart.SEQUENCE_START:
            if (video.format, video.payload) != (self._format, self._record):
                self.end_epoch()
                self._format, self._record = video.format, video.payload
        elif video.part is VideoPart.CODED_FRAMES and video.payload and self._record:
            dts_ms = self._placed(Track.VIDEO, stamp)
            self._take(Picture(video.payload, dts_ms, video.composition_ms, video.is_keyframe))

    def add_audio(self, body: bytes, stamp: int) -> None:
        """Take an audio message's payload; what we cannot use is reported, never raised."""
        try:
            audio = decode_audio(body)
        except FlvError as error:
            self._report(TroubleReport(error.message))
            return
        if audio.part is AudioPart.SEQUENCE_START:
            if self._last_sound is not None and audio.payload != self._audio_config:
                self.end_epoch()
                self._last_sound = None
            self._audio_config = audio.payload
        elif audio.part is AudioPart.CODED_FRAMES and audio.payload and self._audio_config:
            dts_ms = self._placed(Track.AUDIO, stamp)
            self._last_sound = Sound(audio.payload, dts_ms)
            self._take(self._last_sound)

    def begin_again(self) -> None:
        """Another publisher continues this broadcast: new times, new parameters."""
        self.end_epoch()
        self._timeline = Timeline()
        self._format, self._record = None, b""
        self._audio_config, self._last_sound = None, None

    def end_epoch(self) -> None:
        """Write out what is held; the next epoch begins at a keyframe."""
        muxer, self._muxer = self._muxer, None
        self._waiting.clear()
        if muxer is None:
            return
        try:
            self._collect(muxer.close())
        except MediaUnreadable as error:
            self._report(TroubleReport(str(error)))
        self._write_segment()

    def discard(self) -> None:
        """Forget all that is held and not yet in a file; go on at the next keyframe."""
        muxer, self._muxer = self._muxer, None
        self._waiting.clear()
        self._parts.clear()
        self._thumbnail_ms = None
        if muxer is not None:
            try:
                muxer.close()
            except MediaUnreadable as error:
                self._report(TroubleReport(str(error)))

    def _placed(self, track: Track, stamp: int) -> int:
        placed = self._timeline.place(track, stamp)
        if placed.is_jump:
            self.end_epoch()
        return placed.dts_ms

    def _take(self, item: Item) -> None:
        if self._muxer is not None and self._is_epoch_over(item):
            self.end_epoch()
        if self._muxer is not None:
            self._mux(self._muxer, item)
            return
        if self._can_wait(item):
            self._waiting.append(item)
        if self._waiting and self._is_epoch_ready(item):
            self._begin_epoch()

    def _is_epoch_over(self, item: Item) -> bool:
        """The running epoch cannot hold this item, or would never end with it."""
        if isinstance(item, Sound):
            is_video_gone = item.dts_ms - self._last_picture_ms > VIDEO_GONE_MS
            return self._running.video_format is not None and is_video_gone
        if item.is_keyframe:
            return self._running != self._wanted(has_video=True)
        return item.dts_ms - self._last_keyframe_ms > MAX_GROUP_MS

    def _wanted(self, *, has_video: bool) -> Parameters:
        # A configuration without any sound behind it tells libav too little.
        audio_config = self._audio_config if self._last_sound is not None else None
        if not has_video:
            return Parameters(None, b"", audio_config)
        return Parameters(self._format, self._record, audio_config)

    def _can_wait(self, item: Item) -> bool:
        """Keep items only from the first keyframe on, or sound while no video is known."""
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
        if isinstance(item, Sound) or any(isinstance(each, Picture) for each in self._waiting):
            return True
        return item.is_keyframe

    def _is_epoch_ready(self, item: Item) -> bool:
        picture = next((each for each in self._waiting if isinstance(each, Picture)), None)
        if picture is not None:
            return self._last_sound is not None or item.dts_ms - picture.dts_ms >= SOUND_WAIT_MS
        waited_ms = item.dts_ms - self._waiting[0].dts_ms
        return waited_ms >= (VIDEO_GONE_MS if self._record else VIDEO_WAIT_MS)

    def _begin_epoch(self) -> None:
        waiting, self._waiting = self._waiting, []
        picture = next((each for each in waiting if isinstance(each, Picture)), None)
        first = picture or waiting[0]
        self._running = self._wanted(has_video=picture is not None)
        self._report(RiskReport(is_begun=True))
        try:
            muxer = FragmentMuxer(self._running, picture, self._last_sound)
        except MediaUnreadable as error:
            self._report(TroubleReport(str(error)))
            return
        finally:
            self._report(RiskReport(is_begun=False))
        self._muxer = muxer
        self._epoch += 1
        self._base_ms, self._base_unix_ms = first.dts_ms, self._unix_ms()
        self._last_picture_ms = self._last_keyframe_ms = first.dts_ms
        self._report(MediaReport(self._epoch, muxer.media))
        self._write(f"init-{self._epoch}.mp4", muxer.init_segment)
        self._report(InitReport(self._epoch, f"init-{self._epoch}.mp4"))
        for item in waiting:
            if self._muxer is muxer:
                self._mux(muxer, item)

    def _mux(self, muxer: FragmentMuxer, item: Item) -> None:
        at_ms = item.dts_ms - self._base_ms
        if at_ms < 0:
            return  # Sound from before the first keyframe.
        try:
            if isinstance(item, Sound):
                self._collect(muxer.add_sound(Sound(item.payload, at_ms)))
                return
            self._collect(
                muxer.add_picture(
                    Picture(item.payload, at_ms, item.composition_ms, item.is_keyframe)
                )
            )
        except MediaUnreadable as error:
            self._report(TroubleReport(str(error)))
            self.discard()
            return
        self._last_picture_ms = item.dts_ms
        if item.is_keyframe:
            self._last_keyframe_ms = item.dts_ms
            self._draw_thumbnail(item)

    def _collect(self, fragments: list[Fragment]) -> None:
        for fragment in fragments:
            self._parts.append(fragment)
            if sum(part.duration_s for part in self._parts) >= TARGET_SEGMENT_S:
                self._write_segment()

    def _write_segment(self) -> None:
        parts, self._parts = self._parts, []
        duration_s = sum(part.duration_s for part in parts)
        if duration_s <= 0:
            return
        self._serial += 1
        name = f"{self._epoch}-{self._serial}.m4s"
        self._write(name, b"".join(part.content for part in parts))
        begins_unix_ms = self._base_unix_ms + round(parts[0].start_s * 1000)
        self._report(SegmentReport(self._epoch, name, duration_s, begins_unix_ms))

    def _write(self, name: str, content: bytes) -> None:
        temporary = self._folder / f".{name}.part"
        temporary.write_bytes(content)
        os.replace(temporary, self._folder / name)

    def _draw_thumbnail(self, picture: Picture) -> None:
        last = self._thumbnail_ms
        if self._format is None or (
            last is not None and 0 <= picture.dts_ms - last < THUMBNAIL_EVERY_MS
        ):
            return
        self._thumbnail_ms = picture.dts_ms
        self._report(RiskReport(is_begun=True))
        jpeg = keyframe_jpeg(self._format, self._record, picture.payload)
        self._report(RiskReport(is_begun=False))
        if jpeg is not None:
            self._report(ThumbnailReport(jpeg))
