"""Looks from `.cube` files: exact to a level, and never in the way when a file is bad."""

from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest
from fakes.filter_cases import DrivenClock, picture, portrait
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InvalidInput
from studio.engine.filters.cube import parse_cube, read_cube
from studio.engine.filters.looks import LOOKS, look
from studio.engine.filters.lut import Lut
from studio.project.filters_video import LutSettings


def _cube(size: int, function: str = "plain", head: str = "") -> str:
    steps = [index / (size - 1) for index in range(size)]
    rows = []
    for blue in steps:
        for green in steps:
            for red in steps:
                if function == "curved":
                    red2, green2, blue2 = red**1.3, 0.2 + 0.6 * green, 0.5 * (blue + red)
                else:
                    red2, green2, blue2 = red, green, blue
                rows.append(f"{red2:.6f} {green2:.6f} {blue2:.6f}")
    return f"{head}LUT_3D_SIZE {size}\n" + "\n".join(rows)


def _applied(tmp_path: Path, text: str, amount: float = 1.0) -> npt.NDArray[np.float64]:
    path = tmp_path / "look.cube"
    path.write_text(text, encoding="utf-8")
    settings = LutSettings(path=str(path), amount=amount)
    shown = Lut(settings, DrivenClock().filter_clock()).apply(picture())
    return shown.colour.astype(float)


@pytest.mark.parametrize("size", [2, 17, 33])
def test_the_plain_look_changes_nothing_by_more_than_a_level(tmp_path: Path, size: int) -> None:
    assert np.abs(_applied(tmp_path, _cube(size)) - picture().colour).max() <= 1


def test_channels_are_in_their_places_and_interpolated(tmp_path: Path) -> None:
    shown = _applied(tmp_path, _cube(33, "curved"))
    blue, green, red = np.moveaxis(picture().colour / 255.0, -1, 0)
    wanted = np.stack([0.5 * (blue + red), 0.2 + 0.6 * green, red**1.3], axis=-1) * 255
    assert np.abs(shown - wanted).max() <= 1.5


def test_half_of_a_look_is_half_way(tmp_path: Path) -> None:
    whole = _applied(tmp_path, _cube(17, "curved"))
    half = _applied(tmp_path, _cube(17, "curved"), amount=0.5)
    assert np.abs(half - (whole + picture().colour) / 2).max() <= 1.5


def test_the_domain_is_respected(tmp_path: Path) -> None:
    head = "DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n"
    shown = _applied(tmp_path, _cube(17, head=head))
    assert np.abs(shown - picture().colour / 2).max() <= 1


def test_a_curve_works_on_each_channel(tmp_path: Path) -> None:
    text = "LUT_1D_SIZE 2\n1 0 0\n0 1 0.5\n"
    shown = _applied(tmp_path, text)
    blue, green, red = np.moveaxis(picture().colour.astype(float), -1, 0)
    assert np.abs(shown - np.stack([blue / 2, green, 255 - red], axis=-1)).max() <= 1


@pytest.mark.parametrize("name", LOOKS)
def test_each_look_of_ours_is_calm_and_its_own(name: str) -> None:
    frame = portrait()
    at_work = Lut(LutSettings.model_validate({"look": name}), DrivenClock().filter_clock())
    shown = at_work.apply(frame).colour.astype(float)
    change = np.abs(shown - frame.colour).mean()
    assert 2 < change < 40
    # Light stays light and dark stays dark, in every channel's sum.
    grid = look(name).table.sum(axis=-1)
    assert (np.diff(np.diagonal(np.diagonal(grid))) > 0).all()


def test_looks_and_settings_name_the_same() -> None:
    names = get_args(LutSettings.model_fields["look"].annotation)
    assert set(names) == {"file", *LOOKS}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LUT_3D_SIZE\n",
        "LUT_3D_SIZE 1\n0 0 0",
        "LUT_3D_SIZE 130\n",
        "LUT_1D_SIZE 99999999\n",
        "LUT_3D_SIZE -2\n",
        "LUT_1D_SIZE 2\n0 0 0\n",
        "LUT_1D_SIZE 2\n0 0 0\n1 1\n",
        "LUT_1D_SIZE 2\n0 0 0\n1 1 nan\n",
        "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1\n",
        "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n1 1 1\n",
        "LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 1 1\n0 0 0\n1 1 1\n",
        "LUT_1D_SIZE 2\nDOMAIN_MIN 1\n0 0 0\n1 1 1\n",
    ],
)
def test_what_is_no_look_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "look.cube"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"look\.cube") as caught:
        read_cube(path)
    assert caught.value.code == "FILE_DAMAGED"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["LUT_1D_SIZE", "LUT_3D_SIZE", "2", "DOMAIN_MIN", "0 0 0", "1 1 1", "1e999", "x", "#"]
        )
        | st.text(max_size=5),
        max_size=12,
    )
)
def test_no_text_brings_the_reader_down(words: list[str]) -> None:
    for text in (" ".join(words), "\n".join(words)):
        try:
            cube = parse_cube(text)
        except ValueError:
            continue
        assert np.isfinite(cube.table).all()
