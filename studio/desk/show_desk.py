"""A show from its sheet to its summary: what is looked at before, asked at the end, told after."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from shared.errors import AppError
from shared.qt import format as words
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error, tr_n, tr_sentence
from studio.desk.air_desk import AirDesk
from studio.desk.room_desk import RoomDesk
from studio.dialogs.show_sheet import CheckLine, ShowPlan
from studio.live import (
    Check,
    CheckId,
    EngineHost,
    Phase,
    Platform,
    Summary,
    Tally,
    Verdict,
    free_space,
    is_clear,
    preflight,
)
from studio.main_window import StudioWindow

_LOOK_S = 10.0


def check_line(check: Check, platform: Platform) -> CheckLine:
    """A finding in words, with what to do about it."""
    mark, kind = {
        Verdict.GOOD: (tr("Good"), "success"),
        Verdict.WARN: (tr("Look"), "warning"),
        Verdict.STOP: (tr("Stop"), "danger"),
        Verdict.LOOKING: (tr("Checking"), "neutral"),
    }[check.verdict]
    name = {
        CheckId.ENGINE: tr("Broadcast engine"),
        CheckId.PICTURE: tr("Picture"),
        CheckId.SOUND: tr("Sound"),
        CheckId.SERVER: tr("Platform"),
        CheckId.KEY: tr("Stream key"),
        CheckId.DISK: tr("Disk"),
        CheckId.SLATE: tr("Privacy slate"),
    }[check.id]
    is_good = check.verdict is Verdict.GOOD
    detail = check.subject if is_good else _advice(check, platform)
    if check.id is CheckId.DISK and check.amount:
        detail = tr("{n} GB free", n=words.number(check.amount / 1e9, decimals=1))
    return CheckLine(name, mark, kind, detail)


def _advice(check: Check, platform: Platform) -> str:
    if check.verdict is Verdict.LOOKING:
        return ""
    if check.advice:
        return tr_sentence(check.advice)
    match check.id:
        case CheckId.ENGINE:
            return tr("The broadcast engine is starting\N{HORIZONTAL ELLIPSIS}")
        case CheckId.PICTURE if check.subject:
            return tr("{name} gives no picture. Check it among the sources.", name=check.subject)
        case CheckId.PICTURE:
            return tr("Add a source first, so that there is something to see.")
        case CheckId.SOUND if check.subject:
            return tr("{name} is muted or silent.", name=check.subject)
        case CheckId.SOUND:
            return tr("Viewers will hear nothing. Add a microphone.")
        case CheckId.SERVER if platform.error is not None:
            return tr_error(platform.error)
        case CheckId.KEY:
            return tr("The platform gave no stream key. Look again in a moment.")
        case CheckId.SLATE:
            return tr("The slate is up: viewers would see it in place of you.")
        case _:
            return ""


def figures_of(summary: Summary) -> list[tuple[str, str]]:
    """A summary's figures, each with its name."""
    return [
        (tr("Duration"), words.duration(summary.duration_s)),
        (tr("Most viewers at once"), words.number(summary.peak_viewers)),
        (tr("Messages"), words.number(summary.messages)),
        (tr("Tips"), words.number(summary.tips)),
        (tr("Tokens received"), words.number(summary.tokens)),
        (
            tr("Goals reached"),
            tr(
                "{reached} of {all}",
                reached=words.number(summary.goals_reached),
                all=words.number(summary.goals),
            ),
        ),
    ]


