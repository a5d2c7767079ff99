"""Filters in the document: every edit is whole, undone exactly, and kept in the file."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InvalidInput
from studio.project.edits import Edit, History, UpdateSource, apply_edits
from studio.project.files import load_project, save_project
from studio.project.filters import Filter
from studio.project.filters_edits import (
    FILTER_LIMIT,
    AddFilter,
    MoveFilter,
    RemoveFilter,
    UpdateFilter,
    paste_filters,
)
from studio.project.filters_kinds import (
    FILTER_SETTINGS,
    is_picture_filter,
    is_sound_filter,
    settings_model,
    settings_of,
    with_settings,
)
from studio.project.filters_video import BlurSettings
from studio.project.model import ColourSource, Project, Scene, Source
from studio.project.steps import StepKind, step_between


def _start() -> Project:
    source = Source(id="a", name="A", settings=ColourSource())
    return Project(sources=(source,), scenes=(Scene(id="one", name="One"),), program_scene_id="one")


def _blur(filter_id: str, radius: int = 3) -> Filter:
    return Filter(id=filter_id, kind="blur", settings={"radius_px": radius})


def _ids(project: Project) -> list[str]:
    return [one.id for one in project.source("a").filters]


def _edits() -> st.SearchStrategy[Edit]:
    ids = st.sampled_from(["f", "g", "h"])
    sources = st.sampled_from(["a", "gone"])
    filters = st.builds(
        Filter,
        id=ids,
        kind=st.sampled_from(["blur", "from_the_future"]),
        enabled=st.booleans(),
        settings=st.builds(lambda radius: {"radius_px": radius}, st.integers(-5, 100)),
    )
    return st.one_of(
        st.builds(
            AddFilter, source_id=sources, filter=filters, index=st.none() | st.integers(0, 4)
        ),
        st.builds(
            UpdateFilter,
            source_id=sources,
            filter=filters,
            gesture=st.sampled_from([None, "drag"]),
        ),
        st.builds(MoveFilter, source_id=sources, filter_id=ids, index=st.integers(0, 4)),
        st.builds(RemoveFilter, source_id=sources, filter_id=ids),
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(_edits(), max_size=15))
def test_every_edit_of_filters_is_undone_byte_for_byte(edits: list[Edit]) -> None:
    history = History(_start())
    for edit in edits:
        before = history.project
        try:
            history.apply([edit])
        except InvalidInput:
            assert history.project is before
        assert Project.model_validate_json(history.project.model_dump_json()) == history.project
    last = history.project.model_dump_json()
    while history.can_undo:
        history.undo()
    assert history.project.model_dump_json() == _start().model_dump_json()
    while history.can_redo:
        history.redo()
    assert history.project.model_dump_json() == last


def test_filters_are_ordered_and_moved() -> None:
    project = apply_edits(
        _start(), [AddFilter(source_id="a", filter=_blur(name)) for name in ("f", "g", "h")]
    )
    assert _ids(project) == ["f", "g", "h"]
    project = apply_edits(project, [MoveFilter(source_id="a", filter_id="h", index=0)])
    assert _ids(project) == ["h", "f", "g"]
    project = apply_edits(project, [AddFilter(source_id="a", filter=_blur("i"), index=1)])
    assert _ids(project) == ["h", "i", "f", "g"]
    project = apply_edits(project, [RemoveFilter(source_id="a", filter_id="f")])
    assert _ids(project) == ["h", "i", "g"]


def test_a_dragged_setting_is_one_step() -> None:
    history = History(_start())
    history.apply([AddFilter(source_id="a", filter=_blur("f", 0))])
    for radius in range(1, 6):
        history.apply([UpdateFilter(source_id="a", filter=_blur("f", radius), gesture="drag")])
    assert history.project.source("a").filters == (_blur("f", 5),)
    assert history.undo().source("a").filters == (_blur("f", 0),)


@pytest.mark.parametrize(
    "edit",
    [
        AddFilter(source_id="a", filter=_blur("f", 101)),
        AddFilter(source_id="a", filter=Filter(kind="blur", settings={"nothing": 1})),
        UpdateFilter(source_id="a", filter=_blur("gone")),
        MoveFilter(source_id="a", filter_id="gone", index=0),
        RemoveFilter(source_id="a", filter_id="gone"),
        AddFilter(source_id="gone", filter=_blur("f")),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(edit: Edit) -> None:
    with pytest.raises(InvalidInput) as caught:
        apply_edits(_start(), [edit])
    assert caught.value.message.endswith(".")


def test_two_filters_of_one_id_are_refused() -> None:
    with pytest.raises(InvalidInput):
        apply_edits(_start(), [AddFilter(source_id="a", filter=_blur("f"))] * 2)


def test_copies_get_ids_of_their_own_and_as_many_as_fit() -> None:
    project = apply_edits(_start(), [AddFilter(source_id="a", filter=_blur("f"))])
    source = project.source("a")
    project = apply_edits(project, paste_filters(source, source.filters))
    first, second = project.source("a").filters
    assert (first.kind, first.settings) == (second.kind, second.settings)
    assert first.id != second.id
    assert len(paste_filters(source, [_blur("f")] * 99)) == FILTER_LIMIT - 1


def test_a_kind_of_a_newer_studio_is_kept_but_cannot_be_applied(tmp_path: Path) -> None:
    strange = Filter(id="f", kind="from_the_future", settings={"depth": [1, {"a": None}]})
    project = apply_edits(_start(), [AddFilter(source_id="a", filter=strange)])
    save_project(tmp_path / "show.json", project)
    assert load_project(tmp_path / "show.json") == project
    with pytest.raises(InvalidInput, match="another version"):
        settings_of(strange)


def test_only_what_differs_from_the_first_values_is_written() -> None:
    changed = with_settings(_blur("f"), BlurSettings(radius_px=8, shape="box"))
    assert changed.settings == {"shape": "box"}
    assert settings_of(changed) == BlurSettings(shape="box")


def test_the_step_is_named_for_the_filters() -> None:
    after = apply_edits(_start(), [AddFilter(source_id="a", filter=_blur("f"))])
    assert step_between(_start(), after) is StepKind.CHANGE_FILTERS
    renamed = after.source("a").model_copy(update={"name": "B"})
    both = apply_edits(_start(), [UpdateSource(source=renamed)])
    assert step_between(_start(), both) is StepKind.CHANGE_SOURCE


def test_every_kind_is_for_picture_or_sound_and_has_first_values() -> None:
    kinds = [kind for kind, _model in FILTER_SETTINGS]
    assert len(set(kinds)) == len(kinds)
    for kind, model in FILTER_SETTINGS:
        assert is_picture_filter(kind) != is_sound_filter(kind)
        assert settings_model(kind) is model
        assert settings_of(Filter(kind=kind)) == model()
        assert all(field.title for field in model.model_fields.values()), kind
