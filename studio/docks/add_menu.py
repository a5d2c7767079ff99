"""The menu of what can be added to a picture: devices, files, shapes, what the room tells."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from shared.qt.icons import icon
from shared.qt.theme import Theme
from shared.qt.translations import tr
from studio.docks.source_choices import (
    OVERLAY_KINDS,
    DeviceChoices,
    SourceChoice,
    SourceEntry,
    SourceKind,
    icon_name,
    overlay_name,
)


class AddMenu(QMenu):
    """Filled anew each time it opens; what is missing is said, not left out."""

    add_requested = Signal(object)
    """A SourceChoice whose value is known."""

    file_requested = Signal(object)
    """A SourceKind whose file must still be picked."""

    text_requested = Signal()
    reuse_requested = Signal(str)
    """The id of a source that is in the document already."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setToolTipsVisible(True)

    def fill(self, devices: DeviceChoices, reusable: Sequence[SourceEntry]) -> None:
        """Offer these devices, and the sources that other scenes show."""
        self.clear()
        if not devices.is_searched:
            self._say("refresh", tr("Looking for devices\N{HORIZONTAL ELLIPSIS}"))
        self._offer_pictures(devices)
        self.addSeparator()
        self._offer_sounds(devices)
        self.addSeparator()
        self._offer_files()
        self.addSeparator()
        self._offer_drawn()
        overlays = self._below("live", tr("From the room"))
        for kind in OVERLAY_KINDS:
            self._offer(SourceChoice(kind, "", overlay_name(kind)), overlays)
        if reusable:
            self.addSeparator()
            known = self._below("refresh", tr("From another scene"))
            for entry in reusable:
                shape = icon(self._theme, icon_name(entry.kind))
                known.addAction(shape, entry.name).triggered.connect(
                    lambda _checked=False, one=entry.source_id: self.reuse_requested.emit(one)
                )
        for note in devices.notes:
            self._say("warning", note)

    def _offer_pictures(self, devices: DeviceChoices) -> None:
        for device, name in devices.cameras:
            self._offer(SourceChoice(SourceKind.CAMERA, device, name))
        if devices.is_searched and not devices.cameras:
            self._say("camera", tr("No camera found"))
        for device, name in devices.screens or (("", tr("Screen")),):
            self._offer(SourceChoice(SourceKind.SCREEN, device, name))
        if devices.windows:
            windows = self._below("screen", tr("Window"))
            for device, name in devices.windows:
                self._offer(SourceChoice(SourceKind.WINDOW, device, name), windows)
        elif devices.is_searched:
            self._say("screen", tr("No window to show"))

    def _offer_sounds(self, devices: DeviceChoices) -> None:
        for device, name in devices.microphones:
            self._offer(SourceChoice(SourceKind.MICROPHONE, device, name))
        if devices.is_searched and not devices.microphones:
            self._say("microphone", tr("No microphone found"))
        self._offer(SourceChoice(SourceKind.DESKTOP_SOUND, "", tr("Desktop sound")))

    def _offer_files(self) -> None:
        for kind, name in (
            (SourceKind.FILE, tr("Video or sound file\N{HORIZONTAL ELLIPSIS}")),
            (SourceKind.IMAGE, tr("Picture\N{HORIZONTAL ELLIPSIS}")),
            (SourceKind.SLIDESHOW, tr("Slideshow\N{HORIZONTAL ELLIPSIS}")),
        ):
            self.addAction(icon(self._theme, icon_name(kind)), name).triggered.connect(
                lambda _checked=False, wanted=kind: self.file_requested.emit(wanted)
            )

    def _offer_drawn(self) -> None:
        words = tr("Text\N{HORIZONTAL ELLIPSIS}")
        self.addAction(icon(self._theme, "text"), words).triggered.connect(self.text_requested)
        self._offer(SourceChoice(SourceKind.COLOUR, "", tr("Colour")))
        self._offer(SourceChoice(SourceKind.GRADIENT, "", tr("Gradient")))
        self._offer(SourceChoice(SourceKind.PATTERN, "", tr("Test picture")))

    def _below(self, shape: str, name: str) -> QMenu:
        return self.addMenu(icon(self._theme, shape), name)

    def _offer(self, choice: SourceChoice, menu: QMenu | None = None) -> None:
        (menu or self).addAction(
            icon(self._theme, icon_name(choice.kind)), choice.name
        ).triggered.connect(lambda: self.add_requested.emit(choice))

    def _say(self, shape: str, words: str) -> None:
        self.addAction(icon(self._theme, shape), words).setEnabled(False)
