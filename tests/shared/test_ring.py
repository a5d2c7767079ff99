"""The preview ring: every picture that is read is whole, whoever writes meanwhile."""

import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import InvalidInput, StorageError
from shared.ring import RingReader, RingWriter

_SIZE = (64, 36)


def _picture(value: int, size: tuple[int, int] = _SIZE) -> bytes:
    return bytes([value % 256]) * (size[0] * size[1] * 4)


def test_what_was_published_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    with RingWriter(path) as writer, RingReader(path) as reader:
        assert reader.latest() is None
        writer.publish(_picture(7), width=64, height=36, captured_ns=123)
        frame = reader.latest()
        assert frame is not None
        assert (frame.width, frame.height, frame.captured_ns, frame.number) == (64, 36, 123, 1)
        assert frame.pixels == _picture(7)
        assert reader.latest(after=frame.number) is None


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    with RingWriter(tmp_path / "ring") as writer:
        assert stat.S_IMODE(writer.path.stat().st_mode) == 0o600
    assert not writer.path.exists()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(1, 30), st.integers(0, 255), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    st.integers(2, 5),
)
def test_a_reader_gets_the_newest_picture_of_any_size(
    tmp_path: Path, frames: list[tuple[int, int, int, bool]], slots: int
) -> None:
    path = tmp_path / f"ring{os.urandom(6).hex()}"
    with (
        RingWriter(path, slots=slots, capacity=40 * 30 * 4) as writer,
        RingReader(path) as reader,
    ):
        seen = 0
        for number, (width, height, value, reads) in enumerate(frames, start=1):
            pixels = _picture(value, (width, height))
            assert writer.publish(pixels, width=width, height=height, captured_ns=number) == number
            if reads:
                frame = reader.latest(after=seen)
                assert frame is not None
                assert (frame.number, frame.pixels) == (number, pixels)
                assert (frame.width, frame.height) == (width, height)
                seen = number
        assert reader.newest == len(frames)


@pytest.mark.parametrize(("width", "height", "length"), [(64, 36, 5), (0, 0, 0), (2000, 2000, 8)])
def test_a_picture_that_does_not_fit_is_refused(
    tmp_path: Path, width: int, height: int, length: int
) -> None:
    with RingWriter(tmp_path / "ring") as writer, pytest.raises(InvalidInput):
        writer.publish(b"0" * length, width=width, height=height, captured_ns=0)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300))
def test_a_file_that_is_no_ring_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(StorageError):
        RingReader(path)


def test_a_ring_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    with RingWriter(path, capacity=64 * 36 * 4):
        cut = tmp_path / "cut"
        cut.write_bytes(path.read_bytes()[:4096])
    with pytest.raises(StorageError):
        RingReader(cut)


def _write_forever(path: str, ready: "multiprocessing.synchronize.Event") -> None:
    with RingWriter(Path(path), slots=2, capacity=320 * 180 * 4) as writer:
        number = 0
        while True:
            number += 1
            writer.publish(_picture(number, (320, 180)), width=320, height=180, captured_ns=number)
            ready.set()


def test_pictures_read_from_a_racing_process_are_never_torn(tmp_path: Path) -> None:
    """Two slots and a writer that never rests: the worst case for the sequence lock."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    path = tmp_path / "ring"
    writer = context.Process(target=_write_forever, args=(str(path), ready))
    writer.start()
    try:
        assert ready.wait(20)
        seen, last = 0, 0
        with RingReader(path) as reader:
            end = time.monotonic() + 20
            while seen < 300 and time.monotonic() < end:
                frame = reader.latest(after=last)
                if frame is None:
                    continue
                assert frame.pixels == _picture(frame.captured_ns, (320, 180))
                assert frame.number > last
                last = frame.number
                seen += 1
        assert seen == 300
    finally:
        writer.kill()
        writer.join(10)
        writer.close()
