"""Destinations: more places that a show is sent to, each with an address and a key."""

from collections.abc import Mapping

from pydantic import SecretStr, ValidationError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.choices import DestinationChoice


class DestinationsPage(QWidget):
    """A list at the left, the chosen one's fields at the right."""

    changed = Signal(object)
    """The new tuple of DestinationChoice."""

    key_given = Signal(str, object)
    test_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._places: tuple[DestinationChoice, ...] = ()
        self._known_keys: frozenset[str] = frozenset()
        self._tests: Mapping[str, str] = {}
        self._list = QListWidget()
        self._list.setObjectName("destinationsList")
        self._list.setAccessibleName(tr("Destinations"))
        self._list.setFixedWidth(210)
        self._list.currentRowChanged.connect(lambda _row: self._show())
        self._list.itemChanged.connect(self._on_ticked)
        self._name = _field("destinationName", tr("Name"))
        self._url = _field("destinationUrl", tr("Address"))
        self._url.setPlaceholderText("rtmps://ingest.example.org/app")
        self._key = _field("destinationKey", tr("Stream key"))
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._backup = _field("destinationBackup", tr("Second address"))
        self._backup.setPlaceholderText(tr("Tried while the first does not answer"))
        self._on = QCheckBox(tr("Send every show here"))
        self._on.setObjectName("destinationOn")
        self._problem = label(role="danger", wrap=True)
        self._result = label(role="muted", wrap=True)
        self._notice = label(role="muted", wrap=True)
        self._none = label(
            tr("The platform gets every show. Add other places here, such as a second platform."),
            role="muted",
            wrap=True,
        )
        for edit in (self._name, self._url, self._backup):
            edit.editingFinished.connect(self._on_edited)
        self._key.editingFinished.connect(self._on_key)
        self._on.clicked.connect(lambda _on: self._on_edited())
        self._lay_out()
        self._show()

    @property
    def chosen(self) -> DestinationChoice | None:
        """The destination whose fields are shown."""
        row = self._list.currentRow()
        return self._places[row] if 0 <= row < len(self._places) else None

    def set_state(
        self,
        places: tuple[DestinationChoice, ...],
        *,
        known_keys: frozenset[str],
        tests: Mapping[str, str],
        notice: str,
    ) -> None:
        """Show these destinations; the chosen one stays chosen."""
        chosen = self.chosen
        added = len(places) == len(self._places) + 1
        self._known_keys, self._tests = known_keys, tests
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
        if places != self._places:
            self._places = places
            with QSignalBlocker(self._list):
                self._fill()
                ids = [place.id for place in places]
                row = ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
                self._list.setCurrentRow(len(places) - 1 if added else min(row, len(places) - 1))
        self._show()

    def add(self) -> None:
        """Add one more, to be filled in."""
        name = tr("Destination {n}", n=len(self._places) + 1)
        self.changed.emit((*self._places, DestinationChoice(name=name, is_on=False)))
        self._name.setFocus()
        self._name.selectAll()

    def _fill(self) -> None:
        self._list.clear()
        for place in self._places:
            item = QListWidgetItem(place.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if place.is_on else Qt.CheckState.Unchecked)
            self._list.addItem(item)

    def _show(self) -> None:
        place = self.chosen
        self._form_box.setVisible(place is not None)
        self._none.setVisible(place is None)
        self._remove.setEnabled(place is not None)
        self._problem.hide()
        if place is None:
            return
        for edit, text in (
            (self._name, place.name),
            (self._url, place.url),
            (self._backup, place.backup_url),
        ):
            if not edit.hasFocus() or not edit.isModified():
                edit.setText(text)
        is_known = place.id in self._known_keys
        if not self._key.hasFocus():
            self._key.clear()
        self._key.setPlaceholderText(
            tr("Kept; type another to replace it") if is_known else tr("As the platform gave it")
        )
        self._on.setChecked(place.is_on)
        self._test.setEnabled(bool(place.url))
        result = self._tests.get(place.id, "")
        self._result.setText(result)
        self._result.setVisible(bool(result))

    def _on_edited(self) -> None:
        place = self.chosen
        if place is None:
            return
        url, backup = self._url.text().strip(), self._backup.text().strip()
        wrong = [text for text in (url, backup) if text and not _is_address(text)]
        if wrong or (self._on.isChecked() and not url):
            self._problem.setText(
                tr("An address begins with rtmp:// or rtmps:// and has a host and an application.")
            )
            self._problem.show()
            self._on.setChecked(place.is_on)
            return
        try:
            changed = DestinationChoice(
                id=place.id,
                name=self._name.text().strip() or place.name,
                url=url,
                backup_url=backup,
                is_on=self._on.isChecked(),
            )
        except ValidationError:
            self._show()
            return
        self._replace(changed)

    def _on_ticked(self, item: QListWidgetItem) -> None:
        place = self._places[self._list.row(item)]
        is_on = item.checkState() is Qt.CheckState.Checked
        if is_on and not place.url:
            with QSignalBlocker(self._list):
                item.setCheckState(Qt.CheckState.Unchecked)
            return
        self._replace(place.model_copy(update={"is_on": is_on}))

    def _replace(self, changed: DestinationChoice) -> None:
        places = tuple(changed if one.id == changed.id else one for one in self._places)
        if places != self._places:
            self.changed.emit(places)

    def _on_key(self) -> None:
        place, key = self.chosen, self._key.text().strip()
        if place is not None and key:
            self._key.clear()
            self.key_given.emit(place.id, SecretStr(key))

    def _on_remove(self) -> None:
        place = self.chosen
        if place is not None:
            self.changed.emit(tuple(one for one in self._places if one.id != place.id))

    def _on_test(self) -> None:
        if self.chosen is not None:
            self.test_requested.emit(self.chosen.id)

    def _lay_out(self) -> None:
        self._remove = button(tr("Remove"), on_click=self._on_remove)
        self._remove.setObjectName("destinationRemove")
        add = button(tr("Add"), on_click=self.add)
        add.setObjectName("destinationAdd")
        self._test = button(
            tr("Try the line"),
            tip=tr("Connects and says hello; nothing is sent"),
            on_click=self._on_test,
        )
        self._test.setObjectName("destinationTest")
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._list, 1)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(add)
        tools.addWidget(self._remove)
        left.addLayout(tools)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(9)
        for caption, edit in (
            (tr("Name"), self._name),
            (tr("Address"), self._url),
            (tr("Stream key"), self._key),
            (tr("Second address"), self._backup),
        ):
            name = label(caption, role="muted")
            name.setMinimumHeight(30)
            name.setBuddy(edit)
            form.addRow(name, edit)
        self._form_box = QWidget()
        right = QVBoxLayout(self._form_box)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(10)
        right.addLayout(form)
        right.addWidget(self._on)
        right.addWidget(self._problem)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._test)
        row.addWidget(self._result, 1)
        row.addStretch()
        right.addLayout(row)
        right.addWidget(self._notice)
        right.addStretch(1)
        side = QVBoxLayout()
        side.addWidget(self._none)
        side.addWidget(self._form_box, 1)
        side.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(20)
        layout.addLayout(left)
        layout.addLayout(side, 1)


def _field(object_name: str, name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(object_name)
    made.setAccessibleName(name)
    return made


def _is_address(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    host, _, app = rest.partition("/")
    return scheme in ("rtmp", "rtmps") and bool(host) and bool(app.strip("/"))
