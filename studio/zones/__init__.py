"""The four zones of the studio window: people, stage, feed, input. State in, intent out."""

from studio.zones.dockyard import Dockyard
from studio.zones.feed import FeedZone
from studio.zones.input import InputZone
from studio.zones.people import PeopleZone
from studio.zones.stage import StageZone

__all__ = ["Dockyard", "FeedZone", "InputZone", "PeopleZone", "StageZone"]
