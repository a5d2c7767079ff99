"""A filter of a source as the scene document keeps it; for picture and sound alike.

The document knows a filter by its kind and holds its settings as plain values, so that a file with
a kind this version does not know still opens and keeps what it says. What the values mean is
written in the settings models that `studio.project.filters_kinds` lists.
"""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from shared.ids import new_id

_LARGEST_SETTINGS = 20_000

FilterId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
FilterKindName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
FilterColour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""`#RRGGBB`."""


class FilterSettings(BaseModel):
    """Base of every filter's settings: frozen, strict about names, each with a first value.

    A field's `title` is its English word. Its `json_schema_extra` may name a `unit`, and the
    setting `when` it means something, with the `values` that one must have.
    """

    # Built at the first use: a window that opens no filter pays nothing for them.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Filter(BaseModel):
    """One filter of a source; a source applies its filters from the first to the last."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: FilterId = Field(default_factory=new_id)
    kind: FilterKindName
    enabled: bool = True
    settings: dict[str, JsonValue] = Field(default_factory=dict, max_length=64)
    """Only what differs from the kind's first values has to be here."""

    @field_validator("settings")
    @classmethod
    def _check_settings(cls, settings: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if len(json.dumps(settings, allow_nan=False)) > _LARGEST_SETTINGS:
            raise ValueError("the settings of a filter are too long")
        return settings
