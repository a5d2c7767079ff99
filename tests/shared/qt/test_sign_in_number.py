"""Signing in tells the server a number of this installation; the server keeps its hash only."""

import asyncio
from pathlib import Path

from fakes.server import local_server, quick_settings
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from shared.credentials import MemoryStore
from shared.installation import Installation
from shared.qt.sign_in import SignInForm, SignInPanel
from shared.qt.sign_in_flow import SignInFlow, demo_credentials
from shared.qt.theme import Theme
from shared.server.moderation.evasion import TraceKind, trace_hash
from shared.server.moderation.evidence_tables import TraceRow


async def test_the_server_gets_a_hash_of_a_number_that_the_person_can_renew(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    panel = SignInPanel(theme, title="Test")
    qtbot.addWidget(panel)
    mine = Installation(tmp_path / "number")
    async with local_server(quick_settings(tmp_path / "data", demo=True)) as server:
        flow = SignInFlow(panel, store=MemoryStore(), installation=mine)
        right = demo_credentials(tmp_path / "data" / "demo-accounts.json", "creator")
        names = []
        for _ in range(2):
            await (await flow.sign_in(server.url, right)).aclose()
            names.append(mine.name_for(server.url))
        asking = asyncio.create_task(flow.ask(server.url, email=right.email), name="ask")
        async with asyncio.timeout(30):
            while not panel.state.sends_number:
                await asyncio.sleep(0.01)
            panel.new_number_requested.emit()
            while "new number" not in panel.state.notice:
                await asyncio.sleep(0.01)
            panel.submitted.emit(SignInForm(server.url, right.email, right.password))
            await (await asking).aclose()
        names.append(mine.name_for(server.url))
        assert names[0] == names[1] != names[2]
        core = server.server.core
        async with core.db.read() as db:
            rows = (
                (await db.execute(select(TraceRow.hash).order_by(TraceRow.first_at)))
                .scalars()
                .all()
            )
        known = [trace_hash(core.secret, TraceKind.DEVICE, str(name)) for name in names[1:]]
        assert rows == known
        assert not {str(name) for name in names} & set(rows)
