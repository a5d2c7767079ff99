"""The transitions of an OBS collection come along; what cannot be read never stops the import."""

import pytest

from studio.project.obs_transitions import transitions_of
from studio.project.transitions import (
    ColourTransition,
    CutTransition,
    LumaTransition,
    SlideTransition,
    StingerTransition,
    SwipeTransition,
)


def _document(kind: str, **settings: object) -> dict[str, object]:
    return {
        "current_transition": "Mine",
        "transition_duration": 450,
        "transitions": [
            {"name": "Other", "id": "cut_transition", "settings": {}},
            {"name": "Mine", "id": kind, "settings": settings},
        ],
    }


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (_document("cut_transition"), CutTransition()),
        (_document("slide_transition", direction="up"), SlideTransition(direction="up")),
        (_document("swipe_transition", direction="odd"), SwipeTransition(swipe_in=False)),
        (
            _document("fade_to_color_transition", color=0xFF102030, switch_point=30),
            ColourTransition(colour="#302010", peak_percent=30),
        ),
        (
            _document(
                "wipe_transition", luma_image="clock.png", luma_softness=0.4, luma_invert=True
            ),
            LumaTransition(shape="clock", softness_percent=40, inverted=True),
        ),
        (
            _document("obs_stinger_transition", path="/srv/a.webm", transition_point=700),
            StingerTransition(path="/srv/a.webm", cut_ms=700),
        ),
    ],
)
def test_the_chosen_transition_keeps_its_settings(
    document: dict[str, object], wanted: object
) -> None:
    made = transitions_of(document)
    assert made.present == wanted
    assert made.duration_ms == 450


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({}, "fade"),
        ({"current_transition": "Cut"}, "cut"),
        ({"current_transition": 3, "transition_duration": "x", "transitions": {}}, "fade"),
        (
            {"transitions": [None, {"id": "shader"}, {"id": []}], "transition_duration": 1e30},
            "fade",
        ),
        (_document("wipe_transition", luma_softness="x", luma_image=3), "luma_wipe"),
        (_document("obs_stinger_transition", path=5, transition_point=-4), "stinger"),
        (_document("obs_stinger_transition", path="x" * 9999), "fade"),
    ],
)
def test_what_is_not_known_is_a_fade(document: dict[str, object], kind: str) -> None:
    made = transitions_of(document)
    assert made.chosen == kind
    assert 50 <= made.duration_ms <= 20_000
