"""Keys as they are written in settings ("Ctrl+Shift+F12"), in the words of each system."""

from dataclasses import dataclass
from typing import Final

from shared.errors import InvalidInput

_MODIFIERS: Final = {"ctrl": "Ctrl", "shift": "Shift", "alt": "Alt", "meta": "Meta"}
_NAMED: Final = {
    # As written: X11's name, pynput's name.
    "Pause": ("Pause", "pause"),
    "Insert": ("Insert", "insert"),
    "Home": ("Home", "home"),
    "End": ("End", "end"),
    "PgUp": ("Prior", "page_up"),
    "PgDown": ("Next", "page_down"),
    "Del": ("Delete", "delete"),
    "Space": ("space", "space"),
    "Esc": ("Escape", "esc"),
    "Up": ("Up", "up"),
    "Down": ("Down", "down"),
    "Left": ("Left", "left"),
    "Right": ("Right", "right"),
    "Print": ("Print", "print_screen"),
    "ScrollLock": ("Scroll_Lock", "scroll_lock"),
}
_BY_LOWER: Final = {name.lower(): name for name in _NAMED}
_FUNCTION_KEYS: Final = 24


@dataclass(frozen=True, slots=True)
class Combination:
    """One key and what is held with it; `key` is a letter, a digit, F1-F24 or a name."""

    key: str
    modifiers: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """As it is written in settings."""
        held = [name for name in _MODIFIERS.values() if name.lower() in self.modifiers]
        return "+".join([*held, self.key])

    @property
    def x11_name(self) -> str:
        """The name of X11's symbol."""
        if self.key in _NAMED:
            return _NAMED[self.key][0]
        return self.key.lower() if len(self.key) == 1 else self.key

    @property
    def pynput_text(self) -> str:
        """As pynput's `GlobalHotKeys` wants it."""
        names = {"ctrl": "<ctrl>", "shift": "<shift>", "alt": "<alt>", "meta": "<cmd>"}
        held = [names[name] for name in _MODIFIERS if name in self.modifiers]
        if self.key in _NAMED:
            last = f"<{_NAMED[self.key][1]}>"
        else:
            last = f"<{self.key.lower()}>" if len(self.key) > 1 else self.key.lower()
        return "+".join([*held, last])

    @property
    def portal_text(self) -> str:
        """As the XDG shortcuts specification writes it."""
        names = {"ctrl": "CTRL", "shift": "SHIFT", "alt": "ALT", "meta": "LOGO"}
        held = [names[name] for name in _MODIFIERS if name in self.modifiers]
        return "+".join([*held, self.x11_name])


def parse_keys(text: str) -> Combination:
    """Read keys as settings write them.

    Raises:
        InvalidInput: there is no such key, or it would be taken from all typing.
    """
    *held, last = [part.strip() for part in text.split("+")]
    modifiers = frozenset(name.lower() for name in held)
    key = _key_of(last)
    if key is None or not modifiers <= set(_MODIFIERS):
        raise InvalidInput(
            f"The keys {text} cannot be used everywhere; choose others, such as Ctrl+Shift+F12.",
            code="KEYS_UNKNOWN",
        )
    types = len(key) == 1 or key in ("Space", "Up", "Down", "Left", "Right")
    if types and not modifiers - {"shift"}:
        raise InvalidInput(
            f"{text} is needed for typing; hold Ctrl, Alt or Meta with it.", code="KEYS_TYPING"
        )
    return Combination(key, modifiers)


def _key_of(word: str) -> str | None:
    if len(word) == 1 and word.isascii() and word.isalnum():
        return word.upper()
    if word[:1] in "fF" and word[1:].isdigit() and 1 <= int(word[1:]) <= _FUNCTION_KEYS:
        return f"F{int(word[1:])}"
    return _BY_LOWER.get(word.lower())
