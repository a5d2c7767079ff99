"""A recording: a file, or several one after the other, written by a thread of its own.

Nothing that the disk does holds up anything but the recording.
"""

import logging
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from shared.errors import AppError, StorageError
from studio.engine.output.chapters import Chapter
from studio.engine.output.media_file import STOP_WITH_FREE_BYTES, MediaFile, translated
from studio.engine.output.packets import EncodedPacket, PacketKind, StreamDescription

log = logging.getLogger(__name__)

_QUEUE_BYTES = 96 * 1024 * 1024
_MAX_MARKS_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Split:
    """When a recording goes on in another file, at the next keyframe; None is never."""

    after_s: float | None = None
    after_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A chapter begins at this moment of the media clock."""

    at_us: int
    title: str


class _Resumed:
    """What comes now follows what was there before the pause."""


class Recording:
    """Records what it is given, from the next keyframe on. A `PacketSink`.

    The container is that of the name: `.mkv`, or MP4. `on_end` is called once, from the
    recording's thread, with None after `stop` and with the reason when it ended by itself.
    """

    def __init__(
        self,
        path: Path,
        description: StreamDescription,
        *,
        on_end: Callable[[AppError | None], None],
        split: Split | None = None,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        stop_with_free_bytes: int = STOP_WITH_FREE_BYTES,
    ) -> None:
        self._first_path = path
        self._description = description
        self._on_end = on_end
        self._split = split or Split()
        self._measure = free_bytes
        self.free_bytes: int | None = None
        """How much room the disk had when it was looked at last."""
        self._stop_with_free_bytes = stop_with_free_bytes
        self._waiting: deque[EncodedPacket | _Mark | _Resumed] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._paused = False
        self._needs_keyframe = True
        self._has_begun = False
        self._file = self._new_file(path)
        self._number = 1
        self._base_us: int | None = None
        self._end_us = 0
        self._chapter = ""
        self._finished_bytes = 0
        self.dropped_frames = 0
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    @property
    def path(self) -> Path:
        """The file that is being written."""
        return self._file.path

    @property
    def written_bytes(self) -> int:
        """Bytes on the disk, of all files."""
        return self._finished_bytes + self._file.written_bytes

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait for the disk."""
        return self._waiting_bytes

    @property
    def is_paused(self) -> bool:
        """Nothing is recorded until `resume`."""
        return self._paused

    def open(self) -> None:
        """Make the file and start the thread.

        Raises:
            StorageError: the file exists, its folder is not writable, or there is no room.
        """
        self._file.create()
        self._thread.start()

    # --- the encoder's side ---------------------------------------------------------------

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet; when the disk is too slow, drop video up to the next keyframe."""
        with self._changed:
            if self._stopping or self._paused:
                return
            is_video = packet.kind is PacketKind.VIDEO
            if is_video and self._needs_keyframe:
                if not packet.is_keyframe or self._waiting_bytes > _QUEUE_BYTES // 2:
                    self.dropped_frames += self._has_begun
                    return
                self._needs_keyframe = False
            if is_video and self._waiting_bytes > _QUEUE_BYTES:
                self._needs_keyframe = True
                self.dropped_frames += 1
                return
            if self._waiting_bytes > 2 * _QUEUE_BYTES:
                return
            self._waiting.append(packet)
            self._waiting_bytes += len(packet.data)
            self._changed.notify()

    def drop_unsent(self) -> None:
        """Throw away what is not muxed yet; go on at the next keyframe."""
        with self._changed:
            self._waiting = deque(
                each for each in self._waiting if not isinstance(each, EncodedPacket)
            )
            self._waiting_bytes = 0
            self._needs_keyframe = True

    # --- the loop's side ------------------------------------------------------------------

    def mark(self, title: str, *, at_us: int) -> None:
        """Begin a chapter at a moment of the media clock."""
        with self._changed:
            if not self._stopping and len(self._waiting) < _MAX_MARKS_WAITING:
                self._waiting.append(_Mark(at_us, title))
                self._changed.notify()

    def pause(self) -> None:
        """Record nothing until `resume`."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Go on at the next keyframe, as if nothing had been in between."""
        with self._changed:
            if self._paused:
                self._paused = False
                self._has_begun = False
                self._needs_keyframe = True
                self._waiting.append(_Resumed())

    def request_stop(self) -> None:
        """Tell the thread to write what it has and close the file."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def join(self, timeout_s: float = 10.0) -> None:
        """Wait until the file is closed."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        failure: AppError | None = None
        try:
            self._record()
            self._file.close()
        except AppError as error:
            failure = error
            self._close_after_failure()
        except OSError as error:
            failure = translated(error, self.path.name)
        except Exception:
            log.exception("the recording failed")
            failure = StorageError(
                f"The recording {self.path.name} stopped; what was recorded can be played.",
                code="RECORDING_FAILED",
            )
        finally:
            with self._changed:
                self._stopping = True
                self._waiting.clear()
                self._waiting_bytes = 0
            self._file.abandon()
        self._on_end(failure)

    def _close_after_failure(self) -> None:
        """The disk has just enough room for the rest of the file."""
        try:
            self._file.close()
        except (AppError, OSError):
            log.warning("the end of the recording could not be written")

    def _record(self) -> None:
        while (entry := self._next()) is not None:
            match entry:
                case EncodedPacket():
                    self._take(entry)
                case _Mark(at_us=at_us, title=title):
                    self._begin_chapter(title, at_us=at_us)
                case _Resumed():
                    self._base_us = None

    def _next(self) -> EncodedPacket | _Mark | _Resumed | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return None
            entry = self._waiting.popleft()
            if isinstance(entry, EncodedPacket):
                self._waiting_bytes -= len(entry.data)
            return entry

    def _take(self, packet: EncodedPacket) -> None:
        is_video = packet.kind is PacketKind.VIDEO
        if self._base_us is None:
            if self._is_other(packet):
                self._go_on_in_another_file(packet)
            if not is_video and self._description.video is not None:
                return
            self._base_us = packet.dts_us - self._end_us
            self._has_begun = True
        elif packet.is_keyframe and (self._is_full(packet) or self._is_other(packet)):
            self._go_on_in_another_file(packet)
        at_us = packet.dts_us - self._base_us
        if at_us < 0:
            return
        self._file.write(packet, at_us=at_us)
        self._end_us = max(self._end_us, at_us + packet.duration_us)

    def _is_other(self, packet: EncodedPacket) -> bool:
        """The video is not what this file began with: no player takes both from one file."""
        return packet.description is not None and packet.description != self._description.video

    def _is_full(self, packet: EncodedPacket) -> bool:
        if packet.kind is not PacketKind.VIDEO and self._description.video is not None:
            return False
        after_s, after_bytes = self._split.after_s, self._split.after_bytes
        if after_s is not None and self._end_us >= after_s * 1_000_000:
            return True
        return after_bytes is not None and self._file.written_bytes >= after_bytes

    def _go_on_in_another_file(self, packet: EncodedPacket) -> None:
        if packet.description is not None:
            self._description = replace(self._description, video=packet.description)
        self._file.close()
        self._finished_bytes += self._file.written_bytes
        self._file = self._next_file()
        self._base_us, self._end_us = packet.dts_us, 0
        if self._chapter:
            self._file.add_chapter(Chapter(0, self._chapter))

    def _next_file(self) -> MediaFile:
        first = self._first_path
        while True:
            self._number += 1
            path = first.with_name(f"{first.stem} ({self._number}){first.suffix}")
            if not os.path.lexists(path):
                file = self._new_file(path)
                file.create()
                return file

    def _new_file(self, path: Path) -> MediaFile:
        return MediaFile(
            path,
            self._description,
            free_bytes=self._room_in,
            stop_with_free_bytes=self._stop_with_free_bytes,
        )

    def _room_in(self, folder: Path) -> int:
        self.free_bytes = free = self._measure(folder)
        return free

    def _begin_chapter(self, title: str, *, at_us: int) -> None:
        self._chapter = title
        begins_us = at_us - self._base_us if self._base_us is not None else self._end_us
        self._file.add_chapter(Chapter(max(0, begins_us), title))
