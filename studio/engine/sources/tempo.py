"""Sound faster or slower with its pitch kept, by libav's own filter."""

from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph

from studio.engine.audio.track import SAMPLE_RATE

_SLOWEST = 0.5


class Tempo:
    """Keeps one filter for one stretch of sound; at speed 1 it does nothing."""

    def __init__(self, speed: float) -> None:
        self._graph = None if speed == 1.0 else _graph(speed)

    def changed(self, frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
        """Yield what is ready after a frame, in packed stereo float at 48 kHz."""
        if self._graph is None:
            yield frame
            return
        self._graph.push(frame)
        while True:
            try:
                made = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(made, av.AudioFrame)  # noqa: S101 - a sound filter gives sound
            yield made


def _graph(speed: float) -> Graph:
    """One filter, or two where one cannot go as slow."""
    graph = Graph()
    nodes = [
        graph.add_abuffer(
            sample_rate=SAMPLE_RATE,
            format="flt",
            layout="stereo",
            time_base=Fraction(1, SAMPLE_RATE),
        )
    ]
    while speed < _SLOWEST:
        nodes.append(graph.add("atempo", str(_SLOWEST)))
        speed /= _SLOWEST
    nodes.append(graph.add("atempo", f"{speed:.4f}"))
    nodes.append(graph.add("aformat", "sample_fmts=flt:channel_layouts=stereo"))
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    return graph
