"""The dashboard: figures read when somebody looks, and again after each show."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from shared.api import ApiClient
from shared.files import write_atomically
from shared.qt import format as words
from shared.qt.translations import tr
from shared.schemas.wallet import Balance, LedgerEntry
from studio.desk.tools import ToolParts
from studio.docks.dashboard import DashboardDock, DashboardState
from studio.live.figures import (
    as_csv,
    by_day,
    earnings_by_hour,
    hours_by_weekday,
    retention,
)

_PAGE = 200
_PAGES_AT_MOST = 25


class DashboardPart:
    """Serves the dashboard."""

    name = "dashboard"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: DashboardDock | None = None
        self._state = DashboardState()
        self._was_on = False

    @property
    def state(self) -> DashboardState:
        """What was read last."""
        return self._state

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if not isinstance(dock, DashboardDock):
            return
        self._dock = dock
        dock.period_chosen.connect(lambda _days: self.signed_in())
        dock.refresh_requested.connect(self.signed_in)
        dock.export_requested.connect(self._on_export)

    def signed_in(self) -> None:
        """Read the figures."""
        if self._dock is not None and self._parts.client is not None:
            self._parts.start(self._read(self._parts.client), name="dashboard", dock=self._dock)

    def draw(self) -> None:
        """Read the figures again once a show is over."""
        was_on, self._was_on = self._was_on, self._parts.stream_id is not None
        if was_on and not self._was_on:
            self.signed_in()

    async def _read(self, client: ApiClient) -> None:
        user, dock = self._parts.user, self._dock
        if user is None or dock is None:
            return
        board = await client.insights.dashboard(user.id)
        insights = await client.insights.read(user.id)
        since = datetime.now(UTC) - timedelta(days=dock.period + 1)
        entries = await _ledger(client, since)
        today = datetime.now(UTC).astimezone().date()
        shows = await client.profiles.content(user.id, limit=1)
        last = await client.streams.stats(shows.items[0].id) if shows.items else None
        self._state = replace(
            self._state,
            earned_tokens=board.earned_tokens,
            balance_tokens=board.balance_tokens,
            subscribers=board.subscribers,
            supporters=board.supporters,
            stream_hours=board.stream_hours,
            streams=board.streams,
            days=by_day(entries, days=dock.period, today=today),
            weekday_hours=hours_by_weekday(insights.hours),
            hour_tokens=earnings_by_hour(insights.hours),
            retention=retention(last.minutes) if last is not None else (),
            advice=(*held_words(await client.wallet.balance()), *insights.advice),
        )
        dock.set_problem("")
        dock.set_state(self._state)

    def _on_export(self) -> None:
        picker = QFileDialog(self._parts.window, tr("Export the figures"))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setDefaultSuffix("csv")
        picker.fileSelected.connect(
            lambda path: self._parts.start(
                self.export(Path(path)), name="export figures", dock=self._dock
            )
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def export(self, path: Path) -> None:
        """Write the figures as a table.

        Raises: StorageError when it cannot be written.
        """
        text = as_csv(self._state.days, self._state.weekday_hours)
        await asyncio.to_thread(write_atomically, path, text.encode(), mode=0o644)


def held_words(balance: Balance) -> tuple[str, ...]:
    """What a creator must know of earnings on hold; nothing while they are free."""
    if not balance.is_held:
        return ()
    held = words.number(balance.held_tokens)
    if balance.held_until is None:
        return (
            tr("{n} tokens you earned are on hold until a question about them is settled.", n=held),
        )
    until = f"{balance.held_until.astimezone():%Y-%m-%d}"
    return (tr("{n} tokens you earned are on hold until {day}.", n=held, day=until),)


async def _ledger(client: ApiClient, since: datetime) -> list[LedgerEntry]:
    """The person's movements since then, newest first as the platform gives them."""
    entries: list[LedgerEntry] = []
    cursor: str | None = None
    for _ in range(_PAGES_AT_MOST):
        page = await client.wallet.ledger(cursor=cursor, limit=_PAGE)
        entries += page.items
        cursor = page.next_cursor
        if cursor is None or (page.items and page.items[-1].at < since):
            break
    return entries
