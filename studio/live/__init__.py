"""The studio without Qt: going live, the show around it and the hold on the engine.

Composition (each `async with`, in this order; none of them waits for the network):

    EngineHost(launch_or_adopt)                     # keyword arguments on_event, on_closed
    ApiClient(url, session=...)
    RealtimeClient(url, session=api.session)
    Broadcast(records=api.streams, engine=host, server_url=url)

- `EngineHost(connect)`: `state -> EngineState | None` (follows all events), `last_state`, `error`,
  `on_event(listener[Event])`, `on_state(listener[EngineState | None])` (found, lost, replies),
  `await ready(timeout_s=)`, `await request(command, timeout_s=None) -> Result`. Finds or starts an
  engine by itself, and again when it is lost.
- `Broadcast(records=, engine=, server_url=)`: `state -> GoLive`, `on_changed(listener[GoLive])`,
  `await adopt()` (once at start), `await go_live(StreamStart, BroadcastSetup)`, `await end()`
  (at any time), `await panic(reason)`, `await reveal()`, `stream_changed(Stream)` (from the show),
  `dismiss()`. A failed broadcast raises nothing: `state.error` has the sentence.
- `GoLive`: `phase` (`Phase`: idle, preparing, connecting, live, reconnecting, ending, ended,
  failed; `phase.is_on`), `stream_id`, `title`, `stream`, `outputs`, `main_output`, `live_since`,
  `error`, `is_adopted`. `step(state, event)` is the pure transition.
- `BroadcastSetup(video=VideoSettings(), audio=AudioSettings(), record_path=None, more_outputs=())`.
- `ShowState()`: `apply(RoomItem) -> frozenset[ShowPart]`; `chat` (`ChatLog`: iterate, `added`,
  `since(added)`, `get(id)`; deleted messages stay with `deleted` and no words), `tips` (newest
  last), `goals`, `goal`, `mood`, `teezer`, `stream`, `viewers`, `peak_viewers`, `people`
  (`People`: iterate, `named(words)`), `restrictions`, `seq`.
- `preflight(engine, platform, free_bytes=) -> tuple[Check, ...]`: what is looked at before going
  live; `is_clear(checks)`. `Tally().take(show)`, `.summary(show, ...) -> Summary` after the end.
- `follow(realtime, stream_id, show, on_item) -> RoomFeed`: joins the room; `on_item(item, parts)`.
"""

from studio.live.broadcast import Broadcast
from studio.live.chat_log import ChatLog
from studio.live.engine_host import ConnectEngine, Engine, EngineHost
from studio.live.people import People
from studio.live.phase import GoLive, Phase, step
from studio.live.plan import BroadcastSetup, StreamRecords
from studio.live.preflight import (
    Check,
    CheckId,
    Platform,
    Verdict,
    free_space,
    is_clear,
    preflight,
)
from studio.live.room import follow
from studio.live.show import EVERYTHING, NOTHING, Parts, ShowPart, ShowState
from studio.live.summary import Summary, Tally

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Broadcast",
    "BroadcastSetup",
    "ChatLog",
    "Check",
    "CheckId",
    "ConnectEngine",
    "Engine",
    "EngineHost",
    "GoLive",
    "Parts",
    "People",
    "Phase",
    "Platform",
    "ShowPart",
    "ShowState",
    "StreamRecords",
    "Summary",
    "Tally",
    "Verdict",
    "follow",
    "free_space",
    "is_clear",
    "preflight",
    "step",
]
