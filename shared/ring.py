"""A memory-mapped ring of small pictures: one writer, any number of readers, no lock.

The engine writes the preview, windows read it. Every slot carries a sequence lock: its counter is
odd while the writer is in it, so a reader that sees it odd or changed knows that its copy is torn
and takes it again. A frame is `height` rows of `width` BGRA pixels without padding.

Layout, little words of 8 bytes in the machine's order. Header: magic, layout version, slot count,
slot capacity in bytes, number of the newest frame (0 before the first). Each slot: lock, frame
number, capture time in ns, width, height, length in bytes, 2 spare, then the pixels.
"""

import mmap
import os
from collections.abc import Buffer
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.errors import InvalidInput, StorageError

MAGIC = 0x545A52494E470A01
LAYOUT_VERSION = 1
_WORD = 8
_HEADER_WORDS = 8
_SLOT_WORDS = 8
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class RingFrame:
    """One picture, copied out of the ring: `pixels` is `height * width * 4` bytes of BGRA."""

    number: int
    captured_ns: int
    width: int
    height: int
    pixels: bytes


class _Mapped:
    """A mapped ring file and its word view."""

    def __init__(self, mapping: mmap.mmap) -> None:
        self.mapping = mapping
        self.bytes = memoryview(mapping)
        self.words = self.bytes[: len(self.bytes) // _WORD * _WORD].cast("Q")

    def slot(self, number: int, slots: int, capacity: int) -> tuple[int, int]:
        """Return the word index and the pixel offset of the slot for a frame number."""
        size = _SLOT_WORDS * _WORD + capacity
        offset = _HEADER_WORDS * _WORD + (number % slots) * size
        return offset // _WORD, offset + _SLOT_WORDS * _WORD

    def close(self) -> None:
        self.words.release()
        self.bytes.release()
        self.mapping.close()


class RingWriter:
    """The one writer of a ring file; makes the file, readable by its owner only."""

    def __init__(self, path: Path, *, slots: int = 3, capacity: int = 1280 * 720 * 4) -> None:
        if slots < 2 or capacity < 4:
            raise InvalidInput("A preview ring needs two slots and room for one pixel.")
        self.path = path
        self._slots = slots
        self._capacity = (capacity + _WORD - 1) // _WORD * _WORD
        size = _HEADER_WORDS * _WORD + slots * (_SLOT_WORDS * _WORD + self._capacity)
        temporary = path.with_name(path.name + f".{os.getpid()}.new")
        try:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.ftruncate(descriptor, size)
                self._map = _Mapped(mmap.mmap(descriptor, size))
            finally:
                os.close(descriptor)
            words = self._map.words
            words[1], words[2], words[3], words[4] = LAYOUT_VERSION, slots, self._capacity, 0
            words[0] = MAGIC
            temporary.replace(path)
        except OSError as error:
            raise StorageError(
                "The preview file cannot be made; check that the disk has room.",
                code="PREVIEW_FILE",
            ) from error
        self._number = 0

    def publish(self, pixels: Buffer, *, width: int, height: int, captured_ns: int) -> int:
        """Write one BGRA picture and return its number.

        Raises:
            InvalidInput: the picture does not fit or its length is not width * height * 4.
        """
        view = memoryview(pixels).cast("B")
        length = width * height * 4
        if len(view) != length or length > self._capacity or length <= 0:
            raise InvalidInput("This picture does not fit the preview ring.")
        number = self._number + 1
        word, start = self._map.slot(number, self._slots, self._capacity)
        words = self._map.words
        lock = words[word] | 1
        words[word] = lock
        words[word + 1] = number
        words[word + 2] = captured_ns
        words[word + 3] = width
        words[word + 4] = height
        words[word + 5] = length
        self._map.bytes[start : start + length] = view
        words[word] = lock + 1
        words[4] = number
        self._number = number
        return number

    def close(self) -> None:
        """Unmap and remove the file; readers keep the last frames until they close."""
        self._map.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class RingReader:
    """A reader of a ring file.

    Raises:
        StorageError: the file is missing or is not a ring.
    """

    def __init__(self, path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                size = os.fstat(descriptor).st_size
                mapping = mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
            finally:
                os.close(descriptor)
        except (OSError, ValueError) as error:
            raise StorageError(
                "There is no preview to read; ask the engine for one again.", code="PREVIEW_FILE"
            ) from error
        self._map = _Mapped(mapping)
        words = self._map.words
        known = len(words) >= _HEADER_WORDS and words[0] == MAGIC and words[1] == LAYOUT_VERSION
        if known:
            self._slots, self._capacity = words[2], words[3]
            needed = _HEADER_WORDS * _WORD + self._slots * (_SLOT_WORDS * _WORD + self._capacity)
            known = self._slots >= 2 and needed <= size
        if not known:
            self._map.close()
            raise StorageError(
                "This file is not a preview of this version; restart the studio.",
                code="PREVIEW_FILE",
            )

    @property
    def newest(self) -> int:
        """The number of the newest frame; 0 before the first."""
        return self._map.words[4]

    def latest(self, *, after: int = 0) -> RingFrame | None:
        """Return the newest frame with a number above `after`, or None when there is none."""
        words = self._map.words
        for _ in range(_ATTEMPTS):
            number = words[4]
            if number <= after:
                return None
            word, start = self._map.slot(number, self._slots, self._capacity)
            lock = words[word]
            if lock & 1:
                continue
            width, height, length = words[word + 3], words[word + 4], words[word + 5]
            captured_ns, held = words[word + 2], words[word + 1]
            if length > self._capacity or width * height * 4 != length:
                continue
            pixels = bytes(self._map.bytes[start : start + length])
            if words[word] == lock and held >= number:
                return RingFrame(held, captured_ns, width, height, pixels)
        return None

    def close(self) -> None:
        """Unmap the file."""
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
