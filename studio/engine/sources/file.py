"""A video or sound file, once or in a loop, with its sound on the master clock."""

import av
from av.container import InputContainer

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput
from studio.engine.sources.base import Sink
from studio.engine.sources.hardware import open_with_hardware
from studio.engine.sources.playback import Playback
from studio.project.model import FileSource

_TIMEOUT_S = 10.0


class FileCapture:
    """Plays a file: pictures when they are due, sound written half a second ahead."""

    def __init__(self, settings: FileSource) -> None:
        self._settings = settings
        self._name = spoken_name(settings.path)

    def run(self, sink: Sink) -> None:
        """Play until told to stop, or to the end when not looped.

        Raises:
            InvalidInput: the file is missing, empty or not playable.
        """
        settings = self._settings
        with self._open(sink) as container:
            playback = Playback(container, sink, speed=settings.speed)
            from_s = settings.start_s
            if not settings.restart_when_shown and sink.bookmark.position_s > 0:
                from_s = sink.bookmark.position_s
            try:
                playback.play(from_s, loop=settings.loop, loop_from_s=settings.start_s)
            except (av.FFmpegError, OSError) as error:
                raise self._damaged() from error
            finally:
                sink.bookmark.position_s = playback.position_s
            if playback.shown == 0 and playback.heard == 0 and not sink.stop.is_set:
                raise self._damaged()
        sink.expect_every(None)

    def _open(self, sink: Sink) -> InputContainer:
        if not is_plain_file(self._settings.path):
            raise InvalidInput(
                f"The file {self._name} is not there any more; choose it again.",
                code="FILE_MISSING",
            )
        if self._settings.hardware:
            found = open_with_hardware(self._settings.path)
            if found is not None:
                return found
            sink.warn(
                InvalidInput(
                    f"No graphics hardware here decodes {self._name}; the processor does it.",
                    code="NO_HARDWARE_DECODER",
                )
            )
        try:
            container = av.open(self._settings.path, timeout=_TIMEOUT_S)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._damaged() from error
        streams = (*container.streams.video[:1], *container.streams.audio[:1])
        # A stream without a codec is of a kind that this libav cannot decode.
        if not streams or any(stream.codec_context is None for stream in streams):
            container.close()
            raise self._damaged()
        return container

    def _damaged(self) -> InvalidInput:
        return InvalidInput(
            f"The file {self._name} cannot be played; convert it to MP4 with H.264 and AAC.",
            code="FILE_DAMAGED",
        )
