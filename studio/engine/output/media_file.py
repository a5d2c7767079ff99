"""One file of a recording or a replay: muxed in memory, written and synced here, always playable.

libav muxes into memory and the caller's thread writes to the disk, so that a full or slow disk is
seen as what it is. MP4 is fragmented, Matroska comes in clusters, both of about a second.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.container import OutputContainer
from av.stream import Stream

from shared.chosen_files import spoken_name
from shared.errors import StorageError
from studio.engine.output.chapters import Chapter, filled, with_room
from studio.engine.output.packets import EncodedPacket, PacketKind, StreamDescription

STOP_WITH_FREE_BYTES: Final = 200 * 1024 * 1024
_PIECE_MS: Final = 1000
_MICROSECONDS: Final = Fraction(1, 1_000_000)
_MP4_OPTIONS: Final = {
    # The trailer would hold offsets from before room was made for chapters.
    "movflags": "empty_moov+default_base_moof+frag_keyframe+skip_trailer",
    "frag_duration": str(_PIECE_MS * 1000),
    "flush_packets": "1",
}
_MATROSKA_OPTIONS: Final = {"cluster_time_limit": str(_PIECE_MS), "flush_packets": "1"}


def disk_full(name: str) -> StorageError:
    """The sentence for a disk without room."""
    return StorageError(
        f"The disk is full: the recording {name} was closed and can be played; make room and "
        "start another. The broadcast goes on.",
        code="DISK_FULL",
    )


class _Spool:
    """The file that libav writes to: pieces waiting for the disk."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take what libav has."""
        self.pieces.append(bytes(piece))
        return len(piece)