class ShowDesk:
    """Runs the sheet before a show, the question at its end and the figures after it."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        air: AirDesk,
        room: RoomDesk,
        engine: EngineHost,
        scope: TaskScope,
        folder: Path | None = None,
    ) -> None:
        self._window = window
        self._air = air
        self._room = room
        self._engine = engine
        self._scope = scope
        self._folder = folder or Path.home()
        self._platform = Platform()
        self._free_bytes: int | None = None
        self._tally = Tally()
        self._stream_id: str | None = None
        self._began: datetime | None = None
        self._was_on = False
        self._shown: tuple[Check, ...] = ()
        self.clips_since: Callable[[datetime], Sequence[Path]] = lambda began: ()
        """The clips that were saved from then on."""

    def connect(self) -> None:
        """Listen to the stage, the sheet and the question."""
        window = self._window
        stage, sheet = window.cockpit.stage, window.show_sheet
        stage.prepare_requested.connect(self._on_prepare)
        stage.end_requested.connect(self._on_end_requested)
        window.end_shortcut.connect(self._on_end_requested)
        window.end_question.end_chosen.connect(self._air.end)
        sheet.go_live_requested.connect(self._on_go_live)
        sheet.look_again_requested.connect(self._look)
        sheet.closed.connect(self._on_sheet_closed)

    def draw(self) -> None:
        """Follow the broadcast and the checklist; called a few times a second."""
        if self._window.show_sheet.isVisible():
            self._draw_checks()
        live = self._air.live
        if live.phase.is_on:
            if live.stream_id != self._stream_id:
                self._stream_id, self._began, self._tally = live.stream_id, None, Tally()
            self._began = self._began or live.live_since
            if self._room.stream_id == live.stream_id:
                self._tally.take(self._room.show)
        elif self._was_on:
            self._window.end_question.dismiss()
            if live.phase is Phase.ENDED and self._began is not None:
                self._show_summary(live.title, self._began)
        self._was_on = live.phase.is_on

    def _draw_checks(self) -> None:
        checks = preflight(self._engine.state, self._platform, free_bytes=self._free_bytes)
        if checks != self._shown:
            self._shown = checks
            lines = [check_line(check, self._platform) for check in checks]
            self._window.show_sheet.set_checks(lines, is_ready=is_clear(checks))

    def _show_summary(self, title: str, began: datetime) -> None:
        summary = self._tally.summary(
            self._room.show, title=title, began=began, ended=datetime.now(UTC)
        )
        note = ""
        if summary.best_supporter:
            note = tr(
                "{name} supported you most, with {amount}.",
                name=summary.best_supporter,
                amount=words.tokens(summary.best_tokens),
            )
        clips = len(self.clips_since(began))
        figures = [*figures_of(summary), (tr("Clips saved"), words.number(clips))]
        self._window.summary.show_figures(summary.title, figures, note=note, has_files=clips > 0)

    def _on_prepare(self) -> None:
        if self._air.is_on_air or self._air.client is None:
            return
        self._shown = ()
        title = self._window.cockpit.stage.title
        self._window.show_sheet.ask(replace(self._air.plan, title=title))
        self._look()
        self._draw_checks()

    def _on_sheet_closed(self) -> None:
        plan: ShowPlan = self._window.show_sheet.plan
        self._air.plan = plan
        if plan.title:
            self._window.cockpit.stage.set_title(plan.title)

    def _on_go_live(self, plan: ShowPlan) -> None:
        self._air.plan = plan
        self._air.go_live(plan.title)

    def _on_end_requested(self) -> None:
        if self._air.is_ending:
            self._air.end_now()
        elif self._air.is_on_air:
            open_goals = sum(
                goal.raised_tokens < goal.target_tokens for goal in self._room.show.goals
            )
            goals = tr_n("{n} goal is still open.", "{n} goals are still open.", open_goals)
            self._window.end_question.ask(goals if open_goals else "", behind_s=self._air.behind_s)

    def _look(self) -> None:
        self._scope.restart(self._ask_platform(), name="look before going live")

    async def _ask_platform(self) -> None:
        """Ask the platform for the key, and the disk for its room."""
        self._platform = Platform()
        self._free_bytes = await asyncio.to_thread(free_space, self._folder)
        client = self._air.client
        if client is None:
            return
        try:
            async with asyncio.timeout(_LOOK_S):
                key = await client.streams.key()
        except AppError as error:
            self._platform = Platform(is_known=True, error=error)
        except TimeoutError:
            slow = AppError("The platform does not answer in time.", code="TIMEOUT")
            self._platform = Platform(is_known=True, error=slow)
        else:
            self._platform = Platform(is_known=True, key=key)
        if self._window.show_sheet.isVisible():
            self._draw_checks()
