"""An evening at many times its speed: the engine's own parts, driven by a clock that is made up.

A screen that flashes and a microphone that hears a click at the same instant, every ten seconds;
the microphone's clock runs fast. The pictures go through the compositor and x264, the sound through
track, mixer and AAC, both through the publisher's queue and RTMP, in memory, to a receiver that
decodes what is around each flash and click and tells how far apart they came out. A replay buffer
is filled beside it. Hours of stamps, counters and rings pass as they would in a real evening.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import av
import numpy as np
import psutil

from shared.rtmp import AudioReceived, ClientConnection, ServerConnection, VideoReceived
from shared.rtmp.events import PublishRequested
from shared.rtmp.flv import AudioPart, VideoPart, decode_audio, decode_video
from studio.engine.audio.encoder import AudioEncoder
from studio.engine.audio.mixing import MIX_DELAY_NS, MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack
from studio.engine.output.flv_packets import FlvSender
from studio.engine.output.packets import EncodedPacket, StreamDescription
from studio.engine.output.queue import PacketQueue
from studio.engine.output.replay import ReplayBuffer
from studio.engine.pixels import Picture, packed_view, plane_view
from studio.engine.protocol import AudioSettings, VideoSettings
from studio.engine.video.compositor import Compositor, Placed
from studio.engine.video.encoder import VideoEncoder
from studio.project.model import Bounds, SceneItem

_NS = 1_000_000_000
_SIZE = (160, 90)
_FPS = 30
_DEVICE_BLOCK = 480
_JITTER_NS = 1_500_000
_LATENCY_NS = 12_000_000
EVERY_S = 10
"""Between one flash, with its click, and the next."""

_AROUND_S = 0.6
_BEFORE_S = 2.2
"""A keyframe lies within it: pictures are decoded from there."""
_LOUD = 0.2
_BRIGHT = 128


@dataclass(slots=True)
class Evening:
    """What came of it."""

    offsets_ms: list[float] = field(default_factory=list)
    """How much later each click came out than its flash, at the receiver."""
    memory: list[int] = field(default_factory=list)
    """Resident bytes, once a minute of the evening."""
    pictures: int = 0
    blocks: int = 0
    starved: int = 0
    """Blocks for which the microphone's sound did not come in time."""