class MediaFile:
    """A file that packets are written to, with times that begin at zero. Used by one thread."""

    def __init__(
        self,
        path: Path,
        description: StreamDescription,
        *,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        stop_with_free_bytes: int = STOP_WITH_FREE_BYTES,
    ) -> None:
        self.path = path
        self.written_bytes = 0
        self._description = description
        self._free_bytes = free_bytes
        self._stop_with_free_bytes = stop_with_free_bytes
        self._is_matroska = path.suffix.lower() == ".mkv"
        self._descriptor = -1
        self._spool = _Spool()
        self._container: OutputContainer | None = None
        self._streams: dict[tuple[PacketKind, int], Stream] = {}
        self._header = b""
        self._room_at: int | None = None
        self._chapters: list[Chapter] = []

    def create(self) -> None:
        """Make the file, empty.

        Raises:
            StorageError: it exists, its folder is not writable, or there is no room.
        """
        name = spoken_name(self.path)
        try:
            if self._free_bytes(self.path.parent) <= self._stop_with_free_bytes:
                raise StorageError(
                    f"There is not enough room to record {name}; free 200 MB or choose another "
                    "disk.",
                    code="DISK_FULL",
                )
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise StorageError(
                f"The file {name} exists already; choose another name.", code="FILE_EXISTS"
            ) from error
        except (OSError, ValueError) as error:
            raise StorageError(
                f"The recording {name} cannot be made there; choose a folder you may write to.",
                code="FOLDER_NOT_WRITABLE",
            ) from error

    def write(self, packet: EncodedPacket, *, at_us: int) -> None:
        """Write a packet whose decoding time in the file is `at_us`.

        Raises:
            StorageError: the disk is full; what is there can be played.
            OSError: the disk fails.
        """
        self.collect(packet, at_us=at_us)
        self._to_disk()

    def collect(self, packet: EncodedPacket, *, at_us: int) -> None:
        """As `write`, but leave it in memory until `close`."""
        if self._container is None:
            self._container = self._opened()
        data = packet.data
        video = self._description.video
        if packet.kind is PacketKind.VIDEO and packet.is_keyframe and video is not None:
            extradata = video.extradata
            if extradata.startswith(b"\0\0") and not data.startswith(extradata):
                data = extradata + data
        muxed = av.Packet(data)
        muxed.stream = self._streams[packet.kind, packet.track]
        muxed.time_base = _MICROSECONDS
        muxed.pts = at_us + packet.pts_us - packet.dts_us
        muxed.dts = at_us
        muxed.duration = packet.duration_us
        muxed.is_keyframe = packet.is_keyframe
        self._container.mux(muxed)

    def add_chapter(self, chapter: Chapter) -> None:
        """Begin a chapter; a second one at the same moment takes the first one's place.

        Raises:
            OSError: the disk fails.
        """
        self._chapters = [each for each in self._chapters if each.at_us != chapter.at_us]
        self._chapters.append(chapter)
        self._write_chapters()

    def close(self) -> None:
        """Write what is left and close the file; harmless when it was closed before.

        Raises:
            OSError: the disk fails; the file is closed all the same.
        """
        descriptor = self._descriptor
        if descriptor < 0:
            return
        try:
            if self._container is not None:
                self._container.close()
                self._to_disk(is_last=True)
        finally:
            self._descriptor = -1
            os.close(descriptor)

    def abandon(self) -> None:
        """Close the file as it is, after a failure."""
        if self._container is not None:
            with contextlib.suppress(av.FFmpegError):
                self._container.close()
        self._spool.pieces.clear()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _opened(self) -> OutputContainer:
        container = av.open(
            self._spool,
            "w",
            format="matroska" if self._is_matroska else "mp4",
            options=_MATROSKA_OPTIONS if self._is_matroska else _MP4_OPTIONS,
        )
        video, audio = self._description.video, self._description.audio
        if video is not None:
            stream = container.add_mux_stream(
                video.codec.value,
                rate=Fraction(video.fps_num, video.fps_den),
                width=video.width,
                height=video.height,
            )
            stream.time_base = Fraction(1, video.fps_num * 1000 // video.fps_den)
            self._streams[PacketKind.VIDEO, 0] = stream
        if audio is not None:
            # Not a bare stream: the muxer needs the decoder's configuration, which only an
            # opened encoder gives it; nothing is encoded with it.
            for track in self._description.audio_tracks:
                sound = container.add_stream(audio.codec.value, rate=audio.sample_rate)
                sound.layout = "stereo"
                sound.metadata["title"] = f"Track {track + 1}"
                self._streams[PacketKind.AUDIO, track] = sound
        return container

    def _to_disk(self, *, is_last: bool = False) -> None:
        if not self._spool.pieces:
            return
        data = b"".join(self._spool.pieces)
        self._spool.pieces.clear()
        if self._room_at is None:
            self._header += data
            roomy = with_room(self._header, is_matroska=self._is_matroska)
            if roomy is None and not is_last:
                return
            data, self._room_at = roomy or (self._header, None)
            self._header = b""
        if not is_last and self._is_removed():
            raise StorageError(
                f"The recording {spoken_name(self.path)} was removed while it was made; start "
                "another. The broadcast goes on.",
                code="RECORDING_REMOVED",
            )
        free = self._free_bytes(self.path.parent)
        if not is_last and free - len(data) <= self._stop_with_free_bytes:
            # There is room for this fragment and the last one: close while it can be done well.
            self._append(data)
            raise disk_full(self.path.name)
        is_first = self.written_bytes == 0
        self._append(data)
        if is_first and self._chapters:
            self._write_chapters()

    def _is_removed(self) -> bool:
        """Nobody can find the file any more; one that was moved still has a name."""
        return os.fstat(self._descriptor).st_nlink == 0 and not os.path.lexists(self.path)

    def _append(self, data: bytes) -> None:
        whole = self.written_bytes
        try:
            self._write_all(data)
        except OSError:
            os.ftruncate(self._descriptor, whole)
            raise
        self.written_bytes = whole + len(data)

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        _sync(self._descriptor)

    def _write_chapters(self) -> None:
        if self._room_at is None or self._descriptor < 0 or self.written_bytes == 0:
            return
        os.lseek(self._descriptor, self._room_at, os.SEEK_SET)
        try:
            self._write_all(filled(self._chapters, is_matroska=self._is_matroska))
        finally:
            os.lseek(self._descriptor, self.written_bytes, os.SEEK_SET)


def translated(error: OSError, name: str) -> StorageError:
    """The sentence for what a disk did to a recording."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full(name)
    return StorageError(
        f"The disk of the recording {name} fails; record to another disk. The broadcast goes on.",
        code="RECORDING_FAILED",
    )


def _sync(descriptor: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)
