"""Reads the filters of an OBS collection: those we have are taken over with their settings."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from annotated_types import Ge, Le
from pydantic import ValidationError

from shared.errors import InvalidInput
from studio.project.filters import Filter
from studio.project.filters_kinds import settings_model, settings_of, with_settings

type Raw = Mapping[str, Any]
type _Values = dict[str, object]
type _Take = Callable[["_Settings"], _Values | None]

_MASKS = {
    "mask_color_filter.effect": "luma",
    "mask_alpha_filter.effect": "alpha",
    "blend_mul_filter.effect": "multiply",
    "blend_add_filter.effect": "add",
}
_KEYS = {"green": "#00FF00", "blue": "#0000FF", "magenta": "#FF00FF"}


class _Settings:
    """The settings of one filter as OBS saved them: only what differs from its first values."""

    def __init__(self, raw: Raw, *, is_new: bool) -> None:
        self._raw = raw
        self.is_new = is_new
        """A later version of the kind, with shares of one instead of hundred."""

    def number(self, name: str, otherwise: float) -> float:
        """A finite number."""
        value = self._raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return otherwise
        is_usable = abs(value) <= 1e9 if isinstance(value, int) else math.isfinite(value)
        return float(value) if is_usable else otherwise

    def whole(self, name: str, otherwise: int) -> int:
        """A number without its fraction."""
        return round(self.number(name, otherwise))

    def share(self, name: str) -> float:
        """A share of one; everything, when it is not named."""
        value = self.number(name, 1.0 if self.is_new else 100.0)
        return value if self.is_new else value / 100.0

    def text(self, name: str) -> str:
        """A text that fits a path."""
        value = self._raw.get(name)
        return value[:4096] if isinstance(value, str) else ""

    def colour(self, name: str, otherwise: str) -> str:
        """A colour, which OBS keeps as 0xAABBGGRR."""
        value = self._raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 32:
            return otherwise
        _, blue, green, red = value.to_bytes(4, "big")
        return f"#{red:02X}{green:02X}{blue:02X}"

    def says_no(self, name: str) -> bool:
        """Whether something that is on at first was switched off."""
        return self._raw.get(name) is False


def obs_filter(raw: Raw) -> Filter | None:
    """Our filter for one of OBS; None when there is nothing like it, or not with its settings."""
    known = _KINDS.get(str(raw.get("id") or ""))
    if known is None:
        return None
    kind, take = known
    found = raw.get("settings")
    settings = _Settings(
        found if isinstance(found, Mapping) else {},
        is_new=str(raw.get("versioned_id") or "").endswith("_v2"),
    )
    values = take(settings)
    if values is None:
        return None
    try:
        entry = Filter(kind=kind, enabled=raw.get("enabled") is not False)
        checked = settings_of(entry.model_copy(update={"settings": _within(kind, values)}))
        return with_settings(entry, checked)
    except (ValidationError, InvalidInput):
        return None


def _within(kind: str, values: _Values) -> _Values:
    """The values, each no further than ours goes."""
    model = settings_model(kind)
    kept = dict(values)
    for name, info in model.model_fields.items() if model else ():
        value = kept.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        for limit in info.metadata:
            if isinstance(limit, Ge) and isinstance(limit.ge, int | float):
                value = max(value, limit.ge)
            elif isinstance(limit, Le) and isinstance(limit.le, int | float):
                value = min(value, limit.le)
        kept[name] = value
    return kept


def _colour(of: _Settings) -> _Values:
    contrast = of.number("contrast", 0.0)
    return {
        "gamma": of.number("gamma", 0.0),
        # Less contrast than before is a division there and a factor here.
        "contrast": contrast if contrast >= 0 else 1.0 / (1.0 - contrast) - 1.0,
        "brightness": of.number("brightness", 0.0),
        "saturation": of.number("saturation", 0.0),
        "hue_degrees": of.number("hue_shift", 0.0),
        "opacity": of.share("opacity"),
        "multiply": of.colour("color_multiply" if of.is_new else "color", "#FFFFFF"),
        "add": of.colour("color_add", "#000000"),
    }


def _lut(of: _Settings) -> _Values | None:
    path = of.text("image_path")
    if not path.lower().endswith(".cube"):
        return None  # a picture of a table, which we do not read
    return {"path": path, "amount": of.number("clut_amount", 1.0)}


def _crop(of: _Settings) -> _Values | None:
    if of.says_no("relative"):
        return None
    return {side: of.whole(side, 0) for side in ("left", "top", "right", "bottom")}


def _chroma_key(of: _Settings) -> _Values:
    kind = of.text("key_color_type") or "green"
    custom = of.colour("key_color", "#00FF00")
    return {
        "colour": _KEYS.get(kind, custom),
        "similarity": of.number("similarity", 400.0) / 1000.0,
        "smoothness": of.number("smoothness", 80.0) / 1000.0,
        "spill": of.number("spill", 100.0) / 1000.0,
        "opacity": of.share("opacity"),
    }


def _sharpen(of: _Settings) -> _Values:
    return {"amount": of.number("sharpness", 0.08) * 4.0}


def _mask(of: _Settings) -> _Values | None:
    mode = _MASKS.get(of.text("type") or "mask_color_filter.effect")
    if mode is None:
        return None
    return {"path": of.text("image_path"), "mode": mode, "opacity": of.share("opacity")}


def _delay(of: _Settings) -> _Values:
    return {"delay_ms": of.whole("delay_ms", 0)}


def _scroll(of: _Settings) -> _Values | None:
    if of.says_no("loop"):
        return None
    return {"x_px_per_s": of.whole("speed_x", 0), "y_px_per_s": of.whole("speed_y", 0)}


def _gain(of: _Settings) -> _Values:
    return {"gain_db": of.number("db", 0.0)}


def _gate(of: _Settings) -> _Values:
    return {
        "open_db": of.number("open_threshold", -26.0),
        "close_db": of.number("close_threshold", -32.0),
        "attack_ms": of.whole("attack_time", 25),
        "hold_ms": of.whole("hold_time", 200),
        "release_ms": of.whole("release_time", 150),
    }


def _suppression(of: _Settings) -> _Values:
    return {"strength_db": of.number("suppress_level", -30.0)}


def _compressor(of: _Settings) -> _Values:
    return {
        "ratio": of.number("ratio", 10.0),
        "threshold_db": of.number("threshold", -18.0),
        "attack_ms": of.number("attack_time", 6.0),
        "release_ms": of.number("release_time", 60.0),
        "output_gain_db": of.number("output_gain", 0.0),
    }


def _expander(of: _Settings) -> _Values:
    is_gate = of.text("presets") == "gate"
    return {
        "ratio": of.number("ratio", 10.0 if is_gate else 2.0),
        "threshold_db": of.number("threshold", -40.0),
        "attack_ms": of.number("attack_time", 10.0),
        "release_ms": of.number("release_time", 125.0 if is_gate else 50.0),
        "output_gain_db": of.number("output_gain", 0.0),
    }


def _limiter(of: _Settings) -> _Values:
    return {
        "ceiling_db": of.number("threshold", -6.0),
        "release_ms": of.whole("release_time", 60),
    }


def _equalizer(of: _Settings) -> _Values:
    return {
        "low_db": of.number("low", 0.0),
        "middle_db": of.number("mid", 0.0),
        "high_db": of.number("high", 0.0),
    }


_KINDS: dict[str, tuple[str, _Take]] = {
    "color_filter": ("colour_correction", _colour),
    "clut_filter": ("lut", _lut),
    "crop_filter": ("crop_pad", _crop),
    "chroma_key_filter": ("chroma_key", _chroma_key),
    "sharpness_filter": ("sharpen", _sharpen),
    "mask_filter": ("mask", _mask),
    "gpu_delay": ("render_delay", _delay),
    "scroll_filter": ("scroll", _scroll),
    "gain_filter": ("gain", _gain),
    "noise_gate_filter": ("noise_gate", _gate),
    "noise_suppress_filter": ("noise_suppression", _suppression),
    "compressor_filter": ("compressor", _compressor),
    "expander_filter": ("expander", _expander),
    "limiter_filter": ("limiter", _limiter),
    "basic_eq_filter": ("equalizer", _equalizer),
}
