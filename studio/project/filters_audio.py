"""Settings of the filters for sound; each entry of the tuple is a kind and its settings model."""

from studio.project.filters import FilterSettings

AUDIO_FILTER_SETTINGS: tuple[tuple[str, type[FilterSettings]], ...] = ()
