"""Turns pictures of phones upright: they are stored lying and say by how much to turn them."""

from fractions import Fraction

import av
from av.filter import Graph

_TURNS: dict[int, tuple[tuple[str, str | None], ...]] = {
    90: (("transpose", "clock"),),
    180: (("hflip", None), ("vflip", None)),
    270: (("transpose", "cclock"),),
}


class Upright:
    """Keeps one filter for the pictures of one file."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._key: tuple[int, int, int, str] | None = None

    def turn(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return the picture upright; the same frame when it is."""
        clockwise = -round(frame.rotation / 90) * 90 % 360
        steps = _TURNS.get(clockwise)
        if steps is None:
            return frame
        key = (clockwise, frame.width, frame.height, frame.format.name)
        if self._graph is None or key != self._key:
            self._graph, self._key = _graph(frame, steps), key
        self._graph.push(frame)
        turned = self._graph.pull()
        assert isinstance(turned, av.VideoFrame)  # noqa: S101 - a video filter gives pictures
        turned.colorspace, turned.color_range = frame.colorspace, frame.color_range
        return turned


def _graph(frame: av.VideoFrame, steps: tuple[tuple[str, str | None], ...]) -> Graph:
    graph = Graph()
    nodes = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base or Fraction(1, 1000),
        )
    ]
    nodes += [graph.add(name, arguments) for name, arguments in steps]
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph
