"""The talk with somebody who is banned: the statement of reasons, their appeal, its answer."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QWidget

from shared.errors import AppError
from shared.qt.ban_panel import BanPanel
from shared.qt.translations import tr_error
from shared.schemas.appeals import Appeal, BannedAppeal, BannedNotice, BannedProof


class BanAppeals(Protocol):
    """What the server offers without a session, as `ApiClient.appeals` calls it."""

    async def banned(self, proof: BannedProof) -> BannedNotice:
        """Why the person is banned."""
        ...

    async def appeal_ban(self, request: BannedAppeal) -> Appeal:
        """Appeal against it."""
        ...


async def talk_about_ban(
    host: QWidget, appeals: BanAppeals, proof: BannedProof, *, now: Callable[[], datetime]
) -> bool:
    """Show over `host` why the person is banned, and take their appeal, until they close it.

    The proof is their e-mail and password: it is kept for as long as this runs. False when the
    server has no statement to show; then the refusal itself is all there is to say.
    """
    try:
        notice = await appeals.banned(proof)
    except AppError:
        return False
    # Two wishes at most can be open: words to send, and the panel closed.
    wishes: asyncio.Queue[str | None] = asyncio.Queue(maxsize=2)

    def wish(words: str | None) -> None:
        if not wishes.full():
            wishes.put_nowait(words)

    panel = BanPanel(host)
    panel.appeal_sent.connect(wish)
    panel.closed.connect(lambda: wish(None))
    try:
        panel.show_ban(notice, now=now())
        panel.open()
        panel.focus_words()
        while (words := await wishes.get()) is not None:
            panel.show_sending()
            request = BannedAppeal(**proof.model_dump(), text=words)
            try:
                panel.show_appeal(await appeals.appeal_ban(request))
            except AppError as error:
                panel.show_problem(tr_error(error))
            panel.focus_words()
    finally:
        panel.hide()
        panel.deleteLater()
    return True