def run(*, hours: float, ppm: float, on_hour: Callable[[int], None]) -> Evening:
    """Drive an evening of so many hours, the microphone's clock so many millionths fast.

    `on_hour` is told each hour that is over.
    """
    evening, receiver = Evening(), _Receiver()
    studio = _Studio(ppm=ppm, receiver=receiver)
    process, ticks = psutil.Process(), round(hours * 3600 * _FPS)
    for tick in range(ticks):
        studio.step(tick)
        if tick % (60 * _FPS) == 0:
            evening.memory.append(process.memory_info().rss)
        if tick and tick % (3600 * _FPS) == 0:
            on_hour(tick // (3600 * _FPS))
    evening.offsets_ms = receiver.offsets_ms()
    evening.pictures, evening.blocks = ticks, studio.blocks
    evening.starved = studio.starved
    return evening


class _Studio:
    """The engine's side."""

    def __init__(self, *, ppm: float, receiver: "_Receiver") -> None:
        video = VideoSettings(
            width=_SIZE[0], height=_SIZE[1], fps=_FPS, bitrate_kbps=300, preset="ultrafast"
        )
        self._rate = SAMPLE_RATE * (1 + ppm / 1e6)
        self._chance = random.Random(1)
        self._compositor = Compositor(*_SIZE)
        self._video, self._sound = VideoEncoder(video), AudioEncoder(AudioSettings())
        self._track = AudioTrack()
        strip = Strip(track=self._track, gain=1.0, offset_ns=0)
        self._desk = MixDesk(strips=lambda: (strip,), is_silenced=lambda: False)
        description = StreamDescription(
            video=self._video.description, audio=self._sound.description
        )
        self._now_ns = 0
        self._queue = PacketQueue(monotonic_s=lambda: self._now_ns / _NS)
        self._queue.begin(has_video=True)
        self._replay = ReplayBuffer(description, seconds=EVERY_S)
        self._line = _Line(receiver)
        self._sender = FlvSender(self._line.client, description)
        self._sender.begin()
        self._line.pump()
        self._written = 0
        self._pictures = _pictures()
        self.blocks = 0

    @property
    def starved(self) -> int:
        """How often the mixer found no sound in time."""
        return self._track.starved_blocks

    def step(self, tick: int) -> None:
        """One tick of the master clock: its picture, and the sound that is due by then."""
        self._now_ns = tick * _NS // _FPS
        is_flash = tick % (EVERY_S * _FPS) == 0 and tick > 0
        frame, inset = self._pictures[2 if is_flash else tick % 2], self._pictures[3]
        placed = [
            Placed(_WHOLE, Picture(frame, self._now_ns, tick, False)),
            Placed(_INSET, Picture(inset, self._now_ns, 0, False)),
        ]
        made = self._compositor.compose(placed)
        self._put(self._video.encode(made.frame, tick, keyframe=False))
        self._hear()
        while self._due_ns(self.blocks) <= self._now_ns:
            start_ns = self.blocks * BLOCK * _NS // SAMPLE_RATE
            mixed = self._desk.mix(start_ns)
            self._put(self._sound.encode(mixed.program, self.blocks * BLOCK))
            self.blocks += 1
        while (packet := self._queue.take()) is not None:
            self._sender.send(packet)
        self._line.pump()

    @staticmethod
    def _due_ns(block: int) -> int:
        return (block + 1) * BLOCK * _NS // SAMPLE_RATE + MIX_DELAY_NS

    def _put(self, packets: list[EncodedPacket]) -> None:
        for packet in packets:
            self._queue.put(packet)
            self._replay.put(packet)

    def _hear(self) -> None:
        """The device delivers what it has by now, by its own clock, with a driver's jitter."""
        while (self._written + _DEVICE_BLOCK) / self._rate * _NS + _LATENCY_NS <= self._now_ns:
            block = np.zeros((_DEVICE_BLOCK, 2), np.float32)
            click = self._next_click()
            if click < self._written + _DEVICE_BLOCK:
                block[click - self._written] = 1.0
            heard_ns = self._written / self._rate * _NS
            heard_ns += self._chance.uniform(-_JITTER_NS, _JITTER_NS)
            self._track.write(block, heard_ns=round(heard_ns))
            self._written += _DEVICE_BLOCK

    def _next_click(self) -> int:
        """The device's sample at which the next click is heard; never the very first."""
        number = max(1, int(-(-self._written // (EVERY_S * self._rate))))
        return round(number * EVERY_S * self._rate)


_WHOLE = SceneItem(id="screen", source_id="s", bounds=Bounds(width=_SIZE[0], height=_SIZE[1]))
_INSET = SceneItem(id="inset", source_id="c", x=104, y=52, bounds=Bounds(width=48, height=32))


def _pictures() -> list[av.VideoFrame]:
    """Two that alternate, the flash, and the inset's."""
    made = []
    for grey in (40, 44, 255, 60):
        frame = av.VideoFrame(*_SIZE, "bgr0")
        packed_view(frame)[:] = grey
        made.append(frame)
    packed_view(made[1])[20:40, 20:60] = 90
    return made


class _Line:
    """A publisher and a server, joined in memory."""

    def __init__(self, receiver: "_Receiver") -> None:
        self.client = ClientConnection(
            app="live", tc_url="rtmp://localhost/live", stream_key="evening"
        )
        self._server = ServerConnection()
        self._receiver = receiver
        while not self.client.is_live:
            self.pump()

    def pump(self) -> None:
        """Carry what there is to the other side and back."""
        for event in self._server.receive(self.client.outgoing()):
            match event:
                case PublishRequested():
                    self._server.accept_publish()
                case VideoReceived() | AudioReceived():
                    self._receiver.take(event)
                case _:
                    pass
        if answer := self._server.outgoing():
            self.client.receive(answer)


class _Receiver:
    """Finds flashes and clicks in what arrives, by the stamps of RTMP."""

    def __init__(self) -> None:
        self._flashes: dict[int, float] = {}
        self._clicks: dict[int, float] = {}
        self._video: av.VideoCodecContext | None = None
        self._audio: av.AudioCodecContext | None = None
        self._configurations: dict[str, bytes] = {}

    def take(self, event: VideoReceived | AudioReceived) -> None:
        """Take a message."""
        at_s = event.timestamp / 1000
        number = max(1, round(at_s / EVERY_S))
        since_s = at_s - number * EVERY_S
        if isinstance(event, VideoReceived):
            self._take_picture(event, number, since_s)
        else:
            self._take_sound(event, number, since_s)

    def _take_picture(self, event: VideoReceived, number: int, since_s: float) -> None:
        body = decode_video(event.payload)
        if body.part is VideoPart.SEQUENCE_START:
            self._configurations["h264"] = body.payload
            return
        if not -_BEFORE_S < since_s < _AROUND_S:
            self._video = None
            return
        if self._video is None:
            if not body.is_keyframe:
                return
            made = _opened("h264", self._configurations["h264"])
            assert isinstance(made, av.VideoCodecContext)
            self._video = made
        for frame in self._video.decode(av.Packet(body.payload)):
            if plane_view(frame, 0)[:20, :20].mean() > _BRIGHT:
                self._flashes.setdefault(number, event.timestamp / 1000)

    def _take_sound(self, event: AudioReceived, number: int, since_s: float) -> None:
        body = decode_audio(event.payload)
        if body.part is AudioPart.SEQUENCE_START:
            self._configurations["aac"] = body.payload
            return
        if abs(since_s) > _AROUND_S:
            self._audio = None
            return
        if self._audio is None:
            made = _opened("aac", self._configurations["aac"])
            assert isinstance(made, av.AudioCodecContext)
            self._audio = made
        for frame in self._audio.decode(av.Packet(body.payload)):
            sound = np.abs(frame.to_ndarray()[0])
            if sound.max() > _LOUD:
                at_s = event.timestamp / 1000 + int(sound.argmax()) / SAMPLE_RATE
                self._clicks.setdefault(number, at_s)

    def offsets_ms(self) -> list[float]:
        """How much later each click came than its flash; those that lack either are an error."""
        numbers = sorted(self._flashes.keys() | self._clicks.keys())[:-1]
        return [(self._clicks[number] - self._flashes[number]) * 1000 for number in numbers]


def _opened(name: str, configuration: bytes) -> av.CodecContext:
    decoder = av.CodecContext.create(name, "r")
    decoder.extradata = configuration
    decoder.thread_count = 1
    decoder.flags |= int(av.codec.context.Flags.low_delay)
    decoder.open()
    return decoder


def growth(memory: list[int]) -> float:
    """How much more was used in the last tenth than in the first tenth after the warm-up."""
    kept = memory[max(1, len(memory) // 20) :]
    tenth = max(1, len(kept) // 10)
    return max(kept[-tenth:]) / max(kept[:tenth]) - 1
