"""The statistics line: how well the broadcast does, and what remedies each figure."""

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from shared.qt import format as words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import LabelledValue, label

_YELLOW_SHARE = 0.01
_RED_SHARE = 0.05
_YELLOW_OFFSET_MS = 40.0
_RED_OFFSET_MS = 80.0


@dataclass(frozen=True, slots=True)
class StatisticsState:
    """Figures of the last second; `lost_share` is dropped, missed and skipped frames of all."""

    fps: float
    target_fps: int
    bitrate_kbps: float
    dropped: int
    missed: int
    skipped: int
    frames: int
    av_offset_ms: float
    cpu_percent: float | None
    reconnects: int = 0

    @property
    def lost_share(self) -> float:
        """How much of the picture did not make it, 0 to 1."""
        lost = self.dropped + self.missed + self.skipped
        return lost / max(1, self.frames + lost)


class StatisticsDock(QFrame):
    """Frame rate, bitrate, lost frames, sound offset and processor in one line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("statisticsDock")
        self.setAccessibleName(tr("Broadcast statistics"))
        set_role(self, "sunken")
        self._fps = LabelledValue(
            tr("Frames/s"), tip=tr("Frames encoded in the last second, and how many are wanted")
        )
        self._bitrate = LabelledValue(
            tr("Bitrate"), tip=tr("What is sent to the platform now, in kilobits per second")
        )
        self._lost = LabelledValue(tr("Lost frames"))
        self._offset = LabelledValue(
            tr("Sound offset"),
            tip=tr("How much later the sound comes than the picture; under 40 ms nobody notices"),
        )
        self._cpu = LabelledValue(
            tr("Engine CPU"), tip=tr("Of one core; lower the frame rate or size when it stays high")
        )
        self._advice = label(role="warning", wrap=True)
        self._advice.setObjectName("advice")
        row = QHBoxLayout()
        row.setSpacing(10)
        for part in self._parts:
            row.addWidget(part, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 4)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._advice)
        self.set_advice(())
        self.set_state(None)

    def set_advice(self, sentences: tuple[str, ...]) -> None:
        """Say what should be known now, the worst first; nothing when all is well."""
        text = sentences[0] if sentences else ""
        if len(sentences) > 1:
            text = tr("{sentence} (and {n} more)", sentence=text, n=len(sentences) - 1)
        self._advice.setToolTip("\n".join(sentences))
        self._advice.setText(text)
        self._advice.setVisible(bool(text))

    @property
    def _parts(self) -> tuple[LabelledValue, ...]:
        return (self._fps, self._bitrate, self._lost, self._offset, self._cpu)

    def set_state(self, state: StatisticsState | None) -> None:
        """Show the figures of now; none while there is no broadcast."""
        if state is None:
            for part in self._parts:
                part.set_value("\N{EN DASH}", role="muted")
            return
        self._fps.set_value(
            f"{words.number(state.fps, decimals=1)} / {state.target_fps}",
            role="" if state.fps >= state.target_fps * 0.97 else "warning",
        )
        self._bitrate.set_value(tr("{n} kbit/s", n=words.number(round(state.bitrate_kbps))))
        lost = state.dropped + state.missed + state.skipped
        self._lost.set_value(
            tr("{n} ({share} %)", n=words.number(lost), share=_percent(state.lost_share)),
            role=_grade(state.lost_share, _YELLOW_SHARE, _RED_SHARE),
        )
        self._lost.setToolTip(
            tr(
                "{dropped} dropped: the line is too slow, lower the bitrate. {skipped} skipped: the"
                " encoder is too slow. {missed} missed: the scene is too heavy, or the"
                " computer gave no time.",
                dropped=words.number(state.dropped),
                skipped=words.number(state.skipped),
                missed=words.number(state.missed),
            )
        )
        self._offset.set_value(
            tr("{n} ms", n=words.number(round(state.av_offset_ms))),
            role=_grade(abs(state.av_offset_ms), _YELLOW_OFFSET_MS, _RED_OFFSET_MS),
        )
        if state.cpu_percent is None:
            self._cpu.set_value("\N{EN DASH}", role="muted")
        else:
            self._cpu.set_value(f"{words.number(round(state.cpu_percent))} %")


def _percent(share: float) -> str:
    return words.number(100 * share, decimals=1)


def _grade(value: float, yellow: float, red: float) -> str:
    if value > red:
        return "danger"
    return "warning" if value > yellow else ""
