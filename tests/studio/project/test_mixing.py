"""Edits of the mixer: what is given changes, the rest stays, and a gesture is one step."""

import pytest

from shared.errors import InvalidInput
from studio.project.edits import History
from studio.project.mixing import SetMonitorDevice, UpdateStrip
from studio.project.model import Project, Scene, Source, ToneSource
from studio.project.obs_sources import sound_of
from studio.project.steps import StepKind, step_between


def _project() -> Project:
    scene = Scene(id="main", name="Main")
    voice = Source(id="voice", name="Voice", settings=ToneSource(), gain_db=-3.0)
    other = Source(id="other", name="Other", settings=ToneSource())
    return Project(sources=(voice, other), scenes=(scene,), program_scene_id=scene.id)


def test_only_what_is_given_changes() -> None:
    project = UpdateStrip(source_id="voice", muted=True, balance=-0.5).apply(_project())
    voice = project.source("voice")
    assert (voice.muted, voice.balance, voice.gain_db, voice.monitor) == (True, -0.5, -3.0, "off")
    assert project.source("other") == _project().source("other")


def test_a_fader_that_is_dragged_is_one_step() -> None:
    history = History(_project())
    for gain_db in (-4.0, -5.0, -96.0):
        history.apply([UpdateStrip(source_id="voice", gain_db=gain_db, gesture="drag")])
    assert history.project.source("voice").gain_db == -96.0
    assert step_between(_project(), history.project) is StepKind.CHANGE_SOUND
    assert history.undo() == _project()


def test_a_strip_that_has_gone_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        UpdateStrip(source_id="gone", muted=True).apply(_project())
    assert refused.value.code == "NOT_FOUND"


def test_a_strip_of_obs_is_taken_over() -> None:
    found = sound_of(
        {
            "volume": 0.5,
            "balance": 0.25,
            "flags": 2,
            "mixers": 255,
            "monitoring_type": 1,
            "sync": -50_000_000,
        }
    )
    strip = Source(name="Voice", settings=ToneSource()).model_copy(update=found)
    assert (strip.gain_db, strip.balance, strip.mono) == (-6.02, -0.5, True)
    assert (strip.tracks, strip.monitor, strip.sync_offset_ms) == (0b111111, "monitor", -50)
    plain = Source(name="Voice", settings=ToneSource()).model_copy(update=sound_of({}))
    assert plain.model_copy(update={"id": "x"}) == Source(
        id="x", name="Voice", settings=ToneSource()
    )


def test_the_place_to_listen_is_kept_with_the_show() -> None:
    history = History(_project())
    history.apply([SetMonitorDevice(device="Headphones")])
    assert Project.model_validate_json(history.project.model_dump_json()).monitor_device == (
        "Headphones"
    )
    assert history.undo().monitor_device is None
