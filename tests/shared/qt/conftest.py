"""What tests of widgets need: a theme on the application, and English."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from shared.qt.theme import Theme
from shared.qt.translations import install_language


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The dark theme, in force."""
    install_language("en")
    made = Theme()
    made.apply(qapp)
    yield made
    install_language("en")
