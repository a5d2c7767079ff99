"""Edits from the window: in order, one gesture at a time, the rest after a refusal."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fakes.engine import FakeEngines
from tools.waiting import until

from shared.errors import AppError, InvalidInput
from shared.qt.scope import TaskScope
from studio.desk.editing import Editing
from studio.engine.protocol import EditProject
from studio.live import EngineHost
from studio.project.edits import Edit, RenameScene, UpdateItem
from studio.project.model import SceneItem


def _pull(x: int, gesture: str) -> tuple[Edit, ...]:
    item = SceneItem(id="i", source_id="s", x=x)
    return (UpdateItem(scene_id="one", item=item, gesture=gesture),)


@pytest.fixture
async def host() -> AsyncIterator[EngineHost]:
    async with EngineHost(FakeEngines()) as made:
        await made.ready()
        yield made


async def test_of_a_gesture_only_the_newest_that_waits_is_sent(host: EngineHost) -> None:
    async with TaskScope(lambda error, name: pytest.fail(f"{name}: {error}")) as scope:
        editing = Editing(host, scope)
        engine = host._engine
        assert engine is not None
        engine.stuck["edit_project"] = asyncio.Event()  # type: ignore[attr-defined]
        editing.opened.set()
        editing.send(_pull(1, "drag"))
        await until(lambda: "edit_project" in engine.kinds, "the first")  # type: ignore[attr-defined]
        for x in (2, 3, 4):
            editing.send(_pull(x, "drag"))
        editing.send((RenameScene(scene_id="one", name="Later"),))
        engine.stuck["edit_project"].set()  # type: ignore[attr-defined]
        await until(lambda: engine.kinds.count("edit_project") == 3, "the rest")  # type: ignore[attr-defined]
        sent = [c.edits[0] for c in engine.commands if isinstance(c, EditProject)]  # type: ignore[attr-defined]
        assert [getattr(e, "item", None) and e.item.x for e in sent] == [1, 4, None]


async def test_a_refusal_is_told_and_the_rest_goes_on(host: EngineHost) -> None:
    told: list[Exception] = []
    async with TaskScope(lambda error, _name: told.append(error)) as scope:
        editing = Editing(host, scope)
        engine = host._engine
        engine.refuses["edit_project"] = InvalidInput("No.", code="EDIT_REFUSED")  # type: ignore[union-attr]
        editing.opened.set()
        editing.send((RenameScene(scene_id="one", name="A"),))
        editing.send((RenameScene(scene_id="one", name="B"),))
        await until(lambda: len(told) == 2, "both refusals")
        assert all(isinstance(error, AppError) for error in told)


async def test_what_has_gone_meanwhile_is_not_asked_for(host: EngineHost) -> None:
    async with TaskScope(lambda error, name: pytest.fail(f"{name}: {error}")) as scope:
        editing = Editing(host, scope)
        editing.opened.set()
        editing.make(lambda state: (state.project.source("gone"), ())[1])
        editing.send((RenameScene(scene_id="one", name="A"),))
        engine = host._engine
        await until(lambda: "edit_project" in engine.kinds, "the next")  # type: ignore[union-attr]
        assert engine.kinds.count("edit_project") == 1  # type: ignore[union-attr]
