"""Edits of the filters of a source, and copy and paste of them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from shared.errors import InvalidInput
from shared.ids import new_id
from studio.project.filters import Filter, FilterId
from studio.project.filters_kinds import settings_model, settings_of
from studio.project.model import Identifier, Model, Project, Source

FILTER_LIMIT = 30
"""Filters of one source."""

_Change = Callable[[tuple[Filter, ...]], tuple[Filter, ...]]


def _with_filters(project: Project, source_id: str, change: _Change) -> Project:
    if all(source.id != source_id for source in project.sources):
        raise InvalidInput(
            "The source of this filter is no longer in the project; choose another.",
            code="NOT_FOUND",
            meta={"what": "source"},
        )
    return project.model_copy(
        update={
            "sources": tuple(
                _changed(source, change) if source.id == source_id else source
                for source in project.sources
            )
        }
    )


def _changed(source: Source, change: _Change) -> Source:
    return source.model_copy(update={"filters": change(source.filters)})


def _place_of(filters: Sequence[Filter], filter_id: str) -> int:
    for index, one in enumerate(filters):
        if one.id == filter_id:
            return index
    raise InvalidInput(
        "This filter is no longer there; look at the source's filters again.",
        code="NOT_FOUND",
        meta={"what": "filter"},
    )


def _check(one: Filter) -> None:
    """Refuse settings that a known kind cannot have; an unknown kind is kept as it is."""
    if settings_model(one.kind) is not None:
        settings_of(one)


class AddFilter(Model):
    """Give a source one more filter; without a place, the last one."""

    kind: Literal["add_filter"] = "add_filter"
    source_id: Identifier
    filter: Filter
    index: int | None = Field(default=None, ge=0)

    def apply(self, project: Project) -> Project:
        """Return the document with the filter."""
        _check(self.filter)

        def change(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
            if len(filters) >= FILTER_LIMIT:
                raise InvalidInput(
                    "This source has as many filters as it can have; remove one first.",
                    code="FILTER_LIMIT",
                )
            changed = list(filters)
            changed.insert(len(filters) if self.index is None else self.index, self.filter)
            return tuple(changed)

        return _with_filters(project, self.source_id, change)


class UpdateFilter(Model):
    """Replace the filter that has the same id: its settings, and whether it is on."""

    kind: Literal["update_filter"] = "update_filter"
    source_id: Identifier
    filter: Filter
    gesture: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    def apply(self, project: Project) -> Project:
        """Return the document with the filter replaced."""
        _check(self.filter)

        def change(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
            place = _place_of(filters, self.filter.id)
            return (*filters[:place], self.filter, *filters[place + 1 :])

        return _with_filters(project, self.source_id, change)


class MoveFilter(Model):
    """Give a filter another place in the order; 0 is applied first."""

    kind: Literal["move_filter"] = "move_filter"
    source_id: Identifier
    filter_id: FilterId
    index: int = Field(ge=0)

    def apply(self, project: Project) -> Project:
        """Return the document with the filter moved."""

        def change(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
            changed = list(filters)
            moved = changed.pop(_place_of(filters, self.filter_id))
            changed.insert(self.index, moved)
            return tuple(changed)

        return _with_filters(project, self.source_id, change)


class RemoveFilter(Model):
    """Take a filter away from a source."""

    kind: Literal["remove_filter"] = "remove_filter"
    source_id: Identifier
    filter_id: FilterId

    def apply(self, project: Project) -> Project:
        """Return the document without the filter."""

        def change(filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
            place = _place_of(filters, self.filter_id)
            return (*filters[:place], *filters[place + 1 :])

        return _with_filters(project, self.source_id, change)


def paste_filters(source: Source, copied: Sequence[Filter]) -> tuple[AddFilter, ...]:
    """The edits that put copies of filters behind those a source has, as many as fit."""
    free = max(0, FILTER_LIMIT - len(source.filters))
    return tuple(
        AddFilter(source_id=source.id, filter=one.model_copy(update={"id": new_id()}))
        for one in copied[:free]
    )
