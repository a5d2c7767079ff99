"""Edits of groups: the picture of one reaches as far as its items do, and nothing seems to move."""

from typing import Literal

from pydantic import Field

from shared.errors import InvalidInput
from studio.project.geometry import Size, fitted, moved, turned_point
from studio.project.model import GroupSource, Identifier, Model, Project, SceneItem, Source

_FURTHEST = 15360
_LARGEST = 7680


class FitGroup(Model):
    """Give a group's picture another frame, named in its present one; what shows stays in place."""

    kind: Literal["fit_group"] = "fit_group"
    source_id: Identifier
    x: int = Field(ge=-_FURTHEST, le=_FURTHEST)
    y: int = Field(ge=-_FURTHEST, le=_FURTHEST)
    width: int = Field(ge=2, le=7680)
    height: int = Field(ge=2, le=4320)
    gesture: str | None = Field(default=None, min_length=1, max_length=64)

    def apply(self, project: Project) -> Project:
        """Return the document with the frame, its items and whatever shows it moved to fit."""
        group = next((source for source in project.sources if source.id == self.source_id), None)
        if group is None or not isinstance(group.settings, GroupSource):
            raise InvalidInput(
                "This group is no longer in the project; refresh the scene list.",
                code="NOT_FOUND",
                meta={"what": "group"},
            )
        before = Size(group.settings.width, group.settings.height)
        inner = group.settings.model_copy(
            update={
                "width": self.width,
                "height": self.height,
                "items": tuple(moved(item, -self.x, -self.y) for item in group.settings.items),
            }
        )

        def items_of(items: tuple[SceneItem, ...]) -> tuple[SceneItem, ...]:
            return tuple(
                self._placed(item, before) if item.source_id == self.source_id else item
                for item in items
            )

        def source_of(source: Source) -> Source:
            if source.id == self.source_id:
                return source.model_copy(update={"settings": inner})
            if not isinstance(source.settings, GroupSource):
                return source
            settings = source.settings.model_copy(update={"items": items_of(source.settings.items)})
            return source.model_copy(update={"settings": settings})

        return project.model_copy(
            update={
                "sources": tuple(source_of(source) for source in project.sources),
                "scenes": tuple(
                    scene.model_copy(update={"items": items_of(scene.items)})
                    for scene in project.scenes
                ),
            }
        )

    def _placed(self, item: SceneItem, before: Size) -> SceneItem:
        """An item that shows the group, so that what is in the group stays where it was."""
        found = fitted(item, before)
        kept, rect = found.kept, found.rect
        across, down = rect.width / kept.width, rect.height / kept.height
        width, height = self.width * across, self.height * down
        from_left, from_top = self.x * across, self.y * down
        if item.flip_across:
            from_left = rect.width - from_left - width
        if item.flip_down:
            from_top = rect.height - from_top - height
        middle = turned_point(
            rect.x + from_left + width / 2,
            rect.y + from_top + height / 2,
            rect.middle,
            item.rotation,
        )
        update: dict[str, object] = {
            "x": _place(middle[0] - width / 2),
            "y": _place(middle[1] - height / 2),
        }
        if item.bounds is not None:
            wide, high = (max(2, min(_LARGEST, round(value))) for value in (width, height))
            update["bounds"] = item.bounds.model_copy(
                update={"width": wide, "height": high, "fit": "stretch"}
            )
        return item.model_copy(update=update)


def _place(value: float) -> int:
    return max(-_FURTHEST, min(_FURTHEST, round(value)))
