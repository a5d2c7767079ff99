"""What an overlay says at first: words of the creator's language, kept in the scenes."""

from collections.abc import Iterator

import pytest

from shared.qt.translations import install_language
from studio.desk.overlay_places import overlay_settings
from studio.docks.setting_words import field_name
from studio.docks.sources import SourceKind
from studio.project.overlays import MoodStripOverlay


@pytest.fixture
def dutch() -> Iterator[None]:
    """Dutch, until the test is over."""
    install_language("nl")
    yield
    install_language("en")


@pytest.mark.usefixtures("dutch")
def test_the_moods_on_the_picture_have_the_creators_words() -> None:
    made = overlay_settings(SourceKind.MOOD_STRIP)
    assert isinstance(made, MoodStripOverlay)
    assert (made.chill, made.mysterious) == ("Rustig", "Mysterieus")
    assert field_name("chill") == "Woord voor rustig"
