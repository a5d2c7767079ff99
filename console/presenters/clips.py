"""The clip of the open case: stills at once, the video when asked for, clear within a budget."""

import asyncio
import hashlib

from PySide6.QtGui import QImage

from console.docks import Check
from console.presenters.surroundings import Surroundings
from console.screens import CaseScreen
from console.state import CaseView
from console.state.exposure import GLANCE_S, HOLD_S, Exposure
from console.video import ClipPlayer
from shared.clock import Clock
from shared.errors import AppError
from shared.qt.errors import Severity
from shared.qt.translations import tr
from shared.schemas.appeals import EvidenceClip
from shared.schemas.common import ErrorCode


class ClipPresenter:
    """Watches the desk for cases about broadcasts. `close` ends the decoder's thread."""

    def __init__(self, around: Surroundings, *, clock: Clock) -> None:
        self._around = around
        self._exposure = Exposure(clock)
        self._case_id = ""
        self._clip: EvidenceClip | None = None
        self._screen = around.workspace.screen_of(CaseScreen)
        self._player = ClipPlayer(clock)
        self._connect()

    def close(self) -> None:
        """The shift is over."""
        self._player.close()

    def show_view(self, view: CaseView) -> None:
        """Another case on the desk has another clip, or none."""
        case = view.case
        case_id = case.id if case is not None and case.stream_id is not None else ""
        if case_id == self._case_id:
            return
        self._look_away()
        self._player.close()
        self._case_id, self._clip = case_id, None
        self._screen.show_clip(None, ())
        self._fetch()

    def _connect(self) -> None:
        screen, player = self._screen, self._screen.player
        screen.reveal_asked.connect(self._on_glance_asked)
        screen.hold_asked.connect(self._on_hold_asked)
        player.play_asked.connect(self._on_play_asked)
        player.step_asked.connect(self._player.step)
        player.speed_asked.connect(self._player.change_speed)
        player.moment_asked.connect(self._player.move_to)
        self._player.changed.connect(player.show_playback)
        self._player.opened.connect(self._player.toggle)
        self._player.picture_shown.connect(player.show_picture)
        self._player.failed.connect(self._on_failed)
        self._around.workspace.screen_shown.connect(self._on_screen_shown)
        self._around.workspace.ticked.connect(self._on_ticked)

    # -- reading -----------------------------------------------------------------------------

    def _fetch(self) -> None:
        if self._case_id and not self._around.scope.running(f"clip {self._case_id}"):
            self._around.scope.start(self._read(self._case_id), name=f"clip {self._case_id}")

    async def _read(self, case_id: str) -> None:
        appeals = self._around.api.appeals
        try:
            clip = await appeals.clip(case_id)
            stills = [await appeals.clip_still(case_id, n) for n in range(clip.stills)]
        except AppError as error:
            # Some seconds after a report its clip is not there yet; later ones have none.
            if error.code != ErrorCode.NOT_FOUND:
                self._around.tell_error(error)
            return
        if case_id == self._case_id:
            self._clip = clip
            self._screen.show_clip(clip, [QImage.fromData(still) for still in stills])

    async def _load(self, clip: EvidenceClip) -> None:
        """Fetch the video, follow its hash on this machine, and only then open it."""
        self._screen.show_check(Check.LOADING)
        try:
            content = await self._around.api.appeals.clip_video(clip.case_id)
        except AppError as error:
            if clip.case_id == self._case_id:
                self._screen.show_check(Check.UNREAD)
                self._around.tell_error(error)
            return
        digest = await asyncio.to_thread(_sha256, content)
        if clip.case_id != self._case_id:
            return
        if digest != clip.sha256:
            self._screen.show_check(Check.WRONG)
            return
        self._screen.player.show_words(tr("Opening the clip ..."))
        self._screen.show_check(Check.WHOLE)
        self._player.open(content)

    # -- what the person wants ---------------------------------------------------------------

    def _on_play_asked(self) -> None:
        if self._player.playback.is_open:
            self._player.toggle()
        elif self._clip is None:
            self._fetch()
        elif not self._around.scope.running(f"video {self._case_id}"):
            self._around.scope.start(self._load(self._clip), name=f"video {self._case_id}")

    def _on_glance_asked(self) -> None:
        if self._exposure.is_looking:
            self._look_away()
        else:
            self._look(GLANCE_S)

    def _on_hold_asked(self, is_held: bool) -> None:
        if is_held:
            self._look(HOLD_S)
        else:
            self._look_away()

    def _look(self, most_s: float) -> None:
        if not self._screen.has_stills:
            self._fetch()
            return
        if self._exposure.look(most_s=most_s):
            self._screen.show_clear(is_clear=True)
            return
        words = tr(
            "You have looked at unblurred evidence for ten minutes in this shift. Take a break, "
            "or hand the case on (R or E)."
        )
        self._around.tell(words, Severity.INFO)

    def _look_away(self) -> None:
        if self._exposure.is_looking:
            self._exposure.look_away()
        self._screen.show_clear(is_clear=False)

    # -- told --------------------------------------------------------------------------------

    def _on_failed(self, error: AppError) -> None:
        self._screen.show_unplayable()
        self._around.tell_error(error)

    def _on_screen_shown(self, name: str) -> None:
        if name != "case":
            self._look_away()
            if self._player.playback.is_playing:
                self._player.toggle()

    def _on_ticked(self) -> None:
        if self._exposure.is_over:
            self._look_away()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
