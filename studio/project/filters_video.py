"""Settings of the filters for the picture; each entry of the tuple is a kind and its model."""

from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from studio.project.filters import FilterColour, FilterSettings

_PATH = 4096


def when(name: str, *values: str) -> JsonDict:
    """Say that a setting means something only while another one has one of these values."""
    return {"when": name, "values": list(values)}


class ColourSettings(FilterSettings):
    """Colour correction; every value is neutral at first."""

    gamma: float = Field(default=0.0, ge=-3.0, le=3.0, title="Gamma")
    contrast: float = Field(default=0.0, ge=-1.0, le=4.0, title="Contrast")
    brightness: float = Field(default=0.0, ge=-1.0, le=1.0, title="Brightness")
    saturation: float = Field(default=0.0, ge=-1.0, le=5.0, title="Saturation")
    hue_degrees: float = Field(
        default=0.0, ge=-180.0, le=180.0, title="Hue", json_schema_extra={"unit": "°"}
    )
    opacity: float = Field(default=1.0, ge=0.0, le=1.0, title="Opacity")
    multiply: FilterColour = Field(default="#FFFFFF", title="Multiply with")
    add: FilterColour = Field(default="#000000", title="Add")


class LutSettings(FilterSettings):
    """A look: one of ours, or from a `.cube` file."""

    look: Literal["file", "warm", "cool", "soft", "vivid", "evening", "mono"] = Field(
        default="file", title="Look"
    )
    path: str = Field(
        default="", max_length=_PATH, title="LUT file", json_schema_extra=when("look", "file")
    )
    amount: float = Field(default=1.0, ge=0.0, le=1.0, title="Amount")


class CropPadSettings(FilterSettings):
    """Pixels cut away at each side; less than none adds a transparent edge."""

    left: int = Field(default=0, ge=-2000, le=7680, title="Left", json_schema_extra={"unit": "px"})
    top: int = Field(default=0, ge=-2000, le=7680, title="Top", json_schema_extra={"unit": "px"})
    right: int = Field(
        default=0, ge=-2000, le=7680, title="Right", json_schema_extra={"unit": "px"}
    )
    bottom: int = Field(
        default=0, ge=-2000, le=7680, title="Bottom", json_schema_extra={"unit": "px"}
    )


class ChromaKeySettings(FilterSettings):
    """Makes one colour transparent: the cloth behind a person."""

    colour: FilterColour = Field(default="#00FF00", title="Key colour")
    similarity: float = Field(default=0.4, ge=0.0, le=1.0, title="Similarity")
    smoothness: float = Field(default=0.08, ge=0.0, le=1.0, title="Smoothness")
    spill: float = Field(default=0.1, ge=0.0, le=1.0, title="Spill reduction")
    opacity: float = Field(default=1.0, ge=0.0, le=1.0, title="Opacity")


class SharpenSettings(FilterSettings):
    """Crisper edges."""

    amount: float = Field(default=0.3, ge=0.0, le=2.0, title="Amount")


class MaskSettings(FilterSettings):
    """A picture that says what shows, or that is laid into the picture."""

    path: str = Field(default="", max_length=_PATH, title="Mask picture")
    mode: Literal["luma", "alpha", "multiply", "add"] = Field(default="luma", title="Mode")
    invert: bool = Field(default=False, title="The other way round")
    opacity: float = Field(default=1.0, ge=0.0, le=1.0, title="Amount")


class BlurSettings(FilterSettings):
    """Softens the whole picture."""

    shape: Literal["gaussian", "box"] = Field(default="gaussian", title="Shape")
    radius_px: int = Field(
        default=8, ge=0, le=100, title="Radius", json_schema_extra={"unit": "px"}
    )


class ScrollSettings(FilterSettings):
    """Moves the picture through itself, like a band of news."""

    x_px_per_s: int = Field(
        default=60, ge=-2000, le=2000, title="To the left", json_schema_extra={"unit": "px/s"}
    )
    y_px_per_s: int = Field(
        default=0, ge=-2000, le=2000, title="Upwards", json_schema_extra={"unit": "px/s"}
    )


class RenderDelaySettings(FilterSettings):
    """Shows the picture later, so that it fits a sound that comes late."""

    delay_ms: int = Field(
        default=100, ge=0, le=500, title="Delay", json_schema_extra={"unit": "ms"}
    )


class BackgroundSettings(FilterSettings):
    """Finds the person and changes what is behind."""

    mode: Literal["blur", "colour", "image", "transparent"] = Field(default="blur", title="Mode")
    radius_px: int = Field(
        default=20,
        ge=1,
        le=100,
        title="Radius",
        json_schema_extra={"unit": "px", **when("mode", "blur")},
    )
    colour: FilterColour = Field(
        default="#1E293B", title="Colour", json_schema_extra=when("mode", "colour")
    )
    path: str = Field(
        default="",
        max_length=_PATH,
        title="Background picture",
        json_schema_extra=when("mode", "image"),
    )
    threshold: float = Field(default=0.5, ge=0.05, le=0.95, title="Threshold")
    softness: float = Field(default=0.3, ge=0.0, le=1.0, title="Soft edge")


class FaceStickerSettings(FilterSettings):
    """Lays a picture over the face and follows it."""

    path: str = Field(default="", max_length=_PATH, title="Sticker picture")
    size: float = Field(default=1.4, ge=0.2, le=5.0, title="Size")
    right: float = Field(default=0.0, ge=-2.0, le=2.0, title="To the right")
    down: float = Field(default=0.0, ge=-2.0, le=2.0, title="Down")
    turns: bool = Field(default=True, title="Turns with the head")
    smoothing: float = Field(default=0.6, ge=0.0, le=0.95, title="Smoothing")


VIDEO_FILTER_SETTINGS: tuple[tuple[str, type[FilterSettings]], ...] = (
    ("colour_correction", ColourSettings),
    ("lut", LutSettings),
    ("crop_pad", CropPadSettings),
    ("chroma_key", ChromaKeySettings),
    ("sharpen", SharpenSettings),
    ("mask", MaskSettings),
    ("blur", BlurSettings),
    ("scroll", ScrollSettings),
    ("render_delay", RenderDelaySettings),
    ("background", BackgroundSettings),
    ("face_sticker", FaceStickerSettings),
)
