"""Keys as they are written, in the words of X11, the portal and pynput."""

import pytest

from shared.errors import InvalidInput
from studio.engine.keys import parse_keys


def test_a_combination_is_written_as_each_system_wants_it() -> None:
    keys = parse_keys("shift + CTRL+f12")
    assert keys.text == "Ctrl+Shift+F12"
    assert keys.x11_name == "F12"
    assert keys.portal_text == "CTRL+SHIFT+F12"
    assert keys.pynput_text == "<ctrl>+<shift>+<f12>"


def test_named_keys_and_letters_have_the_names_of_each_system() -> None:
    assert parse_keys("Pause").x11_name == "Pause"
    assert parse_keys("Meta+pgup").portal_text == "LOGO+Prior"
    assert parse_keys("Alt+P").x11_name == "p"
    assert parse_keys("Alt+P").pynput_text == "<alt>+p"
    assert parse_keys("ScrollLock").pynput_text == "<scroll_lock>"


@pytest.mark.parametrize("text", ["", "Ctrl", "Ctrl+", "Hyper+F1", "F0", "F25", "Ctrl+Shift+?"])
def test_keys_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_keys(text)
    assert refused.value.code == "KEYS_UNKNOWN"


@pytest.mark.parametrize("text", ["p", "Shift+P", "Space", "7"])
def test_keys_of_plain_typing_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_keys(text)
    assert refused.value.code == "KEYS_TYPING"
