"""Every kind of filter the document can name, with its settings model. Pure; for engine and window.

What a filter does is in the engine (`studio.engine.filters`, `studio.engine.audio.filters`); this
is only what can be said about it in a document.
"""

from pydantic import ValidationError

from shared.errors import InvalidInput
from studio.project.filters import Filter, FilterSettings
from studio.project.filters_audio import AUDIO_FILTER_SETTINGS
from studio.project.filters_video import VIDEO_FILTER_SETTINGS
from studio.project.sources import SOUND_ONLY

FILTER_SETTINGS: tuple[tuple[str, type[FilterSettings]], ...] = (
    *VIDEO_FILTER_SETTINGS,
    *AUDIO_FILTER_SETTINGS,
)

_SOUND_TOO = frozenset({"file", "pattern", "tip_alerts"})


def kinds_for(source_kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that a kind of source can have: for its picture, and for its sound."""
    has_sound = source_kind in SOUND_ONLY or source_kind in _SOUND_TOO
    pictures = () if source_kind in SOUND_ONLY else VIDEO_FILTER_SETTINGS
    sounds = AUDIO_FILTER_SETTINGS if has_sound else ()
    return tuple(kind for kind, _ in pictures), tuple(kind for kind, _ in sounds)


def settings_model(kind: str) -> type[FilterSettings] | None:
    """Return the settings model of a kind; None for a kind this version does not know."""
    return next((model for name, model in FILTER_SETTINGS if name == kind), None)


def settings_of(one: Filter) -> FilterSettings:
    """Return the settings of a filter, checked.

    Raises:
        InvalidInput: the kind is not known, or a value cannot be used.
    """
    model = settings_model(one.kind)
    if model is None:
        raise InvalidInput(
            "This filter comes from another version of the studio; update the studio to use it.",
            code="FILTER_UNKNOWN",
            meta={"kind": one.kind},
        )
    try:
        return model.model_validate(one.settings)
    except ValidationError as error:
        raise InvalidInput(
            "A setting of this filter cannot be used; reset the filter.",
            code="FILTER_SETTINGS",
            meta={"kind": one.kind},
        ) from error


def with_settings(one: Filter, settings: FilterSettings) -> Filter:
    """Return the filter with these settings; only what is not a first value is written down."""
    values = settings.model_dump(mode="json", exclude_defaults=True)
    return one.model_copy(update={"settings": values})


def is_picture_filter(kind: str) -> bool:
    """Whether a kind changes the picture."""
    return any(name == kind for name, _model in VIDEO_FILTER_SETTINGS)


def is_sound_filter(kind: str) -> bool:
    """Whether a kind changes the sound."""
    return any(name == kind for name, _model in AUDIO_FILTER_SETTINGS)
