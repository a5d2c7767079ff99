"""Icons: as many pixels as the screen has for them."""

import pytest
from PySide6.QtCore import QSize

from shared.qt.icons import densities, icon, pixmap
from shared.qt.theme import Theme


@pytest.mark.parametrize("density", [1.0, 1.25, 1.5, 2.0])
def test_an_icon_is_drawn_in_the_pixels_of_the_screen(qapp: object, density: float) -> None:
    drawn = pixmap("add", "#FFFFFF", size=18, density=density)
    assert drawn.devicePixelRatio() == density
    assert drawn.size() == QSize(round(18 * density), round(18 * density))


def test_every_screen_gets_its_own_density() -> None:
    assert densities((1.25, 1.75, 1.25)) == (1.0, 1.25, 1.75, 2.0)


def test_a_button_on_a_dense_screen_gets_the_dense_picture(qapp: object) -> None:
    asked = icon(Theme(), "add").pixmap(QSize(18, 18), 2.0)
    assert asked.size() == QSize(36, 36)
