"""The looks: every token is there, and every text can be read (WCAG 2.2, AA)."""

import itertools
import re
from dataclasses import fields

import pytest

from shared.qt.resources import resource_path
from shared.qt.theme import (
    Accent,
    Scheme,
    Theme,
    ThemeChoice,
    Tokens,
    blend,
    contrast,
    load_tokens,
    readable,
)
from shared.schemas.moods import MOOD_COLOURS, Mood

_LOOKS = [ThemeChoice(s, a) for s, a in itertools.product(Scheme, Accent)]
_GROUNDS = ("sunken", "field", "background", "surface", "raised", "hover")
_INKS = (
    *("text", "muted", "success", "warning", "danger", "info", "accent"),
    *(token.name for token in fields(Tokens) if token.name.startswith("role_")),
)


def _name(choice: ThemeChoice) -> str:
    return f"{choice.scheme.value}-{choice.accent.value}"


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("choice", _LOOKS, ids=_name)
def test_every_text_is_readable_on_every_ground(choice: ThemeChoice) -> None:
    tokens = load_tokens(choice)
    pairs = [(ink, ground) for ink in _INKS for ground in _GROUNDS]
    for soft in ("success", "warning", "danger", "info", "accent"):
        pairs += [(soft, f"{soft}_soft"), ("text", f"{soft}_soft")]
    pairs += [("on_accent", "accent_fill"), ("on_accent", "accent_hover")]
    pairs += [("on_danger", "danger_fill")]
    weak = {
        f"{ink} on {ground}": round(contrast(getattr(tokens, ink), getattr(tokens, ground)), 2)
        for ink, ground in pairs
        if contrast(getattr(tokens, ink), getattr(tokens, ground)) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("choice", _LOOKS, ids=_name)
def test_edges_of_controls_and_focus_stand_out(choice: ThemeChoice) -> None:
    tokens = load_tokens(choice)
    for ground in _GROUNDS:
        for edge in ("outline", "accent"):
            assert contrast(getattr(tokens, edge), getattr(tokens, ground)) >= 3.0, (edge, ground)


def test_the_sheet_uses_known_tokens_only_and_all_roles_have_a_look() -> None:
    for choice in _LOOKS:
        sheet = Theme(choice).style_sheet()
        assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    pictures = re.findall(r"url\(([^)]+)\)", sheet)
    assert pictures
    for picture in pictures:
        assert resource_path("icons", picture.rsplit("/", 1)[1]).is_file()


def test_readable_moves_a_colour_only_as_far_as_needed() -> None:
    assert readable("#FFFFFF", "#000000") == "#FFFFFF"
    moved = readable(MOOD_COLOURS[Mood.PLAYFUL], "#FFFFFF")
    assert 4.5 <= contrast(moved, "#FFFFFF") < 6.0


def test_blend_lays_one_colour_over_another() -> None:
    assert blend("#FFFFFF", "#000000", 0.5) == "#808080"
    assert blend("#123456", "#FFFFFF", 1.0) == "#123456"


def test_choosing_another_look_is_told(theme: Theme) -> None:
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.tokens.background))
    before = theme.tokens.background
    theme.with_scheme(Scheme.LIGHT)
    assert told == [theme.tokens.background]
    assert told[0] != before
    assert theme.choice.accent is Accent.VIOLET


def test_text_size_scales_the_sheet() -> None:
    plain = Theme(ThemeChoice()).style_sheet()
    large = Theme(ThemeChoice(text_scale=1.5)).style_sheet()
    assert "font-size: 13px" in plain
    assert "font-size: 20px" in large
