"""What creators are handed on a bad day: one sentence with a next step, and the show goes on.

Every kind that reads a file is met with every kind of bad file, also those that are added later.
"""

import codecs
import os
import queue
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from fakes.broadcast import make_broadcast
from fakes.filter_cases import DrivenClock
from fakes.media import write_flash_clip
from fakes.sink import FakeSink, HurriedStop, hurried
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from rules.noise import ExpectLog

from shared.chosen_files import spoken_name
from shared.errors import AppError, InvalidInput, StorageError
from shared.qt.translations import load_sentences
from studio.engine.filters import FILTERS, FilterKind
from studio.engine.output.recording import Recording
from studio.engine.overlays.brush import read_picture
from studio.engine.overlays.sounds import sound_of
from studio.engine.sources import SOURCES, SourceKind, kind_of
from studio.engine.transitions import TRANSITIONS, TransitionKind
from studio.project.collections import read_text
from studio.project.files import load_project
from studio.project.model import (
    FileSource,
    ImageSource,
    Model,
    SlideshowSource,
    TextSource,
)
from studio.project.overlays import AlertRule

_NAMES = {"path": str, "paths": tuple, "text_file": str, "sound_path": str, "image": str}
"""The settings that lead to a file, by name."""


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths that lead to nothing that could be read, by what is wrong with them."""
    folder = tmp_path_factory.mktemp("bad")
    clip, image = folder / "clip.mkv", folder / "wide.png"
    write_flash_clip(clip, seconds=1, size=(64, 36))
    whole = QImage(64, 36, QImage.Format.Format_RGB32)
    whole.fill(0)
    assert whole.save(str(image))
    contents = {
        "empty": b"",
        "noise": np.random.default_rng(7).bytes(4096),
        "cut film": clip.read_bytes()[:300],
        "cut picture": image.read_bytes()[:40],
        "unknown codec": clip.read_bytes().replace(b"V_", b"X_").replace(b"A_", b"X_"),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "turns in circles").symlink_to(folder / "turns in circles")
    paths = {name: str(folder / name) for name in (*contents, "folder", "pipe", "turns in circles")}
    return {
        **paths,
        "gone": str(folder / "gone.file"),
        "no path": "a\0b",
        "endless name": "/" + "x" * 300,
        "inside a file": f"{clip}/x",
        "a device": "/dev/zero",
        "an address": "http://127.0.0.1:9/x",
    }


def _within(act: Callable[[], object]) -> BaseException | None:
    """What an act raises; a pipe that is opened would never come back."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - judged by the test
            raised.append(error)

    thread = threading.Thread(target=run, name="bad input", daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "it hangs"
    return raised[0] if raised else None


def _is_a_sentence(error: BaseException | None) -> bool:
    if not isinstance(error, AppError) or len(error.message) > 250:
        return False
    return error.message.isprintable() and error.message.endswith(".") and "; " in error.message


def _with_file(model: type[Model], path: str) -> Model | None:
    """Settings of a kind that lead to this file; None where it reads none."""
    names = _NAMES.keys() & model.model_fields.keys()
    if not names:
        return None
    values: dict[str, object] = {name: (path,) if _NAMES[name] is tuple else path for name in names}
    if "mode" in model.model_fields and "image" in get_args(model.model_fields["mode"].annotation):
        values["mode"] = "image"
    fixed = model.model_fields.get("kind")
    return model.model_validate(values | ({"kind": fixed.default} if fixed else {}))


_SOURCES = [kind for kind in SOURCES if _NAMES.keys() & kind.settings.model_fields.keys()]
_FILTERS = [kind for kind in FILTERS if _NAMES.keys() & kind.settings.model_fields.keys()]
_TRANSITIONS = [kind for kind in TRANSITIONS if _NAMES.keys() & kind.settings.model_fields.keys()]


@pytest.mark.parametrize("kind", _SOURCES, ids=lambda kind: kind.kind)
def test_a_source_says_what_is_wrong_with_its_file(
    kind: SourceKind, bad_files: dict[str, str]
) -> None:
    for bad, path in bad_files.items():
        sink = hurried(3)
        capture = kind.make(_with_file(kind.settings, path))
        error = _within(partial(capture.run, sink))
        is_shown = kind.kind == "text" and bad == "empty"
        told = [each for each in (error, *sink.warnings) if each is not None]
        assert bool(told) != is_shown, bad
        assert all(_is_a_sentence(each) for each in told), (bad, told)


@pytest.mark.parametrize("kind", [*_FILTERS, *_TRANSITIONS], ids=lambda kind: kind.kind)
def test_a_filter_or_transition_says_what_is_wrong_with_its_file(
    kind: FilterKind | TransitionKind, bad_files: dict[str, str]
) -> None:
    at_hand = (DrivenClock().filter_clock(),) if isinstance(kind, FilterKind) else (160, 90)
    for bad, path in bad_files.items():
        error = _within(partial(kind.make, _with_file(kind.settings, path), *at_hand))
        assert _is_a_sentence(error), (bad, error)


def test_an_alert_does_without_its_picture_and_its_sound(bad_files: dict[str, str]) -> None:
    for bad, path in bad_files.items():
        assert _within(partial(_nothing, read_picture, path)) is None, bad
        rule = AlertRule(sound="file", sound_path=path)
        assert _is_a_sentence(_within(partial(sound_of, rule))), bad


def _nothing(read: Callable[[str], object], path: str) -> None:
    assert read(path) is None


def test_a_recording_or_project_that_cannot_be_there_is_refused(
    bad_files: dict[str, str],
) -> None:
    description = make_broadcast(seconds=1.0).description
    for bad in ("no path", "endless name", "inside a file", "folder", "pipe"):
        path = Path(bad_files[bad])
        recording = Recording(path, description, on_end=lambda _: None)
        with pytest.raises(StorageError) as refused:
            recording.open()
        assert _is_a_sentence(refused.value)
        for read in (load_project, read_text):
            assert _is_a_sentence(_within(partial(read, path))), bad


def test_names_are_spoken_in_one_short_line() -> None:
    assert spoken_name("/a/holiday.png") == "holiday.png"
    assert spoken_name("/a/two\nlines\x1b[0m.png") == "two?lines?[0m.png"
    assert spoken_name("/a/caf\udce9.png") == "caf?.png"
    assert len(spoken_name("/a/" + "x" * 4000)) == 80
    assert spoken_name("/") == "/"


# A folder and a file that change while they are shown


class _Meanwhile(HurriedStop):
    """Does something while the capture waits for the second time."""

    def __init__(self, waits: int, act: Callable[[], None]) -> None:
        super().__init__(waits)
        self._act = act

    def wait_until(self, moment_ns: int) -> bool:
        if len(self.waited_until) == 1:
            self._act()
        return super().wait_until(moment_ns)


def _picture_file(path: Path) -> None:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF00)
    assert image.save(str(path))


