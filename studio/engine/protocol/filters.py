"""What is wrong with a filter, as the engine tells it."""

from studio.engine.protocol.wire import Wire
from studio.project.filters import FilterId


class FilterProblem(Wire):
    """A filter that is on but does not work."""

    filter_id: FilterId
    code: str
    message: str
    """One sentence with a next step."""
