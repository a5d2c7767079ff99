"""What windows look at: the program's preview and other scenes, each by leases in a ring."""

from pathlib import Path

from studio.engine.protocol import SubscribePreview
from studio.engine.video.looks import Looks
from studio.engine.video.preview import Preview

_PROGRAM = "program"


class Viewing:
    """Belongs to the event loop; nothing is drawn while nobody has a lease."""

    def __init__(self, runtime_dir: Path) -> None:
        self.preview = Preview(runtime_dir)
        self.looks = Looks(runtime_dir)

    @property
    def is_wanted(self) -> bool:
        """Somebody looks at something."""
        looks = self.looks.is_wanted
        return self.preview.is_wanted or looks

    def path(self, view: str) -> Path:
        """The ring of a view."""
        return self.preview.path if view == _PROGRAM else self.looks.path(view)

    def subscribe(self, client: int, wanted: SubscribePreview) -> bool:
        """Give a client a lease on a view, or renew it; tell whether the show must prepare it."""
        size = {"width": wanted.width, "height": wanted.height, "fps": wanted.fps}
        if wanted.view != _PROGRAM:
            return self.looks.subscribe(client, wanted.view, **size)
        self.preview.subscribe(client, **size)
        return False

    def unsubscribe(self, client: int, view: str | None = None) -> None:
        """End a client's leases, or the one on a view."""
        if view in (None, _PROGRAM):
            self.preview.unsubscribe(client)
        self.looks.unsubscribe(client, view)

    def end_if_unwanted(self) -> None:
        """End the threads and remove the rings of what nobody looks at any more."""
        self.preview.end_if_unwanted()
        self.looks.end_if_unwanted()

    def close(self) -> None:
        """End everything."""
        self.preview.close()
        self.looks.close()
