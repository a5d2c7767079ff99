"""Callbacks that want to hear of a change, for every part that tells its state to others."""

from collections.abc import Callable

type Listener[T] = Callable[[T], None]
type Unsubscribe = Callable[[], None]


class Listeners[T]:
    """A set of callbacks, called in the order in which they were added.

    Not safe across threads: add, remove and tell on the thread of the event loop.
    """

    def __init__(self) -> None:
        self._listeners: dict[object, Listener[T]] = {}

    def add(self, listener: Listener[T]) -> Unsubscribe:
        """Add a callback; calling the result removes it again, any number of times."""
        ticket = object()
        self._listeners[ticket] = listener

        def unsubscribe() -> None:
            self._listeners.pop(ticket, None)

        return unsubscribe

    def tell(self, value: T) -> None:
        """Call every callback that is there now; one removed meanwhile is not called."""
        for ticket, listener in list(self._listeners.items()):
            if ticket in self._listeners:
                listener(value)
