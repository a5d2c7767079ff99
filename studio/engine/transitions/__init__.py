"""Every kind of transition, in one tuple; a new one is a file here and an entry below."""

from studio.engine.transitions.base import Moment, Transition, TransitionKind
from studio.engine.transitions.cut import Cut
from studio.engine.transitions.fade import Fade, FadeToColour
from studio.engine.transitions.luma import LumaWipe
from studio.engine.transitions.moving import Slide, Swipe
from studio.engine.transitions.stinger import Stinger
from studio.project.transitions import (
    ColourTransition,
    CutTransition,
    FadeTransition,
    LumaTransition,
    SlideTransition,
    StingerTransition,
    SwipeTransition,
)

TRANSITIONS: tuple[TransitionKind, ...] = (
    TransitionKind("cut", CutTransition, Cut),
    TransitionKind("fade", FadeTransition, Fade),
    TransitionKind("slide", SlideTransition, Slide),
    TransitionKind("swipe", SwipeTransition, Swipe),
    TransitionKind("fade_to_colour", ColourTransition, FadeToColour),
    TransitionKind("luma_wipe", LumaTransition, LumaWipe),
    TransitionKind("stinger", StingerTransition, Stinger),
)


def transition_kind(kind: str) -> TransitionKind:
    """Return the registry entry of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    for entry in TRANSITIONS:
        if entry.kind == kind:
            return entry
    raise KeyError(kind)


__all__ = ["TRANSITIONS", "Moment", "Transition", "TransitionKind", "transition_kind"]
