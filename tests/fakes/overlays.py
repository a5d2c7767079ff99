"""A room with everything in it, for overlays; and pictures compared as an eye would."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from studio.engine.overlays import ArrivedTip, Facts, Look, Moment, Overlay
from studio.engine.protocol.overlays import (
    ActionFact,
    ChatLine,
    GoalFact,
    MenuLine,
    MilestoneFact,
    SupporterFact,
    TipFact,
)

ROOM = Facts(
    goal=GoalFact(
        title="Rooftop picnic stream",
        target_tokens=2000,
        raised_tokens=1240,
        milestones=(
            MilestoneFact(title="Cupcake break", tokens=500),
            MilestoneFact(title="Sunset song by request", tokens=1500),
        ),
    ),
    menu=tuple(
        MenuLine(title=title, tokens=tokens)
        for title, tokens in (("Wave hello", 10), ("Song request", 50), ("Choose my hat", 1200))
    ),
    supporters=tuple(
        SupporterFact(name=name, tokens=tokens)
        for name, tokens in (("Noor", 12500), ("Mila de Vries", 3400), ("Sam", 900), ("Juno", 50))
    ),
    mood=(0.1, 0.3, 0.1, 0.2, 0.05, 0.05, 0.1, 0.1),
    chat=(
        ChatLine(id="1", name="Noor", text="Good evening everyone! What a view from up there"),
        ChatLine(id="2", name="Teezer", text="She will be right back", is_ai=True),
        ChatLine(id="3", name="Sam", text="Hello"),
    ),
    viewers=1284,
    actions=(
        ActionFact(id="1", title="Dance for a minute", duration_s=60, name="Mila"),
        ActionFact(id="2", title="Song request", duration_s=30),
    ),
    action_end_s=145.0,
    creator="Luna",
    platform="Teezu",
)


def at(seconds: float) -> Moment:
    """A moment of the show, by both clocks; 100 s is eight in the evening."""
    return Moment(seconds, datetime.fromtimestamp(1_795_204_700 + seconds, UTC))


def a_tip(tokens: int = 250, *, number: int = 1, name: str = "Mila", text: str = "") -> ArrivedTip:
    """A tip that has just come."""
    tip = TipFact(id=f"tip-{number}", name=name, tokens=tokens, text=text)
    return ArrivedTip(number, 100.0, tip)


def settled(overlay: Overlay, facts: Facts = ROOM, *, tips: tuple[ArrivedTip, ...] = ()) -> Look:
    """What an overlay shows once everything has arrived where it goes."""
    overlay.look(facts, tips, at(100.0))
    return overlay.look(facts, (), at(101.5))


def pixels(image: QImage) -> NDArray[np.uint8]:
    """`(h, w, 4) uint8` premultiplied BGRA, a copy."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()


def difference(first: QImage, second: QImage) -> tuple[float, float]:
    """The mean and the largest difference in levels, seen from a little further away.

    Both are shrunk to a quarter first: another FreeType moves edges by parts of a pixel, which
    nobody sees, while a word, a bar or a colour that is elsewhere stays different.
    """
    small = [
        pixels(
            image.scaled(
                max(1, image.width() // 4),
                max(1, image.height() // 4),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        ).astype(np.int16)
        for image in (first, second)
    ]
    apart = np.abs(small[0] - small[1])
    return float(apart.mean()), float(apart.max())
