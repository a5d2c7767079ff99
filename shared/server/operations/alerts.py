"""Alerts to the admins' room: logged like every event, each kind at most once in ten minutes."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from shared.ids import new_id
from shared.schemas.alerts import Alert, AlertKind, Severity
from shared.schemas.realtime import ADMIN_ROOM, EventType
from shared.server.core import Core

_log = logging.getLogger(__name__)
AGAIN_AFTER: Final = timedelta(minutes=10)


class Alerts:
    """Raises alerts."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._told: dict[AlertKind, datetime] = {}

    async def tell(
        self, kind: AlertKind, severity: Severity, text: str, details: dict[str, Any] | None = None
    ) -> Alert | None:
        """Raise an alert; None when the same kind was raised a moment ago.

        It never fails: what cannot be stored is in the log.
        """
        now = self._core.clock.now()
        last = self._told.get(kind)
        if last is not None and timedelta() <= now - last < AGAIN_AFTER:
            return None
        self._told[kind] = now
        self._core.metrics.count("teezu_alerts_total", (("kind", kind.value),))
        _log.error("alert: %s", text)
        alert = Alert(
            id=new_id(), kind=kind, severity=severity, text=text, details=details or {}, at=now
        )
        try:
            async with self._core.db.write() as tx:
                self._core.feed.publish(tx, ADMIN_ROOM, EventType.ALERT_RAISED, alert)
        except (SQLAlchemyError, OSError):
            _log.exception("an alert could not be stored")
        return alert
