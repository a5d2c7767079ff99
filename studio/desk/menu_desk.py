"""The tip menu, the quick prompts and the planned shows: what is prepared between shows."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from PySide6.QtWidgets import QFileDialog, QWidget

from shared.errors import InvalidInput
from shared.files import write_atomically
from shared.ids import new_id
from shared.qt.translations import tr
from shared.schemas.show import TipMenu, TipMenuItem, TipMenuItemPut, TipMenuPut
from shared.schemas.streams import Plan, PlanCreate
from studio.desk.first_state import prompts_of
from studio.desk.tools import ToolParts
from studio.docks.prompts import PromptsDock
from studio.docks.schedule import ScheduleDock
from studio.docks.tip_menu import TipMenuDock
from studio.editor_undo import EditorUndo, StateUndo
from studio.settings import MenuLine, PromptChoice
from studio.zones.input import QuickPrompt

_FILE_LIMIT = 200_000
_LINES = TypeAdapter(list[MenuLine])
_MOST = 50


def merged(menu: TipMenu, ours: tuple[MenuLine, ...]) -> tuple[MenuLine, ...]:
    """The platform's menu, with the lines that are off kept behind those they stood behind."""
    lines = [
        MenuLine(title=item.title, tokens=item.tokens, duration_s=item.duration_s)
        for item in menu.items
    ]
    before = ""
    for line in ours:
        if not line.is_on:
            at = next((i + 1 for i, one in enumerate(lines) if one.title == before), 0)
            lines.insert(at, line)
        before = line.title
    return tuple(lines[:_MOST])


def read_menu(path: Path) -> tuple[MenuLine, ...]:
    """The lines of an exported menu.

    Raises: AppError when the file cannot be read or holds no menu.
    """
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise ValueError(path.name)
        lines = _LINES.validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"{path.name} holds no tip menu; choose a file that was exported here.",
            code="MENU_NOT_READ",
        ) from error
    return tuple(lines[:_MOST])


