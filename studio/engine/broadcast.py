"""A broadcast on air: one encode of picture and sound, and the outputs it feeds."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from shared.clock import rfc3339
from shared.errors import AppError
from studio.engine import usage
from studio.engine.advice import Second, advice_for
from studio.engine.audio.encoder import TrackEncoders
from studio.engine.audio.mixer import Program
from studio.engine.audio.track import Samples
from studio.engine.filling import SlateFilling
from studio.engine.lookout import Lookout
from studio.engine.marking import chapter_title
from studio.engine.output.packets import StreamDescription
from studio.engine.outputs import FanOut
from studio.engine.protocol import (
    Advice,
    AudioSettings,
    BroadcastState,
    OutputState,
    Statistics,
    StreamIdentity,
    VideoSettings,
)
from studio.engine.safety import Safety
from studio.engine.safety.held import HoldBack
from studio.engine.schedule import NS
from studio.engine.show import Show
from studio.engine.steering import Steering
from studio.engine.video.encoder_thread import EncoderThread
from studio.engine.video.overload import OverloadLadder

log = logging.getLogger(__name__)

_UNSENT_BLOCKS = 2


class Broadcast:
    """Encodes from `start` to `stop`; packets go to `fan_out`. Opened and closed off the loop."""

    def __init__(
        self,
        show: Show,
        *,
        video: VideoSettings,
        audio: AudioSettings,
        stream: StreamIdentity | None,
        safety: Safety,
        delay_s: float = 0.0,
        on_failure: Callable[[Exception], None],
        on_problem: Callable[[AppError], None] = lambda _: None,
    ) -> None:
        self.stream = stream
        self.fan_out = FanOut()
        self._show = show
        self._video = video
        self._safety = safety
        self._on_failure = on_failure
        self.hold = HoldBack(
            delay_s=delay_s,
            deliver=self.fan_out.deliver,
            mark=self._mark_outputs,
            filling=SlateFilling(video, audio) if delay_s else None,
        )
        self._encoder = EncoderThread(
            video,
            safety=safety,
            deliver=self.hold.put,
            on_failure=on_failure,
            on_problem=on_problem,
        )
        self._sound_encoders = TrackEncoders(audio)
        self.steering = Steering(
            self.fan_out,
            target_kbps=video.bitrate_kbps,
            sound_kbps=audio.bitrate_kbps,
            set_bitrate=lambda kbps: self._encoder.encoder.set_bitrate(kbps),
        )
        self._sound_epoch = safety.epoch
        self._unsent_blocks = 0
        self._began_s = time.monotonic()
        self._started_at = rfc3339(datetime.now(UTC))
        self._last_second = (self._began_s, 0, 0)
        self._fps = 0.0
        self._kbps = 0.0
        self._peak_db = -96.0
        self._is_ending = False
        self._ladder = OverloadLadder(video)
        self._counts = (0, 0, 0)
        self._late = (show.ticker.lateness.by_machine, show.ticker.lateness.paused_s)
        self._busy_s = 0.0
        self._cpu_s = usage.cpu_s()
        self._advice: tuple[Advice, ...] = ()
        self._lookout = Lookout(show, safety)

    @property
    def description(self) -> StreamDescription:
        """What outputs must know before the first packet."""
        return StreamDescription(
            video=self._encoder.encoder.description, audio=self._sound_encoders.description
        )

    def start(self) -> None:
        """Begin to encode: the next ticks' frames, and the sound from that very instant."""
        self._encoder.start()
        origin_ns = self._show.ticker.attach(
            self._encoder, width=self._video.width, height=self._video.height
        )
        self._began_s = origin_ns / NS
        self._last_second = (self._began_s, 0, 0)
        self._show.mixer.attach(
            Program(origin_ns, deliver=self._sound, tracks=lambda: self.fan_out.tracks)
        )

    def stop(self) -> None:
        """Encode what waits, then end; the outputs are the caller's."""
        self._show.ticker.detach()
        self._show.mixer.detach()
        self._encoder.stop()

    def begin_ending(self) -> None:
        """Take in nothing more; viewers still get what the delay holds, by `play_out`."""
        self.stop()
        self._is_ending = True

    @property
    def ending_s(self) -> float | None:
        """How long viewers still see what was held; None while the show goes on."""
        last_us = self.hold.last_us if self._is_ending else None
        if last_us is None:
            return 0.0 if self._is_ending else None
        return max(0.0, round((last_us - self._now_us()) / 1_000_000, 1))

    def play_out(self) -> bool:
        """Let go of what viewers shall see by now; True when all of it has left."""
        with self._safety.lock:
            return self.hold.play_out(self._now_us())

    def force_keyframe(self) -> None:
        """Make the next frame a keyframe."""
        self._encoder.force_keyframe()

    @property
    def held_s(self) -> float:
        """How much the safety delay holds now."""
        return self.hold.held_s

    def drop(self) -> None:
        """Throw away all that no viewer has; the caller holds the lock of `Safety`."""
        self.fan_out.drop_unsent()
        self._empty()

    def dump(self) -> None:
        """Throw away what the delay holds, and go on with a keyframe."""
        with self._safety.lock:
            self._empty()
        self.force_keyframe()

    def _empty(self) -> None:
        """Throw away what is held; while the show ends, that is its end."""
        if self._is_ending:
            self.hold.discard()
        else:
            self.hold.dump()

    def begin_chapter(self, title: str) -> None:
        """Begin a chapter in the recordings with what is captured from now on."""
        with self._safety.lock:
            self.hold.begin_chapter(title, at_us=self._now_us())

    def mark_chapter(self, title: str, *, scene: str) -> None:
        """Begin a chapter by the creator's wish; without a title, named by scene and time.

        Raises:
            Unavailable: nothing is being recorded, or all of it pauses.
        """
        at_us = self._now_us()
        self.begin_chapter(chapter_title(self.fan_out.states(), title, scene=scene, at_us=at_us))

    def mark(self, title: str) -> None:
        """Begin a chapter in the recordings with what leaves now."""
        self._mark_outputs(title, self._now_us())

    def _now_us(self) -> int:
        return max(0, round((time.monotonic() - self._began_s) * 1_000_000))

    def _mark_outputs(self, title: str, at_us: int) -> None:
        for output in self.fan_out.outputs:
            output.mark(title, at_us=at_us)

    def set_bitrate(self, kbps: int) -> None:
        """Change the video rate from the next frame on; a slow line may still lower it."""
        self.steering.set_target(kbps)
        self._encoder.encoder.set_bitrate(kbps)

    def _sound(self, blocks: dict[int, Samples], position: int) -> None:
        safety = self._safety
        epoch = safety.epoch
        try:
            packets = self._sound_encoders.encode(blocks, position)
        except AppError as error:
            self._on_failure(error)
            return
        with safety.lock:
            if safety.epoch != epoch or epoch != self._sound_epoch:
                # A packet overlaps the block before it: two of them still hold the old sound.
                self._sound_epoch = safety.epoch
                self._unsent_blocks = _UNSENT_BLOCKS
            if self._unsent_blocks > 0:
                self._unsent_blocks -= 1
                return
            for packet in packets:
                self.hold.put(packet)

    def state(self) -> BroadcastState:
        """Return the broadcast as it is now."""
        return BroadcastState(
            started_at=self._started_at,
            elapsed_s=round(max(0.0, time.monotonic() - self._began_s), 3),
            stream=self.stream,
            outputs=self._outputs(),
            ending_s=self.ending_s,
        )

    def tick_second(self) -> None:
        """Measure the second that is over; called once a second."""
        now_s = time.monotonic()
        then_s, frames, size = self._last_second
        span_s = max(now_s - then_s, 1e-3)
        self._fps = (self._encoder.frames - frames) / span_s
        self._kbps = (self._encoder.encoded_bytes - size) * 8 / 1000 / span_s
        self._last_second = (now_s, self._encoder.frames, self._encoder.encoded_bytes)
        if self._is_ending:
            self._advice = ()
        else:
            self._look_after_encoder(now_s, span_s)
        self._peak_db = round(self._show.mixer.take_peak_db(), 1)

    def _look_after_encoder(self, now_s: float, span_s: float) -> None:
        """Step down where the encoder cannot keep up, and say what is wrong."""
        encoder, ticker = self._encoder, self._show.ticker
        publishers = [output for output in self.fan_out.states() if output.kind == "rtmp"]
        cpu_s, busy_s = usage.cpu_s(), encoder.busy_s
        counts = (
            ticker.missed,
            encoder.skipped,
            sum(output.dropped_frames for output in publishers),
        )
        missed, skipped, dropped = (
            now - then for now, then in zip(counts, self._counts, strict=True)
        )
        if self._ladder.step(now_s, busy=(busy_s - self._busy_s) / span_s, skipped=skipped):
            rung = self._ladder.rung
            log.warning("the encoder goes on %s", rung.words or "as it was asked to")
            encoder.change(rung.settings, every=rung.every)
        machine = usage.machine_percent()
        used_s = usage.processors() * machine / 100 * span_s
        late = ticker.lateness
        taken, paused_s = late.by_machine, late.paused_s
        second = Second(
            fps=self._video.fps,
            missed=missed,
            missed_by_machine=taken - self._late[0],
            paused_s=paused_s - self._late[1],
            skipped=skipped,
            dropped=dropped,
            target_kbps=self.steering.target_kbps,
            rate_kbps=encoder.encoder.bitrate_kbps,
            gives_way=self._ladder.rung.words,
            av_offset_ms=self._av_offset_ms(),
            machine_percent=machine,
            own_share=(cpu_s - self._cpu_s) / max(used_s, 0.01),
        )
        self._late = (taken, paused_s)
        self._counts, self._busy_s, self._cpu_s = counts, busy_s, cpu_s
        self._advice = (*self._lookout.advice(), *advice_for(second, self._outputs()))

    def _outputs(self) -> tuple[OutputState, ...]:
        behind = self.steering.left_behind
        return tuple(
            state.model_copy(update={"left_behind": True}) if state.id in behind else state
            for state in self.fan_out.states()
        )

    def statistics(self) -> Statistics:
        """Return the counters and the figures of the last second."""
        outputs = self.fan_out.states()
        publishers = [output for output in outputs if output.kind == "rtmp"]
        render = list(self._show.ticker.times_ms)
        encode = list(self._encoder.times_ms)
        uptime_s = max(time.monotonic() - self._began_s, 1e-3)
        return Statistics(
            uptime_s=round(uptime_s, 3),
            frames=self._encoder.frames,
            missed_render=self._show.ticker.missed,
            skipped_encode=self._encoder.skipped,
            dropped_network=sum(output.dropped_frames for output in publishers),
            fps=round(self._fps, 2),
            bitrate_kbps=round(self._kbps, 1),
            average_kbps=round(self._encoder.encoded_bytes * 8 / 1000 / uptime_s, 1),
            target_bitrate_kbps=self._encoder.encoder.bitrate_kbps,
            av_offset_ms=round(self._av_offset_ms(), 2),
            render_ms_p50=round(usage.percentile(render, 0.5), 2),
            render_ms_p95=round(usage.percentile(render, 0.95), 2),
            encode_ms_p50=round(usage.percentile(encode, 0.5), 2),
            encode_ms_p95=round(usage.percentile(encode, 0.95), 2),
            queue_age_ms=max((output.queue_age_ms for output in publishers), default=0.0),
            send_kbps=round(sum(output.send_kbps for output in publishers), 1),
            reconnects=sum(output.reconnects for output in publishers),
            cpu_s=round(usage.cpu_s(), 3),
            max_rss_mb=round(usage.max_rss_mb(), 1),
            memory_mb=round(usage.memory_mb(), 1),
            audio_peak_db=self._peak_db,
            delay_s=self.hold.delay_s,
            held_s=round(self.hold.held_s, 1),
            ending_s=self.ending_s,
            advice=self._advice,
        )

    def _av_offset_ms(self) -> float:
        """How much later sound is stamped than a picture captured at the same instant.

        A picture is stamped with its tick, some ms after it was captured; sound with when it was
        heard, plus what its track had to be delayed or has drifted.
        """
        return self._show.mixer.lag_ms - self._show.ticker.lag_ms()
