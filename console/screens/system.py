"""The server for admins: its parts and figures, backups, exports, and what it says of its log."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QVBoxLayout,
)

from console.screens._export import Export, export_words
from console.screens._item_list import ItemList
from console.screens._list_pane import Nothing, calm_list
from console.screens._row_delegate import RowDelegate
from console.screens.base import Screen
from console.wording import age_words, span_words, when_words
from shared.qt.format import number
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, Card, button, clear_layout, label
from shared.schemas.administration import AdminHealth, Backup, ExportKind
from shared.schemas.moderation import AuditVerdict

_KIB = 1024
_OLD_BACKUP_S = 26 * 3600.0


class SystemScreen(Screen):
    """Everything that keeps the platform up, with what takes long shown as it goes."""

    refresh_asked = Signal()
    backup_asked = Signal()
    verify_asked = Signal()
    export_asked = Signal(object)
    """An ExportKind is to be saved to a file."""
    export_cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._health: AdminHealth | None = None
        self._state = Badge()
        self._parts = QVBoxLayout()
        self._facts = {n: label(wrap=True) for n in ("version", "up", "database", "backup")}
        self._problem = label(role="warning", wrap=True)
        self._problem.hide()
        self.backups = ItemList[Backup](
            self._make_backup_list(),
            key=lambda backup: backup.name,
            spoken=spoken_backup,
            nothing=Nothing(tr("There is no backup yet"), tr("One is made every day, or now.")),
        )
        self._back_up = button(
            tr("Back up now  (B)"), role="primary", on_click=self.backup_asked.emit
        )
        self._verdict = label(wrap=True)
        self._verify = button(tr("Ask the server  (V)"), on_click=self.verify_asked.emit)
        self._exports = {kind: self._make_export(kind) for kind in ExportKind}
        self._export_words = label(role="muted", wrap=True)
        self._export_bar = QProgressBar()
        self._export_bar.setTextVisible(False)
        self._export_bar.setAccessibleName(tr("Export"))
        self._cancel = button(tr("Cancel  (Esc)"), on_click=self.export_cancelled.emit)
        self._export_card = Card(tr("Exports"))
        self._lay_out()
        self._bind_keys()
        self.show_export_rest(tr("Tables as CSV; that they were exported is in the log."))
        self._verdict.setText(
            tr("The Log follows the chain on this machine; this asks the server.")
        )

    # -- state in ----------------------------------------------------------------------------

    def set_may_export(self, *, may_export: bool) -> None:
        """Exports are for super admins: others do not see them."""
        self._export_card.setVisible(may_export)

    def show_health(self, health: AdminHealth, *, now: datetime) -> None:
        """Show how the server is, part by part."""
        self._health = health
        self._problem.hide()
        self._state.set_state(
            tr("All parts work") if health.ok else tr("A part fails"),
            "success" if health.ok else "danger",
        )
        clear_layout(self._parts)
        for part in health.parts:
            row = QHBoxLayout()
            row.addWidget(Badge(tr("works") if part.ok else tr("fails"), kind=_kind(part.ok)))
            name = part_words(part.name)
            words = label(f"{name}: {part.detail}" if part.detail else name, wrap=True)
            row.addWidget(words, 1)
            self._parts.addLayout(row)
        self._facts["version"].setText(health.version)
        self._facts["up"].setText(span_words(health.uptime_s))
        size = health.database_bytes
        shown = health.database if size is None else f"{health.database}, {size_words(size)}"
        self._facts["database"].setText(shown)
        newest = health.newest_backup_at
        age_s = (now - newest).total_seconds() if newest is not None else None
        is_old = age_s is None or age_s > _OLD_BACKUP_S
        set_role(self._facts["backup"], "warning" if is_old else "")
        self._facts["backup"].setText(
            tr("none yet") if newest is None else tr("{age} ago", age=age_words(newest, now))
        )

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """Show the backups, newest first."""
        self.backups.show_items(backups)

    def show_problem(self, sentence: str) -> None:
        """Say why the server's state could not be read."""
        self._problem.setText(sentence)
        self._problem.show()

    def show_backing_up(self, *, is_running: bool) -> None:
        """Say that a backup is being made, or is done."""
        self._back_up.setEnabled(not is_running)
        self._back_up.setText(tr("Backing up ...") if is_running else tr("Back up now  (B)"))

    def show_verifying(self) -> None:
        """Say that the server follows its chain."""
        self._verify.setEnabled(False)
        set_role(self._verdict, "muted")
        self._verdict.setText(tr("The server follows its chain ..."))

    def show_verdict(self, verdict: AuditVerdict) -> None:
        """Show what the server says of its own chain."""
        self._verify.setEnabled(True)
        set_role(self._verdict, "success" if verdict.ok else "danger")
        if verdict.ok:
            count = number(verdict.entries)
            self._verdict.setText(tr("The server finds its {count} entries whole.", count=count))
            return
        self._verdict.setText(
            tr(
                "The server finds its chain broken at entry {seq}: call a super admin.",
                seq=verdict.broken_at if verdict.broken_at is not None else "?",
            )
        )

    def show_unverified(self, sentence: str) -> None:
        """Say why there is no verdict."""
        self._verify.setEnabled(True)
        set_role(self._verdict, "warning")
        self._verdict.setText(sentence)

    def show_exporting(self, kind: ExportKind, received: int) -> None:
        """Show how much of an export has arrived; how much there will be nobody knows."""
        self._set_exporting(is_running=True)
        what = export_words(kind)
        self._export_words.setText(
            tr("{what}: {size} so far", what=what, size=size_words(received))
        )

    def show_export_rest(self, sentence: str) -> None:
        """No export runs; say what became of the last."""
        self._set_exporting(is_running=False)
        self._export_words.setText(sentence)

    @property
    def export_told(self) -> str:
        """The line about exports."""
        return self._export_words.text()

    @property
    def is_exporting(self) -> bool:
        """Whether an export runs."""
        return not self._export_bar.isHidden()

    # -- building ----------------------------------------------------------------------------

    def _set_exporting(self, *, is_running: bool) -> None:
        self._export_bar.setRange(0, 0 if is_running else 1)
        self._export_bar.setVisible(is_running)
        self._cancel.setVisible(is_running)
        for part in self._exports.values():
            part.setEnabled(not is_running)

    def _make_backup_list(self) -> QListView:
        view = calm_list(tr("Backups"), object_name="backupList")
        view.setItemDelegate(RowDelegate(self.theme, view))
        return view

    def _make_export(self, kind: ExportKind) -> Export:
        made = Export(kind)
        made.asked.connect(self.export_asked)
        return made

    def _lay_out(self) -> None:
        health = Card(tr("Server"))
        health.header.addWidget(self._state)
        health.body.addWidget(self._problem)
        facts = QFormLayout()
        facts.setHorizontalSpacing(16)
        for name, words in (
            ("version", tr("Version")),
            ("up", tr("Running for")),
            ("database", tr("Database")),
            ("backup", tr("Newest backup")),
        ):
            facts.addRow(label(words, role="caption"), self._facts[name])
        health.body.addLayout(facts)
        health.body.addLayout(self._parts)
        health.body.addStretch(1)
        backups = Card(tr("Backups"))
        backups.header.addWidget(self._back_up)
        backups.body.addWidget(self.backups, 1)
        chain = Card(tr("The server's own log"))
        chain.header.addWidget(self._verify)
        chain.body.addWidget(self._verdict)
        grid = QGridLayout()
        for place, part in enumerate(self._exports.values()):
            grid.addWidget(part, place // 3, place % 3)
        self._export_card.header.addWidget(self._cancel)
        self._export_card.body.addLayout(grid)
        self._export_card.body.addWidget(self._export_words)
        self._export_card.body.addWidget(self._export_bar)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(12)
        left.addWidget(health, 1)
        left.addWidget(chain)
        right.addWidget(backups, 1)
        right.addWidget(self._export_card)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(left, 1)
        layout.addLayout(right, 1)

    def _bind_keys(self) -> None:
        self.bind("B", tr("Back up now"), self._back_up.click)
        self.bind("V", tr("Ask the server for its log"), self._verify.click)
        self.bind("Esc", tr("Cancel the export"), self._on_escape)
        self.bind("F5", tr("Read again"), self.refresh_asked.emit)

    def _on_escape(self) -> None:
        if self.is_exporting:
            self.export_cancelled.emit()


def part_words(name: str) -> str:
    """What a part of the server is called; an unknown one is shown by its own name."""
    known = {
        "database": tr("Database"),
        "backups": tr("Backups"),
        "disk": tr("Disk"),
        "audit log": tr("Audit log"),
        "ingest": tr("Ingest"),
        "redis": "Redis",
    }
    return known.get(name, name.capitalize())


def spoken_backup(backup: Backup) -> str:
    """What a row says."""
    return f"{when_words(backup.at)}\n{backup.name}, {size_words(backup.size_bytes)}"


def size_words(size: int) -> str:
    """A size in the unit that fits it."""
    amount, units = float(size), ("bytes", "KiB", "MiB", "GiB", "TiB")
    for unit in units:
        if amount < _KIB or unit == units[-1]:
            return f"{number(amount, decimals=0 if unit == 'bytes' else 1)} {unit}"
        amount /= _KIB
    return ""


def _kind(is_ok: bool) -> str:
    return "success" if is_ok else "danger"
