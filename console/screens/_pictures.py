"""The latest thumbnail of each live stream, muted and clear, in bounded memory."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap

from console.muting import fitted, muted

_MOST_STREAMS = 400


@dataclass(frozen=True, slots=True)
class _Pair:
    clear: QPixmap
    muted: QPixmap


class Pictures:
    """Keeps one small pair of pictures per stream; the ones unseen for longest go first."""

    def __init__(self, size: QSize) -> None:
        self._size = size
        self._pairs: OrderedDict[str, _Pair] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pairs)

    def keep(self, stream_id: str, image: QImage) -> None:
        """Take the newest picture of a stream; one that could not be read is left out."""
        if image.isNull():
            return
        small = fitted(image, self._size)
        self._pairs[stream_id] = _Pair(QPixmap.fromImage(small), QPixmap.fromImage(muted(small)))
        self._pairs.move_to_end(stream_id)
        while len(self._pairs) > _MOST_STREAMS:
            self._pairs.popitem(last=False)

    def get(self, stream_id: str, *, clear: bool) -> QPixmap | None:
        """The picture of a stream; blurred and grey unless `clear`."""
        pair = self._pairs.get(stream_id)
        if pair is None:
            return None
        return pair.clear if clear else pair.muted

    def forget_all_but(self, stream_ids: set[str]) -> None:
        """Drop the pictures of streams that have ended."""
        for stream_id in list(self._pairs):
            if stream_id not in stream_ids:
                del self._pairs[stream_id]
