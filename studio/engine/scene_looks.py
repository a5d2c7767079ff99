"""What a window looks at: a scene, and how small."""

from dataclasses import dataclass

type LookKey = tuple[str, str]
"""What a window looks at, and the place in it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A scene that a window looks at, and how small."""

    scene_id: str
    zoom: float
