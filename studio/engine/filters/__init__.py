"""Every kind of filter for the picture, in one tuple; a new one is a file here and an entry below.

Its settings are a model in `studio.project.filters_video`, which the window knows, too.
"""

from studio.engine.filters.background import Background
from studio.engine.filters.base import FilterClock, FilterFrame, FilterKind, VideoFilter
from studio.engine.filters.blur import Blur
from studio.engine.filters.chain import FilterChain
from studio.engine.filters.chroma_key import ChromaKey
from studio.engine.filters.colour import ColourCorrection
from studio.engine.filters.crop import CropPad
from studio.engine.filters.delay import RenderDelay
from studio.engine.filters.face_sticker import FaceSticker
from studio.engine.filters.lut import Lut
from studio.engine.filters.mask import Mask
from studio.engine.filters.rack import FilterRack
from studio.engine.filters.scroll import Scroll
from studio.engine.filters.sharpen import Sharpen
from studio.engine.filters.worker import has_picture_filter
from studio.project.filters_video import (
    BackgroundSettings,
    BlurSettings,
    ChromaKeySettings,
    ColourSettings,
    CropPadSettings,
    FaceStickerSettings,
    LutSettings,
    MaskSettings,
    RenderDelaySettings,
    ScrollSettings,
    SharpenSettings,
)

FILTERS: tuple[FilterKind, ...] = (
    FilterKind("colour_correction", ColourSettings, ColourCorrection),
    FilterKind("lut", LutSettings, Lut),
    FilterKind("crop_pad", CropPadSettings, CropPad),
    FilterKind("chroma_key", ChromaKeySettings, ChromaKey),
    FilterKind("sharpen", SharpenSettings, Sharpen),
    FilterKind("mask", MaskSettings, Mask, hides=True),
    FilterKind("blur", BlurSettings, Blur, hides=True),
    FilterKind("scroll", ScrollSettings, Scroll),
    FilterKind("render_delay", RenderDelaySettings, RenderDelay),
    FilterKind("background", BackgroundSettings, Background, hides=True),
    FilterKind("face_sticker", FaceStickerSettings, FaceSticker, hides=True),
)

__all__ = [
    "FILTERS",
    "FilterChain",
    "FilterClock",
    "FilterFrame",
    "FilterKind",
    "FilterRack",
    "VideoFilter",
    "has_picture_filter",
]
