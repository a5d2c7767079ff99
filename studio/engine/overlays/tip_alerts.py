"""The tip alerts: each tip on a card that comes, stays and goes, as its rule says."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from studio.engine.overlays.alert_queue import Alert, AlertQueue
from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, REGULAR, SEMIBOLD, Brush, amount, read_picture
from studio.engine.overlays.motion import eased
from studio.project.overlays import AlertRule, TipAlertsOverlay

LEAD_S = 0.2
"""How long before its first picture an alert is decided, so that its sound is in time."""

_IN_S, _OUT_S = 0.45, 0.35
_STEPS = 60


@dataclass(frozen=True, slots=True)
class AlertView:
    """A card, and how far it has come in (60 is all of it)."""

    alert: Alert
    step: int


class TipAlerts:
    """Announces tips one after another; keeps the card of now painted."""

    def __init__(self, settings: TipAlertsOverlay) -> None:
        self.settings = settings
        self._queue = AlertQueue(settings.rules)
        self._sounded = 0
        self._card: tuple[int, QImage] | None = None

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Line new tips up and show the one whose turn it is."""
        for arrived in tips:
            self._queue.add(arrived.tip)
        alert = self._queue.current(now.s, lead_s=LEAD_S)
        if alert is None:
            return Look(None, self._queue.free_s(now.s))
        sounds: tuple[tuple[float, AlertRule], ...] = ()
        if alert.number != self._sounded:
            self._sounded = alert.number
            sounds = ((alert.start_s, alert.rule),)
        step, due_s = _progress(alert, now.s)
        return Look(AlertView(alert, step) if step > 0 else None, due_s, sounds)

    def paint(self, view: AlertView, painter: QPainter) -> None:
        """The card, moved and thinned as far as it has come."""
        card = self._painted(view.alert)
        share = view.step / _STEPS
        width, height = self.settings.width, self.settings.height
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if view.alert.rule.animation == "slide":
            painter.translate(0, (1 - share) * height * 0.35)
        elif view.alert.rule.animation == "pop":
            scale = 0.82 + 0.18 * share
            painter.translate(width / 2 * (1 - scale), height / 2 * (1 - scale))
            painter.scale(scale, scale)
        painter.setOpacity(share)
        painter.drawImage(QPointF(0, 0), card)

    def _painted(self, alert: Alert) -> QImage:
        if self._card is not None and self._card[0] == alert.number:
            return self._card[1]
        card = QImage(
            self.settings.width, self.settings.height, QImage.Format.Format_ARGB32_Premultiplied
        )
        card.fill(0)
        painter = QPainter(card)
        try:
            self._paint_card(alert, Brush(painter, self.settings))
        finally:
            painter.end()
        self._card = (alert.number, card)
        return card

    def _paint_card(self, alert: Alert, brush: Brush) -> None:
        settings, area, px = self.settings, brush.area, brush.px
        accent = alert.rule.accent or settings.accent
        radius = px * 0.7
        brush.panel(area, radius=radius)
        edge = QPainterPath()
        edge.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        brush.painter.save()
        brush.painter.setClipPath(edge)
        stripe = QRectF(0, area.height() - px * 0.2, area.width(), px * 0.2)
        brush.painter.fillRect(stripe, brush.glow(stripe, accent))
        brush.painter.restore()
        inner = area.adjusted(px * 0.8, px * 0.5, -px * 0.8, -px * 0.7)
        inner.setLeft(self._paint_mark(alert, brush, inner, accent))
        self._paint_words(alert, brush, inner, accent)

    def _paint_mark(self, alert: Alert, brush: Brush, box: QRectF, accent: str) -> float:
        """The rule's picture, or a coin; returns where the words begin."""
        size = min(box.height(), box.width() * 0.3)
        image = read_picture(alert.rule.image) if alert.rule.image else None
        if image is not None:
            fitted = image.size().scaled(int(size), int(size), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF(
                box.x() + (size - fitted.width()) / 2,
                box.center().y() - fitted.height() / 2,
                fitted.width(),
                fitted.height(),
            )
            brush.painter.drawImage(at, image)
            return box.x() + size + brush.px * 0.6
        size = min(size, brush.px * 2.4)
        centre = QPointF(box.x() + size / 2, box.center().y())
        brush.painter.setPen(Qt.PenStyle.NoPen)
        brush.painter.setBrush(brush.glow(QRectF(centre.x(), 0, size, 1), accent))
        brush.painter.setOpacity(0.28)
        brush.painter.drawEllipse(centre, size / 2, size / 2)
        brush.painter.setOpacity(1.0)
        brush.coin(centre, size * 0.62)
        return box.x() + size + brush.px * 0.6

    def _paint_words(self, alert: Alert, brush: Brush, box: QRectF, accent: str) -> None:
        """One line by the template, the tipper's words under it."""
        template = alert.rule.template_many if alert.others else alert.rule.template
        runs = _runs(template, alert)
        words = " ".join(alert.text.split()) if self.settings.show_words else ""
        px = brush.px
        scale = _fitting(brush, runs, box.width())
        height = px * 1.4 * scale + (px * 1.05 if words else 0)
        y = box.center().y() - height / 2
        x = box.x()
        line = px * 1.4 * scale
        for text, is_filled in runs:
            weight = BOLD if is_filled else REGULAR
            wide = brush.width_of(text, scale, weight)
            row = QRectF(x, y, min(wide, max(0.0, box.right() - x)) + 1, line)
            colour = accent if is_filled else None
            brush.text(row, text, scale=scale, weight=weight, colour=colour)
            x += wide
        if words:
            row = QRectF(box.x(), y + line, box.width(), px * 1.05)
            brush.text(row, words, scale=0.68, weight=SEMIBOLD, opacity=0.82)


def _runs(template: str, alert: Alert) -> list[tuple[str, bool]]:
    """The template cut into what stands and what is filled in; unknown fields stand as they are."""
    filled = {
        "{name}": alert.name,
        "{tokens}": amount(alert.tokens),
        "{others}": amount(alert.others),
    }
    runs: list[tuple[str, bool]] = [(template, False)]
    for field, value in filled.items():
        cut: list[tuple[str, bool]] = []
        for text, is_filled in runs:
            parts = [text] if is_filled else text.split(field)
            for index, part in enumerate(parts):
                cut += [(value, True)] if index else []
                cut += [(part, is_filled)] if part else []
        runs = cut
    return runs


def _fitting(brush: Brush, runs: Sequence[tuple[str, bool]], width: float) -> float:
    """How large the line may be: its full size, or two thirds of it at least."""
    whole = sum(brush.width_of(text, 1.0, BOLD if bold else REGULAR) for text, bold in runs)
    return min(1.0, max(0.66, width / max(1.0, whole)))


def _progress(alert: Alert, now_s: float) -> tuple[int, float]:
    """How far a card has come, and when that changes."""
    if alert.rule.animation == "none":
        is_on = now_s >= alert.start_s
        return (_STEPS if is_on else 0), (alert.end_s if is_on else alert.start_s)
    if now_s < alert.start_s:
        return 0, alert.start_s
    coming, going = (now_s - alert.start_s) / _IN_S, (alert.end_s - now_s) / _OUT_S
    if coming < 1.0:
        return max(1, round(_STEPS * eased(coming))), now_s
    if going < 1.0:
        return round(_STEPS * max(0.0, going)), now_s
    return _STEPS, alert.end_s - _OUT_S
