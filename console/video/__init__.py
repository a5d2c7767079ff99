"""Evidence as moving pictures: decoded from memory in a thread, never written to a file."""

from console.video.decoder import ClipDecoder
from console.video.player import ClipPlayer

__all__ = ["ClipDecoder", "ClipPlayer"]
