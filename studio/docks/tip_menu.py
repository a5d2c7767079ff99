"""The tip menu: what the creator offers for which tip, on or off, in the order viewers see it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout

from shared.qt import format as words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.docks.rows import Row, RowAction, RowList, ToolDock, form_button
from studio.settings import MenuLine


class TipMenuDock(ToolDock):
    """Lines with price and time; every change is told as the whole menu."""

    changed = Signal(object, str)
    """The new lines, a tuple of MenuLine, and a sentence that says what was done."""

    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "tipMenuDock", tr("Tip menu"))
        self._lines: tuple[MenuLine, ...] = ()
        self._edited = -1
        self._rows = RowList(
            theme, tr("Tip menu"), tr("Nothing offered yet. Add what a tip may ask of you.")
        )
        self._rows.acted.connect(self._on_acted)
        files = QHBoxLayout()
        files.addStretch(1)
        for text, signal in (
            (tr("Import"), self.import_requested),
            (tr("Export"), self.export_requested),
        ):
            files.addWidget(button(text, role="quiet", on_click=signal.emit))
        self.body.addWidget(self._rows, 1)
        self._frame = self._form()
        self._opener = self.add_form(tr("New line"), self._frame, "menuNew")
        self._opener.clicked.connect(lambda _on=False: self._title.setFocus())
        self.body.addLayout(files)

    @property
    def lines(self) -> tuple[MenuLine, ...]:
        """The menu as shown."""
        return self._lines

    def set_lines(self, lines: Sequence[MenuLine]) -> None:
        """Show the menu."""
        self._lines = tuple(lines)
        self._rows.set_rows([self._row(at, line) for at, line in enumerate(self._lines)])

    def _form(self) -> QFrame:
        frame = QFrame()
        set_role(frame, "sunken")
        self._heading = label(tr("New line"), role="heading")
        self._title = QLineEdit()
        self._title.setObjectName("menuTitle")
        self._title.setMaxLength(80)
        self._title.setPlaceholderText(tr("For example: play a song"))
        self._title.setAccessibleName(tr("What is offered"))
        self._tokens = QSpinBox()
        self._tokens.setObjectName("menuTokens")
        self._tokens.setRange(1, 1_000_000)
        self._tokens.setSingleStep(5)
        self._tokens.setValue(25)
        self._tokens.setAccessibleName(tr("Price in tokens"))
        self._tokens.setToolTip(tr("Price in tokens"))
        self._seconds = QSpinBox()
        self._seconds.setRange(0, 3600)
        self._seconds.setSingleStep(10)
        self._seconds.setSuffix(" s")
        self._seconds.setSpecialValueText(tr("no timer"))
        self._seconds.setAccessibleName(tr("Seconds it takes"))
        self._seconds.setToolTip(tr("With a time, a tip for it queues a timed action"))
        self._save = form_button(tr("Add"), "menuSave")
        self._save.clicked.connect(lambda _on=False: self._on_save())
        self._title.returnPressed.connect(self._on_save)
        self._cancel = button(tr("Cancel"), on_click=self._clear)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self._cancel)
        head.addWidget(self._save)
        numbers = QHBoxLayout()
        numbers.addWidget(self._tokens, 1)
        numbers.addWidget(self._seconds, 1)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._title)
        layout.addLayout(numbers)
        return frame

    def _row(self, at: int, line: MenuLine) -> Row:
        detail = words.tokens(line.tokens)
        if line.duration_s is not None:
            detail = f"{detail} \N{MIDDLE DOT} {words.duration(line.duration_s)}"
        name = line.title
        return Row(
            str(at),
            name,
            detail,
            badge="" if line.is_on else tr("Off"),
            is_quiet=not line.is_on,
            actions=(
                RowAction("switch", "eye-off", tr("Switch {title} off", title=name))
                if line.is_on
                else RowAction("switch", "eye", tr("Switch {title} on", title=name)),
                RowAction("edit", "text", tr("Edit {title}", title=name)),
                RowAction("up", "up", tr("Move {title} up", title=name)),
                RowAction("down", "down", tr("Move {title} down", title=name)),
                RowAction("remove", "remove", tr("Remove {title}", title=name)),
            ),
        )

    def _on_acted(self, row_id: str, key: str) -> None:
        at, lines = int(row_id), list(self._lines)
        line = lines[at]
        match key:
            case "edit":
                self._edit(at, line)
                return
            case "switch":
                lines[at] = line.model_copy(update={"is_on": not line.is_on})
                said = tr("{title} was switched.", title=line.title)
            case "remove":
                del lines[at]
                said = tr("{title} was removed.", title=line.title)
            case _:
                to = at + (-1 if key == "up" else 1)
                if not 0 <= to < len(lines):
                    return
                lines.insert(to, lines.pop(at))
                said = tr("{title} was moved.", title=line.title)
        self.changed.emit(tuple(lines), said)

    def _edit(self, at: int, line: MenuLine) -> None:
        self._edited = at
        self._heading.setText(tr("Edit line"))
        self._save.setText(tr("Save"))
        self._frame.show()
        self._opener.hide()
        self._title.setText(line.title)
        self._tokens.setValue(line.tokens)
        self._seconds.setValue(line.duration_s or 0)
        self._title.setFocus()

    def _clear(self) -> None:
        self._edited = -1
        self._heading.setText(tr("New line"))
        self._save.setText(tr("Add"))
        self._title.clear()
        self._frame.hide()
        self._opener.show()

    def _on_save(self) -> None:
        title = self._title.text().strip()
        if not title:
            self._title.setFocus()
            return
        lines, at = list(self._lines), self._edited
        made = MenuLine(
            title=title,
            tokens=self._tokens.value(),
            duration_s=self._seconds.value() or None,
            is_on=lines[at].is_on if 0 <= at < len(lines) else True,
        )
        if 0 <= at < len(lines):
            lines[at] = made
            said = tr("{title} was changed.", title=title)
        else:
            lines.append(made)
            said = tr("{title} was added.", title=title)
        self._clear()
        self.changed.emit(tuple(lines[:50]), said)
