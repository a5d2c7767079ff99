"""Reads a scene collection of OBS Studio (its JSON export) into a document, and tells what it left.

Pure: text in, document and report out. Written after the files OBS itself saves; whatever else a
file holds, the only exception is `InvalidInput`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from shared.errors import InvalidInput
from shared.ids import new_id
from studio.project.arranging import free_name
from studio.project.filters import Filter
from studio.project.filters_edits import FILTER_LIMIT
from studio.project.filters_obs import obs_filter
from studio.project.model import (
    Canvas,
    GroupSource,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    Source,
    SourceSettings,
)
from studio.project.obs_places import Box, has_blend, placed
from studio.project.obs_sources import UNSUPPORTED, settings_of, sound_of
from studio.project.obs_transitions import transitions_of
from studio.project.obs_values import Raw, as_map, maps_in, name_of, number_or
from studio.project.sources import SOUND_ONLY

_LARGEST_CHARS = 32 * 1024 * 1024
_DEEPEST = 8
_MOST = 200
_MOST_STEPS = 20_000
_SOUND_DEVICES = (
    *(f"AuxAudioDevice{number}" for number in range(1, 5)),
    *(f"DesktopAudioDevice{number}" for number in range(1, 3)),
)
_SOUND_KINDS = (
    *("pulse_input_capture", "wasapi_input_capture", "coreaudio_input_capture"),
    *("pulse_output_capture", "wasapi_output_capture", "sck_audio_capture"),
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of the file that is not in the document: what it is called there, and why."""

    name: str
    what: str
    """OBS's own id of the source or filter, or "transform"."""
    reason: str
    """`unknown`, `filter`, `limit`, `settings`, `lost`, `loop` or `blend`."""


@dataclass(frozen=True, slots=True)
class ObsImport:
    """A document made of an OBS collection, what was taken over and what was not."""

    project: Project
    sources: int
    scenes: int
    items: int
    left_out: tuple[LeftOut, ...]


def is_obs_collection(text: str) -> bool:
    """Whether a file looks like a collection of OBS and not like one of ours."""
    try:
        document = _parsed(text)
    except InvalidInput:
        return False
    return "sources" in document and ("scene_order" in document or "current_scene" in document)


def import_obs(text: str, *, canvas: Canvas | None = None) -> ObsImport:
    """Make a document of an OBS scene collection.

    Positions in the file are pixels of the OBS canvas, which the file does not always name; it is
    guessed from a `resolution` entry, else `canvas` is taken.

    Raises:
        InvalidInput: this is no scene collection of OBS, or nothing in it can be used.
    """
    document = _parsed(text)
    raw_sources = maps_in(document.get("sources"))
    if not raw_sources:
        raise InvalidInput(
            "This file holds no OBS scenes; in OBS choose Scene Collection, Export.",
            code="OBS_NOT_A_COLLECTION",
        )
    return _Importer(document, raw_sources, _canvas_of(document) or canvas or Canvas()).run()


def _parsed(text: str) -> dict[str, Any]:
    try:
        if len(text) > _LARGEST_CHARS:
            raise ValueError("too large")
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_collection() from error
    if not isinstance(document, dict):
        raise _no_collection()
    return document


def _no_collection() -> InvalidInput:
    return InvalidInput(
        "This file is not a scene collection of OBS; in OBS choose Scene Collection, Export.",
        code="OBS_NOT_A_COLLECTION",
    )


