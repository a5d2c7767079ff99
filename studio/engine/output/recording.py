"""A recording: fragmented MP4 in a file of its own thread, playable however the engine ends.

libav muxes into memory and this thread writes to the disk, so that a full or slow disk is seen as
what it is and never holds up anything but the recording.
"""

import errno
import logging
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.stream import Stream

from shared.errors import AppError, StorageError
from studio.engine.output.packets import EncodedPacket, PacketKind, StreamDescription

log = logging.getLogger(__name__)

STOP_WITH_FREE_BYTES = 200 * 1024 * 1024
_QUEUE_BYTES = 96 * 1024 * 1024
_FRAGMENT_US = 1_000_000
_MICROSECONDS = Fraction(1, 1_000_000)


def _disk_full(name: str) -> StorageError:
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


class Recording:
    """Records what it is given, from the next keyframe on. A `PacketSink`.

    `on_end` is called once, from the recording's thread, with None after `stop` and with the
    reason when it ended by itself.
    """

    def __init__(
        self,
        path: Path,
        description: StreamDescription,
        *,
        on_end: Callable[[AppError | None], None],
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        stop_with_free_bytes: int = STOP_WITH_FREE_BYTES,
    ) -> None:
        self.path = path
        self._description = description
        self._on_end = on_end
        self._free_bytes = free_bytes
        self._stop_with_free_bytes = stop_with_free_bytes
        self._waiting: deque[EncodedPacket] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._needs_keyframe = True
        self._base_us: int | None = None
        self._descriptor = -1
        self.written_bytes = 0
        self.dropped_frames = 0
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def open(self) -> None:
        """Make the file and start the thread.

        Raises:
            StorageError: the file exists, its folder is not writable, or there is no room.
        """
        name = self.path.name
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
        except OSError as error:
            raise StorageError(
                f"The recording {name} cannot be made there; choose a folder you may write to.",
                code="FOLDER_NOT_WRITABLE",
            ) from error
        self._thread.start()

    # --- the encoder's side ---------------------------------------------------------------

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet; when the disk is too slow, drop video up to the next keyframe."""
        with self._changed:
            if self._stopping:
                return
            is_video = packet.kind is PacketKind.VIDEO
            if is_video and self._needs_keyframe:
                if not packet.is_keyframe or self._waiting_bytes > _QUEUE_BYTES // 2:
                    self.dropped_frames += self._base_us is not None
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
            self._waiting.clear()
            self._waiting_bytes = 0
            self._needs_keyframe = True

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait for the disk."""
        return self._waiting_bytes

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
        except AppError as error:
            failure = error
        except OSError as error:
            failure = self._translated(error)
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
            os.close(self._descriptor)
        self._on_end(failure)

    def _translated(self, error: OSError) -> StorageError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return _disk_full(self.path.name)
        return StorageError(
            f"The disk of the recording {self.path.name} fails; record to another disk. The "
            "broadcast goes on.",
            code="RECORDING_FAILED",
        )

    def _record(self) -> None:
        spool = _Spool()
        container = av.open(
            spool,
            "w",
            format="mp4",
            options={
                "movflags": "empty_moov+default_base_moof+frag_keyframe",
                "frag_duration": str(_FRAGMENT_US),
                "flush_packets": "1",
            },
        )
        streams = self._streams(container)
        try:
            while (packet := self._next()) is not None:
                self._mux(container, streams, packet)
                self._to_disk(spool)
        finally:
            container.close()
            if self._base_us is not None:
                self._to_disk(spool, is_last=True)

    def _streams(self, container: OutputContainer) -> dict[PacketKind, Stream]:
        streams: dict[PacketKind, Stream] = {}
        video, audio = self._description.video, self._description.audio
        if video is not None:
            stream = container.add_mux_stream(
                video.codec.value,
                rate=Fraction(video.fps_num, video.fps_den),
                width=video.width,
                height=video.height,
            )
            stream.time_base = Fraction(1, video.fps_num * 1000 // video.fps_den)
            streams[PacketKind.VIDEO] = stream
        if audio is not None:
            # Not a bare stream: the muxer needs the decoder's configuration, which only an
            # opened encoder gives it; nothing is encoded with it.
            sound = container.add_stream(audio.codec.value, rate=audio.sample_rate)
            sound.layout = "stereo"
            streams[PacketKind.AUDIO] = sound
        return streams

    def _next(self) -> EncodedPacket | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return None
            packet = self._waiting.popleft()
            self._waiting_bytes -= len(packet.data)
            return packet

    def _mux(
        self, container: OutputContainer, streams: dict[PacketKind, Stream], packet: EncodedPacket
    ) -> None:
        is_video = packet.kind is PacketKind.VIDEO
        data = packet.data
        if self._base_us is None:
            if not is_video and PacketKind.VIDEO in streams:
                return
            self._base_us = packet.dts_us
        if is_video and packet.is_keyframe and self._description.video is not None:
            extradata = self._description.video.extradata
            if extradata.startswith(b"\0\0") and not data.startswith(extradata):
                data = extradata + data
        if packet.dts_us < self._base_us:
            return
        muxed = av.Packet(data)
        muxed.stream = streams[packet.kind]
        muxed.time_base = _MICROSECONDS
        muxed.pts = packet.pts_us - self._base_us
        muxed.dts = packet.dts_us - self._base_us
        muxed.duration = packet.duration_us
        muxed.is_keyframe = packet.is_keyframe
        container.mux(muxed)

    def _to_disk(self, spool: _Spool, *, is_last: bool = False) -> None:
        if not spool.pieces:
            return
        data = b"".join(spool.pieces)
        spool.pieces.clear()
        free = self._free_bytes(self.path.parent)
        if not is_last and free - len(data) <= self._stop_with_free_bytes:
            # There is room for this fragment and the last one: close while it can be done well.
            self._write(data)
            raise _disk_full(self.path.name)
        self._write(data)

    def _write(self, data: bytes) -> None:
        whole = self.written_bytes
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
            _sync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, whole)
            raise
        self.written_bytes = whole + len(data)


def _sync(descriptor: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)
