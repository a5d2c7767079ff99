"""What the platform tells one person and nobody else: decisions, ends of measures, refunds."""

import logging
from collections.abc import Callable

from pydantic import ValidationError

from shared.realtime import RealtimeClient, RoomFeed, RoomItem
from shared.schemas.notices import Notice
from shared.schemas.realtime import EventType, RoomEvent, user_room

_log = logging.getLogger(__name__)


def follow_notices(
    realtime: RealtimeClient, user_id: str, on_notice: Callable[[Notice], object]
) -> RoomFeed:
    """Join the person's own room and tell of each notice as it comes; close the feed to leave."""

    def take(item: RoomItem) -> None:
        if not isinstance(item, RoomEvent) or item.type is not EventType.NOTIFICATION_NEW:
            return
        try:
            notice = Notice.model_validate(item.data)
        except ValidationError as error:
            _log.warning("a notice does not fit: %d errors", error.error_count())
            return
        on_notice(notice)

    return realtime.join(user_room(user_id), take)
