"""The server in one row of the hub: how busy it is, and whether all its parts work."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from console.state.server import ServerFigures
from console.wording import span_words
from shared.qt.format import number, percent
from shared.qt.theme import set_role
from shared.qt.translations import tr
from shared.qt.widgets import Card, label
from shared.schemas.administration import AdminHealth

_DASH = "\N{EN DASH}"
_MEGABYTE = 1024 * 1024


class ServerStrip(Card):
    """Five small figures and a sentence."""

    def __init__(self) -> None:
        super().__init__(tr("Server"))
        self._values = {
            name: (label(_DASH, role="heading"), label(words, role="caption"))
            for name, words in (
                ("requests", tr("requests a second")),
                ("answer", tr("to answer")),
                ("errors", tr("answered with an error")),
                ("sockets", tr("open connections")),
                ("publishers", tr("broadcasts coming in")),
                ("memory", tr("memory")),
            )
        }
        self._health = label(role="muted")
        self.header.addWidget(self._health)
        row = QHBoxLayout()
        row.setSpacing(24)
        for value, words in self._values.values():
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(value)
            column.addWidget(words)
            row.addLayout(column)
        row.addStretch(1)
        self.body.addLayout(row)

    @property
    def told(self) -> dict[str, str]:
        """What is shown, by name."""
        return {name: value.text() for name, (value, _) in self._values.items()}

    @property
    def health(self) -> str:
        """The sentence on the parts."""
        return self._health.text()

    def show_figures(self, figures: ServerFigures) -> None:
        """Show how busy the server is."""
        rate, answer, errors = figures.requests_per_s, figures.answer_ms, figures.error_share
        shown = {
            "requests": _DASH if rate is None else f"{rate:.1f}",
            "answer": _DASH if answer is None else tr("{n} ms", n=f"{answer:.0f}"),
            "errors": _DASH if errors is None else percent(errors),
            "sockets": number(figures.sockets),
            "publishers": number(figures.publishers),
            "memory": tr("{n} MB", n=number(round(figures.memory_bytes / _MEGABYTE))),
        }
        for name, (value, words) in self._values.items():
            value.setText(shown[name])
            value.setAccessibleName(f"{shown[name]} {words.text()}")
        set_role(self._values["errors"][0], "warning" if errors else "heading")

    def show_health(self, health: AdminHealth) -> None:
        """Show whether all parts work."""
        broken = [part.name for part in health.parts if not part.ok]
        set_role(self._health, "warning" if broken else "muted")
        up = span_words(health.uptime_s)
        if broken:
            self._health.setText(tr("Not well: {parts}", parts=", ".join(broken)))
        else:
            self._health.setText(tr("All parts work; up for {time}", time=up))

    def show_problem(self, sentence: str) -> None:
        """Say why the figures are not fresh."""
        set_role(self._health, "warning")
        self._health.setText(sentence)
