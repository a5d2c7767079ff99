"""Scene collections: new, copied, renamed, imported, exported, opened; lost files found again."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from shared.errors import AppError, InvalidInput, Unavailable
from shared.qt.scope import TaskScope
from shared.qt.translations import tr
from studio.canvas import Workbench
from studio.canvas.report import ImportReport, MissingFile
from studio.desk.editing import Editing
from studio.desk.scenes_desk import ScenesDesk
from studio.docks.scenes import CollectionEntry
from studio.engine.protocol import EngineState, OpenProject
from studio.live import EngineHost
from studio.project.collections import (
    Collections,
    export_project,
    missing_files,
    read_text,
    with_file,
)
from studio.project.edits import Edit, RenameProject, UpdateSource
from studio.project.files import load_project, save_project
from studio.project.model import Project, empty_project
from studio.project.obs_import import ObsImport, import_obs, is_obs_collection
from studio.project.safe_copy import safe_copy

_OPEN_TIMEOUT_S = 20.0
_KEPT = ("PROJECT_NEWER", "PROJECT_DAMAGED")


class CollectionsDesk:
    """Opens collections in the engine; a file that cannot be opened is never written over."""

    def __init__(
        self,
        bench: Workbench,
        *,
        engine: EngineHost,
        scope: TaskScope,
        editing: Editing,
        scenes: ScenesDesk,
        files: Collections,
    ) -> None:
        self._bench = bench
        self._engine = engine
        self._scope = scope
        self._editing = editing
        self._scenes = scenes
        self._files = files
        self.is_safe = False
        """Open a copy of the scenes without devices and filters at the start."""

    def connect(self) -> None:
        """Let the collection menu act."""
        dock = self._bench.scenes
        dock.collection_requested.connect(
            lambda path: self._start(self._open(Path(path)), "open collection")
        )
        dock.new_collection_requested.connect(self._on_new)
        dock.duplicate_collection_requested.connect(self._on_duplicate)
        dock.rename_collection_requested.connect(self._on_rename)
        dock.import_requested.connect(self._on_import)
        dock.export_requested.connect(self._on_export)
        dock.missing_requested.connect(self._on_missing)
        self._bench.missing.find_requested.connect(self._on_find)

    async def open_last(self) -> None:
        """Load the collection in use last; edits wait for it, else they would be loaded over.

        Raises:
            AppError: it cannot be opened; it stays as it is and a new collection takes its place.
        """
        try:
            path = await asyncio.to_thread(self._files.current)
            if self.is_safe:
                path = await asyncio.to_thread(_safe_file, path)
            try:
                await self._load(path)
            except AppError as error:
                if error.code in _KEPT:
                    project = empty_project()
                    await self._load(await asyncio.to_thread(self._files.create, project))
                raise
        finally:
            self._editing.opened.set()
            await self.list_all()

    async def import_file(self, path: Path) -> None:
        """Take a file in as a new collection and open it; one of OBS gets a report.

        Raises:
            AppError: it cannot be read, or nothing in it can be used.
        """
        self._refuse_live()
        found = await asyncio.to_thread(_read, path)
        project = found.project if isinstance(found, ObsImport) else found
        await self._create(project)
        if isinstance(found, ObsImport):
            left = tuple((one.name, one.what, one.reason) for one in found.left_out)
            self._bench.report.show_report(
                ImportReport(project.name, found.scenes, found.sources, found.items, left)
            )
        elif missing := await asyncio.to_thread(_missing, project):
            self._bench.missing.show_files(missing)

    async def export(self, path: Path) -> None:
        """Write the collection to a file.

        Raises:
            AppError: it cannot be written.
        """
        state = await self._engine.ready()
        await asyncio.to_thread(export_project, path, state.project)

    async def show_missing(self) -> None:
        """Say which files are not there."""
        state = await self._engine.ready()
        self._bench.missing.show_files(await asyncio.to_thread(_missing, state.project))

    def replace_file(self, source_id: str, lost: str, found: str) -> None:
        """Let a source and its filters use another file in the place of a lost one."""

        def make(state: EngineState) -> tuple[Edit, ...]:
            return (UpdateSource(source=with_file(state.project.source(source_id), lost, found)),)

        self._editing.make(make)

    # --- intents --------------------------------------------------------------------------

    def _on_new(self) -> None:
        self._bench.naming.ask(
            tr("Name of the collection"),
            tr("My show"),
            lambda name: self._start(self._new(name), "new collection"),
        )

    def _on_duplicate(self) -> None:
        state = self._engine.state
        if state is not None:
            self._bench.naming.ask(
                tr("Name of the collection"),
                f"{state.project.name} 2",
                lambda name: self._start(self._duplicate(name), "duplicate collection"),
            )

    def _on_rename(self) -> None:
        state = self._engine.state
        if state is not None:
            self._bench.naming.ask(
                tr("Name of the collection"),
                state.project.name,
                lambda name: self._start(self._rename(name), "rename collection"),
            )

    def _on_import(self) -> None:
        picker = QFileDialog(self._bench, tr("Import a scene collection"))
        picker.setNameFilters([tr("Scene collections") + " (*.json)", tr("All files") + " (*)"])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(
            lambda path: self._start(self.import_file(Path(path)), "import collection")
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def _on_export(self) -> None:
        picker = QFileDialog(self._bench, tr("Export the scene collection"))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setDefaultSuffix("json")
        picker.setNameFilters([tr("Scene collections") + " (*.json)"])
        picker.fileSelected.connect(
            lambda path: self._start(self.export(Path(path)), "export collection")
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def _on_missing(self) -> None:
        self._start(self.show_missing(), "missing files")

    def _on_find(self, source_id: str, path: str) -> None:
        picker = QFileDialog(self._bench, tr("Find {name}", name=Path(path).name))
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(lambda found: self.replace_file(source_id, path, found))
        picker.fileSelected.connect(lambda _found: self._bench.missing.dismiss())
        picker.finished.connect(picker.deleteLater)
        picker.open()

    # --- work -----------------------------------------------------------------------------

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._scope.start(work, name=name)

    def _refuse_live(self) -> None:
        state = self._engine.state
        if state is not None and state.is_live:
            raise Unavailable(
                "End the broadcast before you open another scene collection.",
                code="COLLECTION_WHILE_LIVE",
            )

    async def _open(self, path: Path) -> None:
        self._refuse_live()
        await self._load(path)
        await self.list_all()

    async def _new(self, name: str) -> None:
        self._refuse_live()
        state = await self._engine.ready()
        canvas = state.project.canvas
        project = empty_project(width=canvas.width, height=canvas.height, scene_name=tr("Scene"))
        await self._create(project.model_copy(update={"name": name}))

    async def _duplicate(self, name: str) -> None:
        self._refuse_live()
        state = await self._engine.ready()
        await self._create(state.project.model_copy(update={"name": name}))

    async def _rename(self, name: str) -> None:
        self._editing.send((RenameProject(name=name),))

    async def _create(self, project: Project) -> None:
        path = await asyncio.to_thread(self._files.create, project)
        await self._load(path)
        await self.list_all()

    async def _load(self, path: Path) -> None:
        self._scenes.forget_steps()
        await self._engine.request(OpenProject(path=str(path)), timeout_s=_OPEN_TIMEOUT_S)
        await asyncio.to_thread(self._files.remember, path)

    async def list_all(self) -> None:
        """Offer every collection there is."""
        found = await asyncio.to_thread(self._files.all)
        self._scenes.set_collections(
            tuple(CollectionEntry(str(one.path), one.name) for one in found)
        )


def _read(path: Path) -> Project | ObsImport:
    text = read_text(path)
    if is_obs_collection(text):
        return import_obs(text)
    try:
        return load_project(path)
    except FileNotFoundError as error:
        raise InvalidInput(
            f"{path.name} cannot be read as a scene collection; pick another file.",
            code="COLLECTION_NOT_READ",
        ) from error


def _safe_file(path: Path) -> Path:
    """A copy of a collection that opens no device; the collection itself where there is none.

    Raises:
        AppError: the collection cannot be read, or the copy not written.
    """
    try:
        project = load_project(path)
    except FileNotFoundError:
        return path
    safe = path.parent / "safe" / "safe.json"
    save_project(safe, safe_copy(project, tr("{name} (safe mode)", name=project.name)))
    return safe


def _missing(project: Project) -> tuple[MissingFile, ...]:
    return tuple(
        MissingFile(source_id, project.source(source_id).name, path)
        for source_id, path in missing_files(project)
    )