class MenuPart:
    """Serves the tip menu: shown at once, sent as a whole, taken back when it is refused."""

    name = "tip menu"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: TipMenuDock | None = None
        self._steps: StateUndo[tuple[MenuLine, ...]] | None = None

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if not isinstance(dock, TipMenuDock):
            return
        self._dock = dock
        self._steps = StateUndo(dock, self._put_back)
        dock.set_lines(self._parts.settings.value.menu)
        dock.changed.connect(self._on_changed)
        dock.undo_requested.connect(self._steps.undo)
        dock.import_requested.connect(self._on_import)
        dock.export_requested.connect(self._on_export)

    def signed_in(self) -> None:
        """Read the menu as the platform has it."""
        if self._dock is not None:
            self._parts.start(self._read(), name="tip menu", dock=self._dock)

    def draw(self) -> None:
        """Only the creator changes the menu; nothing is followed."""

    async def _read(self) -> None:
        client, user = self._parts.client, self._parts.user
        if client is None or user is None:
            return
        self._show(merged(await client.show.tip_menu(user.id), self._parts.settings.value.menu))

    def _show(self, lines: tuple[MenuLine, ...]) -> None:
        self._parts.settings.change(menu=lines)
        if self._dock is not None:
            self._dock.set_lines(lines)

    def _on_changed(self, lines: tuple[MenuLine, ...], said: str) -> None:
        if self._dock is None:
            return
        before = self._dock.lines
        if self._steps is not None:
            self._steps.changed(before, lines)
        self._show(lines)
        self._dock.set_undo(said)
        self._send(lines, before)

    def _put_back(self, lines: tuple[MenuLine, ...]) -> None:
        if self._dock is not None:
            before = self._dock.lines
            self._dock.set_problem("")
            self._show(lines)
            self._send(lines, before)

    def _send(self, lines: tuple[MenuLine, ...], before: tuple[MenuLine, ...]) -> None:
        self._parts.start(
            self._put(lines),
            name="write tip menu",
            dock=self._dock,
            undo=lambda: self._show(before),
        )

    async def _put(self, lines: tuple[MenuLine, ...]) -> None:
        client, user = self._parts.client, self._parts.user
        if client is None or user is None:
            return
        items = [
            TipMenuItemPut(title=one.title, tokens=one.tokens, duration_s=one.duration_s)
            for one in lines
            if one.is_on
        ]
        menu = await client.show.put_tip_menu(user.id, TipMenuPut(items=items))
        if self._parts.settings.value.prompts is None:
            self._parts.window.cockpit.input.set_prompts(prompts_of(tuple(menu.items)))

    def take(self, lines: tuple[MenuLine, ...]) -> None:
        """Put another menu in place of this one, as one step that can be undone."""
        self._on_changed(lines, tr("The tip menu was replaced."))

    def _on_import(self) -> None:
        picker = QFileDialog(self._parts.window, tr("Import a tip menu"))
        picker.setNameFilters([tr("Tip menus") + " (*.json)", tr("All files") + " (*)"])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(
            lambda path: self._parts.start(
                self._import(Path(path)), name="import tip menu", dock=self._dock
            )
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def _import(self, path: Path) -> None:
        self.take(await asyncio.to_thread(read_menu, path))

    def _on_export(self) -> None:
        picker = QFileDialog(self._parts.window, tr("Export the tip menu"))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setDefaultSuffix("json")
        picker.fileSelected.connect(
            lambda path: self._parts.start(
                self._export(Path(path)), name="export tip menu", dock=self._dock
            )
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def _export(self, path: Path) -> None:
        lines = [one.model_dump() for one in self._parts.settings.value.menu]
        text = json.dumps(lines, ensure_ascii=False, indent=1) + "\n"
        await asyncio.to_thread(write_atomically, path, text.encode(), mode=0o644)


class PromptsPart:
    """Serves the quick prompts, which the message bar offers."""

    name = "prompts"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: PromptsDock | None = None
        self._steps: StateUndo[tuple[PromptChoice, ...] | None] | None = None

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if isinstance(dock, PromptsDock):
            self._dock = dock
            self._steps = StateUndo(dock, self._put)
            dock.changed.connect(self._on_changed)
            dock.reset_requested.connect(lambda: self._on_changed(None))
            self.show()

    def signed_in(self) -> None:
        """Offer one's own lines once the tip menu's were."""
        self.show()

    def draw(self) -> None:
        """Only the creator changes the prompts; nothing is followed."""

    def show(self) -> None:
        """Offer the creator's own lines, where there are any."""
        prompts = self._parts.settings.value.prompts
        if prompts is not None:
            self._parts.window.cockpit.input.set_prompts(
                [QuickPrompt(one.text, one.tokens) for one in prompts]
            )
        if self._dock is not None:
            self._dock.set_prompts(prompts or ())

    def _on_changed(self, prompts: tuple[PromptChoice, ...] | None) -> None:
        if self._steps is not None:
            self._steps.changed(self._parts.settings.value.prompts, prompts)
        self._put(prompts)

    def _put(self, prompts: tuple[PromptChoice, ...] | None) -> None:
        self._parts.settings.change(prompts=prompts)
        if prompts is None:
            lines = self._parts.settings.value.menu
            items = (
                TipMenuItem(id=new_id(), title=one.title, tokens=one.tokens)
                for one in lines
                if one.is_on
            )
            self._parts.window.cockpit.input.set_prompts(prompts_of(tuple(items)))
        self.show()


@dataclass(slots=True)
class _Place:
    """A planned show that may be removed and planned anew, with another id each time."""

    plan_id: str = ""


def planned(plan: Plan) -> PlanCreate:
    """What plans a show just like this one."""
    return PlanCreate.model_validate(plan.model_dump(exclude={"id", "creator_id"}))


class SchedulePart:
    """Serves the planned shows."""

    name = "schedule"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: ScheduleDock | None = None
        self._steps: EditorUndo | None = None
        self._plans: tuple[Plan, ...] = ()

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if isinstance(dock, ScheduleDock):
            self._dock = dock
            self._steps = EditorUndo(dock)
            dock.plan_requested.connect(self._on_planned)
            dock.removed.connect(self._on_removed)

    def signed_in(self) -> None:
        """Read what is planned."""
        if self._dock is not None:
            self._parts.start(self._read(), name="schedule", dock=self._dock)

    def draw(self) -> None:
        """Only the creator changes the plans; nothing is followed."""

    async def _read(self) -> None:
        client = self._parts.client
        if client is not None:
            self._show(tuple((await client.streams.schedule(limit=100)).items))

    def _on_planned(self, plan: PlanCreate) -> None:
        place = _Place()
        if self._steps is not None:
            self._steps.did(lambda: self._start_remove(place), lambda: self._start(plan, place))
        self._start(plan, place)

    def _on_removed(self, plan_id: str) -> None:
        place = _Place(plan_id)
        plan = next((planned(one) for one in self._plans if one.id == plan_id), None)
        if self._steps is not None and plan is not None:
            self._steps.did(lambda: self._start(plan, place), lambda: self._start_remove(place))
        self._start_remove(place)

    def _start(self, plan: PlanCreate, place: "_Place") -> None:
        self._parts.start(self._plan(plan, place), name="plan show", dock=self._dock)

    async def _plan(self, plan: PlanCreate, place: "_Place") -> None:
        client = self._parts.client
        if client is not None:
            made = await client.streams.plan(plan)
            place.plan_id = made.id
            self._show(tuple(sorted((*self._plans, made), key=lambda one: one.starts_at)))

    def _start_remove(self, place: "_Place") -> None:
        plan_id, place.plan_id = place.plan_id, ""
        if not plan_id:
            return  # the platform never took it
        before = self._plans
        self._show(tuple(one for one in before if one.id != plan_id))
        self._parts.start(
            self._remove(plan_id),
            name="remove plan",
            dock=self._dock,
            undo=lambda: self._show(before),
        )

    async def _remove(self, plan_id: str) -> None:
        client = self._parts.client
        if client is not None:
            await client.streams.remove_plan(plan_id)

    def _show(self, plans: tuple[Plan, ...]) -> None:
        self._plans = plans
        if self._dock is not None:
            self._dock.set_plans(plans)