@pytest.mark.parametrize("what", ["emptied", "removed"])
def test_a_slideshow_whose_folder_goes_says_so_and_comes_back(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "show"
    folder.mkdir()
    for name in "ab":
        _picture_file(folder / f"{name}.png")

    def clear() -> None:
        for each in folder.iterdir():
            each.unlink()
        if what == "removed":
            folder.rmdir()

    capture = kind_of("slideshow")
    slides = SlideshowSource(paths=(str(folder),), fade_s=0, width=16, height=16)
    sink = FakeSink(_Meanwhile(20, clear))
    with pytest.raises(InvalidInput) as told:
        capture.make(slides).run(sink)
    assert (told.value.code, _is_a_sentence(told.value)) == ("SLIDESHOW_EMPTY", True)
    folder.mkdir(exist_ok=True)
    _picture_file(folder / "c.png")
    again = hurried(2)
    capture.make(slides).run(again)
    assert again.pictures


def test_a_picture_whose_name_is_no_text_is_left_out(tmp_path: Path) -> None:
    _picture_file(tmp_path / "good.png")
    odd = os.fsencode(tmp_path) + b"/caf\xe9.png"
    try:
        os.rename(tmp_path / "good.png", odd)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    _picture_file(tmp_path / "good.png")
    sink = hurried(3)
    slides = SlideshowSource(paths=(str(tmp_path),), fade_s=0, width=16, height=16)
    kind_of("slideshow").make(slides).run(sink)
    assert sink.pictures
    assert [_is_a_sentence(each) for each in sink.warnings] == [True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x7fELF\0\0\x01" * 100, "FILE_DAMAGED"),
        (b"Tonight! " * 40_000, "TEXT_LONG"),
        (codecs.BOM_UTF16_LE + "Tonight".encode("utf-16-le"), None),
        (b"caf\xe9", None),
    ],
)
def test_a_file_of_words_is_shown_as_far_as_it_is_one(
    tmp_path: Path, content: bytes, code: str | None
) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    sink = hurried(1)
    kind_of("text").make(TextSource(text_file=str(path), size_px=12)).run(sink)
    assert [each.code for each in sink.warnings] == ([code] if code else [])
    assert len(sink.pictures) == 1


def test_a_huge_file_of_words_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    with path.open("wb") as file:
        file.write(b"word " * 20_000)
        file.truncate(100 * 1024 * 1024)
    sink = hurried(1)
    kind_of("text").make(TextSource(text_file=str(path), size_px=8)).run(sink)
    assert [each.code for each in sink.warnings] == ["TEXT_LONG"]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_recording_that_is_removed_while_it_is_made_is_not_lost_in_silence(
    tmp_path: Path, what: str, expect_log: ExpectLog
) -> None:
    show = make_broadcast(seconds=4.0)
    path = tmp_path / "films" / "a.mp4"
    path.parent.mkdir()
    reasons: queue.Queue[AppError | None] = queue.Queue()
    recording = Recording(path, show.description, on_end=reasons.put)
    recording.open()
    packets = [packet for packet in show.packets if packet.dts_us < 2_000_000]
    for packet in packets:
        recording.put(packet)
    path.unlink()
    if what == "folder":
        path.parent.rmdir()
        expect_log("the end of the recording could not be written")
    for packet in show.packets[len(packets) :]:
        recording.put(packet)
    reason = reasons.get(timeout=30)
    recording.join()
    assert _is_a_sentence(reason), reason
    assert reason is not None
    assert "broadcast goes on" in reason.message


def test_what_is_said_here_is_said_in_dutch_too() -> None:
    """A sentence is found among the translations when it is made, not only when it is written."""
    from shared.qt.translations import install_language, tr_error

    assert load_sentences("nl")
    install_language("nl")
    try:
        for path in ("/nowhere/holiday.png", "a\0b", "/" + "x" * 300):
            for settings_of in (FileSource, ImageSource):
                kind = kind_of(settings_of.model_fields["kind"].default)
                with pytest.raises(InvalidInput) as told:
                    kind.make(settings_of(path=path)).run(hurried(1))
                assert tr_error(told.value) != told.value.message
    finally:
        install_language("en")