@dataclass(slots=True)
class _Importer:
    """One run over one file."""

    document: Raw
    raw_sources: list[dict[str, Any]]
    canvas: Canvas
    left_out: list[LeftOut] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    """Our source of each name in the file."""
    scenes: list[Scene] = field(default_factory=list)
    scene_ids: dict[str, str] = field(default_factory=dict)
    """The id that the scene of a name has, or will have."""
    count: int = 0
    in_scene: int = 0
    steps: int = 0

    def run(self) -> ObsImport:
        """Return the document and the report."""
        by_name: dict[str, dict[str, Any]] = {}
        groups = maps_in(self.document.get("groups"))
        for raw in (*self.raw_sources, *groups):
            by_name.setdefault(name_of(raw), raw)
        self._sounds()
        names = self._scene_names(by_name)
        self.scene_ids = {name: new_id() for name in names[:_MOST]}
        for name in names:
            if len(self.scenes) >= _MOST:
                self._leave(name, "scene", "limit")
                continue
            self.in_scene = 0
            items = tuple(self._items(by_name[name], by_name, (name,)))
            title = free_name({scene.name for scene in self.scenes}, name)
            self.scenes.append(Scene(id=self.scene_ids[name], name=title, items=items))
            self._no_filters(by_name[name])
        return self._result()

    def _result(self) -> ObsImport:
        if not self.scenes:
            raise InvalidInput(
                "There are no scenes in this OBS file; export the collection again.",
                code="OBS_NO_SCENES",
            )
        wanted = self.document.get("current_program_scene") or self.document.get("current_scene")
        current = next((s for s in self.scenes if s.name == wanted), self.scenes[0])
        try:
            project = Project(
                name=name_of(self.document)[:90],
                canvas=self.canvas,
                sources=tuple(self.sources.values()),
                scenes=tuple(self.scenes),
                program_scene_id=current.id,
                transitions=transitions_of(self.document),
            )
        except ValidationError as error:
            raise InvalidInput(
                "This OBS file does not fit together; export the collection again.",
                code="OBS_DAMAGED",
            ) from error
        return ObsImport(
            project, len(self.sources), len(self.scenes), self.count, tuple(self.left_out)
        )

    def _scene_names(self, by_name: Mapping[str, Raw]) -> list[str]:
        """The scenes in the order of the file's list; those the list forgets come after."""
        scenes = [name for name, raw in by_name.items() if raw.get("id") == "scene"]
        order = [name_of(one) for one in maps_in(self.document.get("scene_order"))]
        listed = [name for name in dict.fromkeys(order) if name in scenes]
        return listed + [name for name in scenes if name not in listed]

    def _sounds(self) -> None:
        """The sound devices that sound in every scene."""
        for key in _SOUND_DEVICES:
            raw = self.document.get(key)
            if isinstance(raw, dict):
                self._source(raw)
        for raw in self.raw_sources:
            if raw.get("id") in _SOUND_KINDS:
                self._source(raw)

    def _items(
        self,
        scene: Raw,
        by_name: Mapping[str, dict[str, Any]],
        path: tuple[str, ...],
    ) -> Iterable[SceneItem]:
        """The items of a scene or group from the bottom to the top."""
        for raw in maps_in(as_map(scene.get("settings")).get("items")):
            self.steps += 1
            if self.steps > _MOST_STEPS:
                self._leave(path[0], "scene item", "limit")
                return
            if raw.get("group_item_backup"):
                continue
            name = name_of(raw)
            inner = by_name.get(name)
            if inner is None:
                self._leave(name, "scene item", "lost")
            elif inner.get("id") in ("scene", "group"):
                nested = self._nested(inner, by_name, path)
                if nested is not None:
                    yield from self._item(raw, nested)
            elif (source := self._source(inner)) is not None:
                yield from self._item(raw, source)

    def _nested(
        self, inner: dict[str, Any], by_name: Mapping[str, dict[str, Any]], path: tuple[str, ...]
    ) -> Source | None:
        """The source that shows a scene or a group inside another, made once for each."""
        name = name_of(inner)
        if self._depth(name, by_name, path) > _DEEPEST:
            self._leave(name, "scene", "loop")
            return None
        if name in self.sources:
            return self.sources[name]
        if len(self.sources) >= _MOST:
            self._leave(name, "scene", "limit")
            return None
        self._no_filters(inner)
        settings: SourceSettings
        if inner.get("id") == "scene":
            if name not in self.scene_ids:
                self._leave(name, "scene", "limit")
                return None
            settings = SceneSource(scene_id=self.scene_ids[name])
        else:
            settings = self._group(inner, by_name, (*path, name))
        taken = {source.name for source in self.sources.values()}
        made = Source(name=free_name(taken, name), settings=settings)
        self.sources[name] = made
        return made

    def _group(
        self, inner: Raw, by_name: Mapping[str, dict[str, Any]], path: tuple[str, ...]
    ) -> GroupSource:
        settings = as_map(inner.get("settings"))
        width = number_or(settings.get("cx"), self.canvas.width)
        height = number_or(settings.get("cy"), self.canvas.height)
        in_scene, self.in_scene = self.in_scene, 0
        items = tuple(self._items(inner, by_name, path))
        self.in_scene = in_scene
        return GroupSource(
            width=round(min(7680.0, max(2.0, width))),
            height=round(min(4320.0, max(2.0, height))),
            items=items,
        )

    def _depth(
        self, name: str, by_name: Mapping[str, dict[str, Any]], path: tuple[str, ...]
    ) -> int:
        """How deep scenes and groups lie in this one and around it; too deep where it loops."""
        self.steps += 1
        if name in path or len(path) > _DEEPEST or self.steps > _MOST_STEPS:
            return _DEEPEST + 1
        inner = by_name.get(name)
        if inner is None or inner.get("id") not in ("scene", "group"):
            return len(path)
        names = {name_of(raw) for raw in maps_in(as_map(inner.get("settings")).get("items"))}
        here = (*path, name)
        return max((self._depth(one, by_name, here) for one in names), default=len(here))

    def _item(self, raw: Raw, source: Source) -> Iterable[SceneItem]:
        if source.settings.kind in SOUND_ONLY:
            return
        if self.in_scene >= _MOST:
            self._leave(name_of(raw), "scene item", "limit")
            return
        self._losses(raw)
        try:
            item = placed(raw, source, Box(self.canvas.width, self.canvas.height))
        except (ValidationError, ValueError, OverflowError):
            self._leave(name_of(raw), "transform", "settings")
            item = SceneItem(source_id=source.id)
        self.count += 1
        self.in_scene += 1
        yield item

    def _source(self, raw: dict[str, Any]) -> Source | None:
        """Our source for one of the file, made once; None when there is nothing like it."""
        name, kind = name_of(raw), str(raw.get("id") or raw.get("versioned_id") or "")
        if name in self.sources:
            return self.sources[name]
        if len(self.sources) >= _MOST:
            self._leave(name, kind, "limit")
            return None
        settings = self._settings(raw, name, kind)
        if settings is None:
            return None
        taken = {source.name for source in self.sources.values()}
        source = Source(name=free_name(taken, name), settings=settings)
        source = source.model_copy(update=sound_of(raw))
        source = source.model_copy(update={"filters": self._filters(raw)})
        self.sources[name] = source
        return source

    def _settings(self, raw: Raw, name: str, kind: str) -> SourceSettings | None:
        try:
            made = settings_of(kind, as_map(raw.get("settings")), self.canvas)
        except (ValidationError, ValueError, OverflowError):
            self._leave(name, kind, "settings")
            return None
        if made is UNSUPPORTED or not hasattr(made, "kind"):
            self._leave(name, kind, "unknown")
            return None
        return made

    def _filters(self, raw: Raw) -> tuple[Filter, ...]:
        """The filters of a source that we have, too."""
        kept: list[Filter] = []
        for one in maps_in(raw.get("filters")):
            made = obs_filter(one)
            if made is not None and len(kept) < FILTER_LIMIT:
                kept.append(made)
            else:
                self._leave_filter(raw, one)
        return tuple(kept)

    def _no_filters(self, raw: Raw) -> None:
        """Those of a scene or group, which have none here."""
        for one in maps_in(raw.get("filters")):
            self._leave_filter(raw, one)

    def _leave_filter(self, raw: Raw, one: Raw) -> None:
        what = str(one.get("id") or "")[:100]
        self._leave(f"{name_of(raw)}: {name_of(one)}"[:200], what, "filter")

    def _losses(self, raw: Raw) -> None:
        """What of an item's look has nothing like it here."""
        if not has_blend(raw):
            self._leave(name_of(raw), "blend", "blend")

    def _leave(self, name: str, what: str, reason: str) -> None:
        one = LeftOut(name, what[:100], reason)
        if one not in self.left_out and len(self.left_out) < 1000:
            self.left_out.append(one)


def _canvas_of(document: Raw) -> Canvas | None:
    found = document.get("resolution")
    if not isinstance(found, dict):
        return None
    width, height = number_or(found.get("x"), 0.0), number_or(found.get("y"), 0.0)
    if not (16 <= width <= 7680 and 16 <= height <= 4320):
        return None
    return Canvas(width=int(width) // 2 * 2, height=int(height) // 2 * 2)
