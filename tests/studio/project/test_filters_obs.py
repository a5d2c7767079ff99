"""Filters of OBS: settings mean the same here, and nothing in a file brings the import down."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.project.filters_kinds import settings_of
from studio.project.filters_obs import _KINDS, obs_filter


def _raw(kind: str, values: dict[str, Any], *, version: str = "", on: bool = True) -> Any:
    return {
        "id": kind,
        "versioned_id": kind + version,
        "name": "A filter",
        "enabled": on,
        "settings": values,
    }


@pytest.mark.parametrize(
    ("kind", "values", "wanted_kind", "wanted"),
    [
        (
            "color_filter",
            {"contrast": -1.0, "hue_shift": 30.0, "opacity": 0.5, "color_multiply": 0xFF0000FF},
            "colour_correction",
            {"contrast": -0.5, "hue_degrees": 30.0, "opacity": 0.5, "multiply": "#FF0000"},
        ),
        ("crop_filter", {"left": 10, "top": -4}, "crop_pad", {"left": 10, "top": -4}),
        (
            "chroma_key_filter",
            {"similarity": 420, "key_color_type": "blue"},
            "chroma_key",
            {"similarity": 0.42, "colour": "#0000FF"},
        ),
        (
            "chroma_key_filter",
            {"key_color_type": "custom", "key_color": 0xFF30A010},
            "chroma_key",
            {"colour": "#10A030"},
        ),
        (
            "mask_filter",
            {"type": "blend_mul_filter.effect", "image_path": "/pictures/vignette.png"},
            "mask",
            {"path": "/pictures/vignette.png", "mode": "multiply"},
        ),
        ("clut_filter", {"image_path": "C:/warm.cube"}, "lut", {"path": "C:/warm.cube"}),
        ("gpu_delay", {"delay_ms": 5000}, "render_delay", {"delay_ms": 500}),
        ("scroll_filter", {"speed_x": 60.0}, "scroll", {}),
        ("gain_filter", {"db": 6.5}, "gain", {"gain_db": 6.5}),
        ("noise_suppress_filter", {"method": "rnnoise"}, "noise_suppression", {}),
        ("compressor_filter", {}, "compressor", {"ratio": 10.0}),
        ("limiter_filter", {"threshold": -3.0}, "limiter", {"ceiling_db": -3.0}),
        ("basic_eq_filter", {"mid": 3.0}, "equalizer", {"middle_db": 3.0}),
    ],
)
def test_settings_mean_the_same(
    kind: str, values: dict[str, Any], wanted_kind: str, wanted: dict[str, Any]
) -> None:
    made = obs_filter(_raw(kind, values, version="_v2"))
    assert made is not None
    assert made.kind == wanted_kind
    assert made.settings == wanted
    assert made.enabled


def test_earlier_versions_count_to_a_hundred() -> None:
    made = obs_filter(_raw("color_filter", {"opacity": 40}))
    assert made is not None
    assert made.settings == {"opacity": 0.4}


def test_a_filter_that_was_off_stays_off() -> None:
    made = obs_filter(_raw("gain_filter", {}, on=False))
    assert made is not None
    assert not made.enabled


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("shadertastic_filter", {}),
        ("clut_filter", {"image_path": "/pictures/table.png"}),
        ("crop_filter", {"relative": False, "cx": 300}),
        ("mask_filter", {"type": "blend_sub_filter.effect"}),
        ("scroll_filter", {"loop": False}),
        ("", {}),
    ],
)
def test_what_means_something_else_is_left_out(kind: str, values: dict[str, Any]) -> None:
    assert obs_filter(_raw(kind, values)) is None


_NAMES = ["contrast", "opacity", "color_multiply", "left", "similarity", "key_color", "db"]
_NAMES += ["image_path", "type", "delay_ms", "ratio", "threshold", "attack_time", "speed_x"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(_KINDS)),
    st.dictionaries(
        st.sampled_from(_NAMES),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=True)
        | st.text(max_size=5)
        | st.lists(st.integers(), max_size=2),
        max_size=6,
    ),
)
def test_whatever_the_settings_the_result_can_be_used(kind: str, values: dict[str, Any]) -> None:
    for version in ("", "_v2"):
        made = obs_filter(_raw(kind, values, version=version))
        if made is not None:
            settings_of(made)
