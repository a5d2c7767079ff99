"""The server's own figures on the hub: read every few seconds while somebody looks."""

import asyncio

from console.main_window import Workspace
from console.screens import HubScreen
from console.state.server import Scrape, figures_of, read_scrape
from shared.api import ApiClient
from shared.clock import Clock
from shared.errors import AppError
from shared.qt.translations import tr_error

_EVERY_S = 5.0
_NS = 1_000_000_000


class ServerPresenter:
    """Made for admins only: others may not read the figures."""

    def __init__(self, *, api: ApiClient, clock: Clock, workspace: Workspace) -> None:
        self._api = api
        self._clock = clock
        self._workspace = workspace
        self._screen = workspace.screen_of(HubScreen)
        self._before: Scrape | None = None
        self._wake = asyncio.Event()
        workspace.screen_shown.connect(self._on_screen_shown)

    async def follow(self) -> None:
        """Read until cancelled; nothing while the hub is not shown."""
        while True:
            self._wake.clear()
            is_shown = self._workspace.current == "hub"
            if is_shown:
                await self._read()
            try:
                async with asyncio.timeout(_EVERY_S if is_shown else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _read(self) -> None:
        strip = self._screen.server
        try:
            text = await self._api.health.metrics()
            health = await self._api.admin.health()
        except AppError as error:
            strip.show_problem(tr_error(error))
            return
        now = read_scrape(text, at_s=self._clock.monotonic_ns() / _NS)
        strip.show_figures(figures_of(self._before, now))
        strip.show_health(health)
        self._before = now

    def _on_screen_shown(self, name: str) -> None:
        if name == "hub":
            self._wake.set()
