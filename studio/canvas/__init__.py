"""The editing surface on the program preview: pick, move, scale, crop, arrange; plain state in."""

from studio.canvas.bench import Workbench
from studio.canvas.selection import CanvasState
from studio.canvas.view import CanvasView

__all__ = ["CanvasState", "CanvasView", "Workbench"]
