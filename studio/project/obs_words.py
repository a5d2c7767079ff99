"""What a text source of OBS says and how it looks, as settings of ours. Pure."""

from typing import Final

from studio.project.model import TextSource
from studio.project.obs_values import Raw, as_map, clean, number_or

_BOLD, _ITALIC = 1, 2
"""`OBS_FONT_BOLD` and `OBS_FONT_ITALIC` of libobs."""
_OUTLINE_PX: Final = 2
_SHADOW_PX: Final = 4
"""What text_ft2 draws, which has a switch for each and no size."""


def words_of(raw: Raw, *, is_gdi: bool) -> TextSource:
    """The settings of `text_gdiplus` (Windows) or else of `text_ft2_source`.

    Raises:
        ValueError: the settings are of no use.
    """
    font = as_map(raw.get("font"))
    flags = int(number_or(font.get("flags"), 0))
    file = raw.get("file" if is_gdi else "text_file")
    reads = raw.get("read_from_file" if is_gdi else "from_file") is True
    made = TextSource(
        text=_text(raw.get("text"), 4000),
        text_file=_text(file, 4096) if reads else "",
        family=_text(font.get("face"), 200) or None,
        size_px=_bounded(font.get("size"), 48, 4, 1000),
        bold=bool(flags & _BOLD),
        italic=bool(flags & _ITALIC),
    )
    return made.model_copy(update=_gdi(raw) if is_gdi else _freetype(raw))


def colour_of(value: object, otherwise: str) -> str:
    """A colour, which OBS keeps as 0xAABBGGRR."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 32:
        return otherwise
    alpha, blue, green, red = value.to_bytes(4, "big")
    return f"#{red:02X}{green:02X}{blue:02X}" + ("" if alpha == 255 else f"{alpha:02X}")


def _freetype(raw: Raw) -> dict[str, object]:
    found: dict[str, object] = {
        "colour": colour_of(raw.get("color1", raw.get("color")), "#FFFFFF"),
        "outline_px": _OUTLINE_PX if raw.get("outline") is True else 0,
        "shadow_px": _SHADOW_PX if raw.get("drop_shadow") is True else 0,
    }
    if raw.get("word_wrap") is True and number_or(raw.get("custom_width"), 0) > 0:
        found["wrap_px"] = _bounded(raw.get("custom_width"), 32, 32, 7680)
    return found


def _gdi(raw: Raw) -> dict[str, object]:
    align = raw.get("align")
    found: dict[str, object] = {
        "colour": _faded(raw, "color", "opacity", 0xFFFFFF),
        "background": _faded(raw, "bk_color", "bk_opacity", 0, opacity=0),
        "align": {"center": "centre", "right": "right"}.get(str(align), "left"),
    }
    if raw.get("outline") is True:
        found["outline_px"] = _bounded(raw.get("outline_size"), 2, 0, 100)
        found["outline_colour"] = _faded(raw, "outline_color", "outline_opacity", 0xFFFFFF)
    if raw.get("extents") is True and raw.get("extents_wrap") is not False:
        found["wrap_px"] = _bounded(raw.get("extents_cx"), 100, 32, 7680)
    return found


def _faded(raw: Raw, name: str, share: str, otherwise: int, opacity: float = 100) -> str:
    """A colour of GDI+, whose opacity in per cent stands beside it and not in its highest byte."""
    value = raw.get(name, otherwise)
    is_usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32
    seen = min(100.0, max(0.0, number_or(raw.get(share), opacity)))
    alpha = round(seen * 255 / 100)
    return colour_of((value if is_usable else otherwise) & 0xFFFFFF | alpha << 24, "#FFFFFF")


def _text(value: object, longest: int) -> str:
    return clean(value)[:longest] if isinstance(value, str) else ""


def _bounded(value: object, otherwise: int, least: int, most: int) -> int:
    return round(min(float(most), max(float(least), number_or(value, otherwise))))
