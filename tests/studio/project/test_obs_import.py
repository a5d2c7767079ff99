"""Collections of OBS become documents of ours, and what has no place here is named."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import AppError, InvalidInput
from studio.project.model import (
    Bounds,
    CameraSource,
    ColourSource,
    Crop,
    DesktopSoundSource,
    FileSource,
    GroupSource,
    ImageSource,
    MicrophoneSource,
    Project,
    SceneItem,
    SceneSource,
    ScreenSource,
    SlideshowSource,
    SourceSettings,
    TextSource,
    WindowSource,
    empty_project,
)
from studio.project.obs_import import ObsImport, import_obs, is_obs_collection
from studio.project.transitions import ItemTransition

_FOLDER = Path(__file__).parent / "obs"


def _sample(name: str) -> ObsImport:
    return import_obs((_FOLDER / f"{name}.json").read_text())


def _left(result: ObsImport, reason: str) -> set[str]:
    return {one.name for one in result.left_out if one.reason == reason}


@pytest.mark.parametrize("path", sorted(_FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_becomes_a_document_that_holds(path: Path) -> None:
    assert is_obs_collection(path.read_text())
    result = import_obs(path.read_text())
    assert Project.model_validate_json(result.project.model_dump_json()) == result.project
    assert result.scenes == len(result.project.scenes)
    assert result.items == sum(len(items) for _, items in result.project.item_lists())
    assert result.left_out


def test_scenes_come_in_their_order_with_the_one_on_air() -> None:
    project = _sample("evening_show").project
    assert project.name == "Evening show"
    assert [scene.name for scene in project.scenes] == ["Talk", "Screen", "Be right back"]
    assert project.program.name == "Talk"


def test_sources_keep_their_settings() -> None:
    project = _sample("evening_show").project
    found = {source.name: source for source in project.sources}
    assert found["Camera"].settings == CameraSource(device="/dev/video0", width=1280, height=720)
    assert found["Logo"].settings == ImageSource(path="/srv/show/pictures/logo.png")
    words = found["Welcome"].settings
    assert isinstance(words, TextSource)
    assert (words.size_px, words.bold, words.colour) == (72, True, "#FFFFFF")
    assert words.text == "Welcome to my show\nbe kind"
    tag = found["Name tag"].settings
    assert isinstance(tag, TextSource)
    assert tag.colour == "#FF0000"  # 0xFF0000FF is red: OBS keeps blue first
    assert found["Desktop"].settings == ScreenSource(show_pointer=False)
    assert found["Backdrop"].settings == ColourSource(colour="#333333")
    music = found["Waiting music"]
    assert music.settings == FileSource(path="/srv/show/music/waiting.mp3", loop=True)
    assert music.muted
    assert music.gain_db == -96
    microphone = found["Mic/Aux"]
    assert isinstance(microphone.settings, MicrophoneSource)
    assert microphone.gain_db == pytest.approx(-6.02)
    assert microphone.sync_offset_ms == 120


def test_places_are_those_of_obs() -> None:
    project = _sample("evening_show").project
    camera, logo, words = project.scenes[0].items
    assert camera.bounds == Bounds(width=1920, height=1080, fit="contain")
    assert logo.crop == Crop(left=10, top=4)
    assert logo.scale == 0.25
    assert logo.locked
    assert (words.x, words.y) == (80, 900)


def test_a_group_stays_a_group_in_its_place() -> None:
    project = _sample("evening_show").project
    desktop, corner = project.scenes[1].items
    assert desktop.bounds == Bounds(width=1920, height=1080, fit="stretch")
    group = project.source(corner.source_id).settings
    assert isinstance(group, GroupSource)
    assert (group.width, group.height) == (640, 360)
    camera, tag = group.items
    assert (corner.x, corner.y, corner.scale) == (1260, 700, 0.5)
    assert (camera.x, camera.y) == (0, 0)
    assert camera.bounds == Bounds(width=640, height=360, fit="contain")
    assert (tag.x, tag.y, tag.scale) == (20, 300, 1.0)


def test_a_nested_scene_stays_one_and_shares_its_sources() -> None:
    project = _sample("evening_show").project
    items = project.scenes[2].items
    assert len(items) == 4
    nested = next(
        settings
        for item in items
        if isinstance(settings := project.source(item.source_id).settings, SceneSource)
    )
    assert nested.scene_id == project.scenes[0].id
    badge = items[-1]
    assert badge.rotation != 0.0
    assert badge.blend == "add"


def _item_of(**place: object) -> SceneItem:
    """The one item of a scene in which OBS places a 400x200 card."""
    card = {
        "id": "color_source",
        "name": "Card",
        "settings": {"width": 400, "height": 200, "color": 0xFF0000FF},
    }
    scene = {"id": "scene", "name": "S", "settings": {"items": [{"name": "Card", **place}]}}
    return import_obs(
        json.dumps({"sources": [card, scene], "scene_order": [{"name": "S"}]})
    ).project.program.items[0]


@pytest.mark.parametrize(
    ("place", "x", "y"),
    [
        # Turned by a quarter around its top left corner, its middle goes from 100,50 to -50,100.
        ({"pos": {"x": 500, "y": 300}, "scale": {"x": 0.5, "y": 0.5}, "rot": 90.0}, 350, 350),
        ({"pos": {"x": 500, "y": 300}, "align": 0, "rot": 33.0}, 300, 200),
        ({"pos": {"x": 500, "y": 300}, "align": 10, "rot": 180.0}, 500, 300),
        # A negative scale lies on the other side of the point it is placed by.
        ({"pos": {"x": 500, "y": 300}, "scale": {"x": -1.0, "y": 1.0}}, 100, 300),
        ({"pos": {"x": 500, "y": 300}, "scale": {"x": -1.0, "y": -1.0}, "align": 0}, 300, 200),
    ],
)
def test_an_item_is_turned_and_flipped_where_obs_does(
    place: dict[str, object], x: int, y: int
) -> None:
    item = _item_of(**place)
    assert (item.x, item.y) == (x, y)
    assert item.rotation == (float(str(place.get("rot", 0.0))) + 180) % 360 - 180
    scale = place.get("scale", {"x": 1, "y": 1})
    assert isinstance(scale, dict)
    assert (item.flip_across, item.flip_down) == (scale["x"] < 0, scale["y"] < 0)


@pytest.mark.parametrize(
    ("kind", "align", "bounds"),
    [
        (2, 0, Bounds(width=600, height=600, fit="contain")),
        (3, 5, Bounds(width=600, height=600, fit="cover", across="left", down="top")),
        (4, 8, Bounds(width=600, height=600, fit="width", down="bottom")),
        (5, 2, Bounds(width=600, height=600, fit="height", across="right")),
        (6, 6, Bounds(width=600, height=600, fit="at_most", across="right", down="top")),
    ],
)
def test_every_kind_of_bounds_comes_along(kind: int, align: int, bounds: Bounds) -> None:
    item = _item_of(
        bounds_type=kind, bounds_align=align, bounds={"x": 600, "y": 600}, pos={"x": 7, "y": 9}
    )
    assert item.bounds == bounds
    assert (item.x, item.y) == (7, 9)


def test_how_an_item_comes_and_goes_comes_along() -> None:
    item = _item_of(
        show_transition={"id": "fade_transition", "duration": 450},
        hide_transition={"id": "wipe_transition", "duration": 450},
        blend_type="multiply",
    )
    assert item.showing == ItemTransition(kind="fade", duration_ms=450)
    assert item.hiding is None
    assert item.blend == "multiply"


def test_filters_that_we_have_are_taken_over() -> None:
    result = _sample("evening_show")
    found = {source.name: source.filters for source in result.project.sources}
    assert [one.kind for one in found["Camera"]] == ["chroma_key"]
    assert [one.kind for one in found["Mic/Aux"]] == ["noise_suppression", "compressor"]
    assert not any("Chroma" in name or "Compressor" in name for name in _left(result, "filter"))


def test_what_is_not_taken_over_is_named() -> None:
    result = _sample("evening_show")
    assert _left(result, "unknown") == {"Browser"}
    assert "Camera: Sparkle" in _left(result, "filter")
    assert not _left(result, "rotation") | _left(result, "blend")


def test_windows_names_its_cameras_and_aligns_to_the_right() -> None:
    result = _sample("windows_desk")
    found = {source.name: source for source in result.project.sources}
    assert found["Webcam"].settings == CameraSource(device="Logitech BRIO", width=1920, height=1080)
    webcam = next(
        item for item in result.project.program.items if item.source_id == found["Webcam"].id
    )
    assert (webcam.x, webcam.y) == (1920 - 384, 1080 - 216)
    assert found["Mic/Aux"].settings == MicrophoneSource(device=None)
    assert found["Slides"].settings == SlideshowSource(
        paths=("C:/Users/luna/a.png", "C:/Users/luna/b.png"), fade_s=0.7, width=1920, height=1080
    )
    assert _left(result, "unknown") == {"Game capture", "Network camera"}
    assert _left(result, "lost") == {"Gone"}


def _one(kind: str, **settings: object) -> SourceSettings:
    """What a source of a kind becomes."""
    scene = {"id": "scene", "name": "S", "settings": {"items": [{"name": "it"}]}}
    source = {"id": kind, "name": "it", "settings": settings}
    project = import_obs(json.dumps({"sources": [scene, source]})).project
    return next(one.settings for one in project.sources if one.name == "it")


def test_words_keep_their_look() -> None:
    gdi = _one(
        "text_gdiplus_v2",
        text="Hello",
        font={"face": "Arial", "size": 64, "flags": 3},
        color=0x0000FF,
        bk_color=0xFF0000,
        bk_opacity=50,
        outline=True,
        outline_size=4,
        outline_color=0,
        align="center",
        extents=True,
        extents_cx=500,
    )
    assert gdi == TextSource(
        text="Hello",
        family="Arial",
        size_px=64,
        bold=True,
        italic=True,
        colour="#FF0000",
        background="#0000FF80",
        outline_px=4,
        outline_colour="#000000",
        align="centre",
        wrap_px=500,
    )
    assert _one(
        "text_ft2_source_v2",
        from_file=True,
        text_file="/music/song.txt",
        color1=0xFFFFFFFF,
        drop_shadow=True,
        word_wrap=True,
        custom_width=800,
    ) == TextSource(text_file="/music/song.txt", shadow_px=4, wrap_px=800)


def test_windows_slides_films_and_desktop_sound_are_taken_over() -> None:
    assert _one("xcomposite_input", capture_window="62914567\r\nNotes\r\nnotes") == WindowSource(
        title="Notes"
    )
    slides = _one(
        "slideshow_v2",
        files=[{"value": "/a.png"}, {}, {"value": " "}],
        slide_time=3000,
        transition="cut",
        playback_mode="random",
        use_custom_size="800x600",
    )
    assert slides == SlideshowSource(
        paths=("/a.png",), interval_s=3, fade_s=0, order="random", width=800, height=600
    )
    film = _one("ffmpeg_source", local_file="/a.mp4", speed_percent=50, restart_on_activate=False)
    assert film == FileSource(path="/a.mp4", loop=False, speed=0.5, restart_when_shown=False)
    sound = _one("pulse_output_capture", device_id="alsa_output.usb.monitor")
    assert sound == DesktopSoundSource(output="alsa_output.usb")


def test_scenes_that_hold_each_other_end() -> None:
    result = _sample("odd_shapes")
    assert _left(result, "loop") == {"A", "B"}
    assert [scene.name for scene in result.project.scenes][:2] == ["B", "A"]


def test_scenes_nested_in_scenes_cannot_take_forever() -> None:
    def scene(name: str, holds: str) -> dict[str, Any]:
        return {"id": "scene", "name": name, "settings": {"items": [{"name": holds}] * 100}}

    document: dict[str, Any] = {
        "sources": [scene(f"{n}", f"{n + 1}") for n in range(9)],
        "scene_order": [],
    }
    document["sources"].append({"id": "color_source", "name": "9", "settings": {}})
    result = import_obs(json.dumps(document))
    assert max(len(one.items) for one in result.project.scenes) <= 200
    assert _left(result, "loop")  # deeper than a document may be


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"sources": []}', '{"sources": [{}]}'])
def test_other_files_are_refused_with_a_next_step(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        import_obs(text)
    assert "OBS" in refused.value.message
    assert not is_obs_collection(text) or text == '{"sources": [{}]}'


def test_our_own_files_are_told_apart() -> None:
    assert not is_obs_collection(empty_project().model_dump_json())


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([10**400, -(10**400), 1e308, "scene", "group", "Camera", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found = [path] if path else []
    entries: list[tuple[object, object]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    for key, inner in entries:
        found += _places(inner, (*path, key))
    return found


_DOCUMENT = json.loads((_FOLDER / "evening_show.json").read_text())
_PLACES = _places(_DOCUMENT)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PLACES), _JSON), min_size=1, max_size=4))
def test_a_file_damaged_anywhere_gives_a_document_or_a_sentence(
    damages: list[tuple[tuple[Any, ...], Any]],
) -> None:
    document = copy.deepcopy(_DOCUMENT)
    for path, value in damages:
        _damage(document, path, value)
    result = _imported(json.dumps(document))
    if result is not None:
        text = result.project.model_dump_json()
        assert Project.model_validate_json(text) == result.project


def _imported(text: str) -> ObsImport | None:
    """The import, or none where it was refused; whatever else is raised fails the test."""
    try:
        return import_obs(text)
    except AppError:
        return None


def _damage(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        document[path[-1]] = value
    except (IndexError, TypeError):
        return


@settings(max_examples=200, deadline=None)
@given(_JSON.map(json.dumps) | st.text(max_size=200))
def test_anything_else_gives_a_sentence(text: str) -> None:
    result = _imported(text)
    assert result is None or result.scenes
