"""From the document to the mix: the strips of the sources that sound, with their filters."""

from collections.abc import Callable, Iterable

from studio.engine.audio.chain import FilterChain
from studio.engine.audio.mixing import Strip
from studio.engine.audio.track import AudioTrack, Samples
from studio.project.model import Source

_NS_PER_MS = 1_000_000
_SILENT_DB = -96.0

type Share = Callable[[int], Samples | float] | None


class StripRack:
    """Keeps each source's filters running while its strip is changed; not for the sound thread."""

    def __init__(self) -> None:
        self._chains: dict[AudioTrack, FilterChain] = {}

    def strips(self, sounding: Iterable[tuple[Source, AudioTrack, Share]]) -> tuple[Strip, ...]:
        """Return the strips of these sources, each with what the scene on air lets through."""
        chains: dict[AudioTrack, FilterChain] = {}
        strips = []
        for source, track, share in sounding:
            chain = self._chains.get(track) or FilterChain()
            chain.set_filters(source.filters)
            chains[track] = chain
            strips.append(_strip(source, track, chain, share))
        self._chains = chains
        return tuple(strips)


def _strip(source: Source, track: AudioTrack, chain: FilterChain, share: Share) -> Strip:
    return Strip(
        track=track,
        gain=10 ** (source.gain_db / 20) if source.gain_db > _SILENT_DB else 0.0,
        offset_ns=source.sync_offset_ms * _NS_PER_MS,
        source_id=source.id,
        is_muted=source.muted,
        balance=source.balance,
        is_mono=source.mono,
        is_on_air=source.monitor != "monitor",
        is_monitored=source.monitor != "off",
        tracks=source.tracks,
        chain=chain,
        share=share,
    )
