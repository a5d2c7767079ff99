"""How scenes lie in a multiview: preview and program above, the other scenes below. Pure."""

from dataclasses import dataclass

from studio.project.model import Project

_SMALL = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """A scene's place, in shares of the picture's width and height."""

    name: str
    """"preview", "program", or the scene's id."""
    scene_id: str
    x: float
    y: float
    share: float
    """Of the width and of the height."""

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.x + self.share and self.y <= y < self.y + self.share


def multiview_cells(project: Project) -> tuple[Cell, ...]:
    """The cells of a document: two large, and up to eight small ones in the order of the list."""
    preview = project.preview_scene_id or project.program_scene_id
    cells = [
        Cell("preview", preview, 0.0, 0.0, 0.5),
        Cell("program", project.program_scene_id, 0.5, 0.0, 0.5),
    ]
    for index, scene in enumerate(project.scenes[:_SMALL]):
        row, column = divmod(index, 4)
        cells.append(Cell(scene.id, scene.id, column * 0.25, 0.5 + row * 0.25, 0.25))
    return tuple(cells)
