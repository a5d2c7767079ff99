"""Looks that come with the studio: tables made of a few steps, of our own taste."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from studio.engine.filters.cube import Cube, Table

_SIZE = 17
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)

type _Look = Callable[[Table], Table]


def look(name: str) -> Cube:
    """Return a look by its name.

    Raises:
        KeyError: there is none of this name.
    """
    steps = np.linspace(0.0, 1.0, _SIZE, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    plain = np.stack([red, green, blue], axis=-1)
    table = np.clip(LOOKS[name](plain), 0.0, 1.0).astype(np.float32)
    return Cube(table, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def _grey(colours: Table) -> Table:
    return (colours @ _LUMA)[..., None]


def _saturated(colours: Table, amount: float) -> Table:
    grey = _grey(colours)
    return grey + (colours - grey) * np.float32(amount)


def _curved(colours: Table, amount: float) -> Table:
    """More contrast in the middle, none lost at the ends."""
    colours = np.clip(colours, 0.0, 1.0)
    curve = colours * colours * (np.float32(3.0) - np.float32(2.0) * colours)
    return colours + (curve - colours) * np.float32(amount)


def _tinted(colours: Table, red: float, green: float, blue: float) -> Table:
    return colours * np.array([red, green, blue], dtype=np.float32)


def _warm(colours: Table) -> Table:
    return _saturated(_tinted(_curved(colours, 0.15), 1.05, 1.0, 0.9), 1.08)


def _cool(colours: Table) -> Table:
    return _saturated(_tinted(_curved(colours, 0.1), 0.93, 1.0, 1.07), 1.02)


def _soft(colours: Table) -> Table:
    """Lifted shadows and gentle lights, kind to skin."""
    lifted = np.float32(0.06) + colours * np.float32(0.9)
    return _saturated(_tinted(lifted, 1.03, 1.0, 0.97), 0.92)


def _vivid(colours: Table) -> Table:
    return _saturated(_curved(colours, 0.35), 1.3)


def _evening(colours: Table) -> Table:
    """Blue shadows, golden lights."""
    grey = _grey(colours)
    gold = np.array([0.07, 0.02, -0.07], dtype=np.float32)
    return _curved(colours, 0.25) + (grey - np.float32(0.45)) * gold * np.float32(1.6)


def _mono(colours: Table) -> Table:
    return np.broadcast_to(_curved(_grey(colours), 0.3), colours.shape)


LOOKS: Mapping[str, _Look] = MappingProxyType(
    {
        "warm": _warm,
        "cool": _cool,
        "soft": _soft,
        "vivid": _vivid,
        "evening": _evening,
        "mono": _mono,
    }
)
"""Every look, by the name in the settings."""
