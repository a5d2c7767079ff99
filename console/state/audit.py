"""The audit chain, followed and verified by the console itself."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from shared.audit import ChainVerifier
from shared.errors import AppError
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.schemas.common import MAX_PAGE, Page
from shared.schemas.moderation import AuditEntry, AuditVerdict

_log = logging.getLogger(__name__)


class AuditLog(Protocol):
    """The server's chain, as `ApiClient.admin` reads it."""

    async def audit(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[AuditEntry]:
        """The chain from its first entry on."""
        ...


@dataclass(frozen=True, slots=True)
class AuditView:
    """The newest entries (oldest of them first) and what following the whole chain showed."""

    entries: tuple[AuditEntry, ...] = ()
    verdict: AuditVerdict | None = None
    is_running: bool = False
    checked: int = 0
    """How many links were followed so far, while it runs."""
    error: AppError | None = None


class AuditCheck:
    """Reads the chain from its first entry and verifies every link on this machine.

    Only the newest `keep` entries stay in memory.
    """

    def __init__(self, log: AuditLog, *, keep: int = 1000) -> None:
        self._log = log
        self._keep = keep
        self._state = AuditView()
        self._changed = Listeners[AuditView]()
        self._turn = asyncio.Lock()

    @property
    def state(self) -> AuditView:
        """What is known of the chain."""
        return self._state

    def on_changed(self, listener: Listener[AuditView]) -> Unsubscribe:
        """Hear of every change of `state`."""
        return self._changed.add(listener)

    async def verify(self) -> AuditView:
        """Follow the whole chain once; a failure to read it is no verdict on it."""
        async with self._turn:
            self._become(replace(self._state, is_running=True, checked=0, error=None))
            verifier = ChainVerifier()
            newest: deque[AuditEntry] = deque(maxlen=self._keep)
            cursor: str | None = None
            try:
                while True:
                    page = await self._log.audit(cursor=cursor, limit=MAX_PAGE)
                    for entry in page.items:
                        verifier.feed(entry)
                    newest.extend(page.items)
                    checked = self._state.checked + len(page.items)
                    self._become(replace(self._state, checked=checked))
                    cursor = page.next_cursor
                    if cursor is None:
                        break
            except AppError as error:
                _log.info("the chain could not be read: %s", error.code)
                self._become(replace(self._state, is_running=False, error=error))
                return self._state
            finally:
                self._become(replace(self._state, is_running=False))
            self._become(AuditView(entries=tuple(newest), verdict=verifier.verdict))
        return self._state

    def _become(self, state: AuditView) -> None:
        if state != self._state:
            self._state = state
            self._changed.tell(state)
