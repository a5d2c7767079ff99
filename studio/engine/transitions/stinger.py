"""The stinger: a short film with transparency and sound plays, and under it the scene is cut."""

import av

from shared.errors import InvalidInput
from studio.engine.audio.track import AudioTrack
from studio.engine.pixels import Picture
from studio.engine.transitions.base import Moment
from studio.engine.transitions.film import Film
from studio.engine.transitions.film_sound import FilmSound
from studio.engine.video.compositor import copied
from studio.engine.video.geometry import Box, Placement
from studio.engine.video.patch import PatchMaker
from studio.project.model import SceneItem
from studio.project.transitions import StingerTransition

_NS_PER_MS = 1_000_000


class Stinger:
    """Takes as long as its film."""

    def __init__(
        self, settings: StingerTransition, width: int, height: int, *, patience_s: float = 0.004
    ) -> None:
        """Open the film and begin to decode it; `patience_s` is how long a tick waits for it.

        Raises:
            InvalidInput: no film was chosen, or it cannot be played.
        """
        if not settings.path:
            raise InvalidInput("Choose a film for the stinger first.", code="STINGER_NO_FILM")
        self._film = Film(settings.path)
        self._gain = 10 ** (settings.gain_db / 20)
        self._sound: FilmSound | None = None
        if self._film.has_sound:
            self._sound = FilmSound(settings.path, length_ns=self._film.length_ns)
        self._patience_s = patience_s
        self._cut_ns = min(settings.cut_ms * _NS_PER_MS, self._film.length_ns)
        self._canvas = Box(0, 0, width, height)
        self._maker = PatchMaker()
        self._item = SceneItem(source_id="stinger")

    @property
    def length_ns(self) -> int | None:
        """The film's length."""
        return self._film.length_ns

    @property
    def sound(self) -> tuple[AudioTrack, float] | None:
        """The film's own sound, where it has one."""
        return (self._sound.track, self._gain) if self._sound is not None else None

    def begin(self, now_ns: int) -> None:
        """The film plays from this moment on."""
        if self._sound is not None:
            self._sound.begin(now_ns)

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the scene before or after the cut, with the film over it."""
        below = first if moment.elapsed_ns < self._cut_ns else second
        frame = self._film.at(moment.elapsed_ns, patience_s=self._patience_s)
        if frame is None:
            return below
        picture = Picture(frame, 0, 0, self._film.has_alpha)
        whole = Box(0, 0, frame.width, frame.height)
        patch = self._maker.make(picture, Placement(whole, self._canvas, self._canvas), self._item)
        made = copied(below)
        patch.draw(made)
        return made

    def close(self) -> None:
        """End the decoding."""
        self._film.close()
        if self._sound is not None:
            self._sound.close()
