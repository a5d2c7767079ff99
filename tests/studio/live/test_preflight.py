"""What is looked at before a show: good, worth a look, or a reason to stop."""

from pathlib import Path

import pytest

from shared.errors import AppError
from shared.schemas.streams import StreamKey
from studio.engine.protocol import (
    Advice,
    AudioSettings,
    EngineState,
    SafetyState,
    SourceState,
    Statistics,
    VideoSettings,
)
from studio.live import CheckId, Platform, Verdict, free_space, is_clear, preflight
from studio.project.model import (
    GradientSource,
    MicrophoneSource,
    PatternSource,
    Project,
    Scene,
    SceneItem,
    Source,
    TextSource,
    empty_project,
)
from studio.project.overlays import TipAlertsOverlay

_PLENTY = 50_000_000_000
_KEY = StreamKey.model_validate(
    {"url": "rtmp://h/live", "stream_key": "k" * 20, "created_at": "2026-11-20T20:00:00.000Z"}
)
_ANSWERED = Platform(is_known=True, key=_KEY)


def engine(*, phase: str = "running", muted: bool = False, panicked: bool = False) -> EngineState:
    picture = Source(name="Camera", settings=PatternSource())
    sound = Source(name="Desk mic", settings=MicrophoneSource(), muted=muted)
    scene = Scene(name="Main", items=(SceneItem(source_id=picture.id),))
    project = Project(sources=(picture, sound), scenes=(scene,), program_scene_id=scene.id)
    states = tuple(
        SourceState.model_validate({"source_id": one.id, "phase": phase}) for one in project.sources
    )
    return state_of(project, states, panicked=panicked)


def state_of(
    project: Project, sources: tuple[SourceState, ...] = (), *, panicked: bool = False
) -> EngineState:
    return EngineState(
        protocol=1,
        pid=1,
        project=project,
        version=0,
        project_path=None,
        can_undo=False,
        can_redo=False,
        video=VideoSettings(),
        audio=AudioSettings(),
        broadcast=None,
        sources=sources,
        safety=SafetyState(panicked=panicked),
        statistics=Statistics(),
    )


def verdicts(
    state: EngineState | None, platform: Platform = _ANSWERED, *, free: int | None = _PLENTY
) -> dict[CheckId, Verdict]:
    return {check.id: check.verdict for check in preflight(state, platform, free_bytes=free)}


def test_a_ready_show_is_good_throughout() -> None:
    assert set(verdicts(engine()).values()) == {Verdict.GOOD}
    assert is_clear(preflight(engine(), _ANSWERED, free_bytes=_PLENTY))


def test_every_check_is_shown_in_order_even_before_anything_is_known() -> None:
    found = preflight(None, Platform(), free_bytes=None)
    assert [check.id for check in found] == list(CheckId)
    assert not is_clear(found), "no engine, no show"


def test_an_empty_picture_stops() -> None:
    assert verdicts(state_of(empty_project()))[CheckId.PICTURE] is Verdict.STOP


def test_a_picture_that_failed_is_named() -> None:
    found = preflight(engine(phase="failed"), _ANSWERED, free_bytes=_PLENTY)
    picture = next(check for check in found if check.id is CheckId.PICTURE)
    assert (picture.verdict, picture.subject) == (Verdict.STOP, "Camera")


@pytest.mark.parametrize("state", [engine(muted=True), engine(phase="opening")])
def test_a_silent_show_is_worth_a_look_but_goes_live(state: EngineState) -> None:
    found = preflight(state, _ANSWERED, free_bytes=_PLENTY)
    sound = next(check for check in found if check.id is CheckId.SOUND)
    assert (sound.verdict, sound.subject) == (Verdict.WARN, "Desk mic")
    assert is_clear(found)


def test_what_cannot_be_heard_is_no_sound() -> None:
    """Pictures of any kind, and alerts, which are silent until somebody tips."""
    settings = (GradientSource(), TextSource(text="Hi"), TipAlertsOverlay())
    sources = tuple(Source(name=one.kind, settings=one) for one in settings)
    scene = Scene(name="Main", items=tuple(SceneItem(source_id=one.id) for one in sources))
    project = Project(sources=sources, scenes=(scene,), program_scene_id=scene.id)
    states = tuple(SourceState(source_id=one.id, phase="running") for one in sources)
    assert verdicts(state_of(project, states))[CheckId.SOUND] is Verdict.WARN


def test_a_platform_that_is_away_stops() -> None:
    away = Platform(is_known=True, error=AppError("Away."))
    found = verdicts(engine(), away)
    assert found[CheckId.SERVER] is Verdict.STOP
    assert found[CheckId.KEY] is Verdict.STOP


def test_a_full_disk_and_a_raised_slate_are_told() -> None:
    found = verdicts(engine(panicked=True), free=1000)
    assert found[CheckId.DISK] is Verdict.WARN
    assert found[CheckId.SLATE] is Verdict.WARN


def test_free_space_is_that_of_the_nearest_folder(tmp_path: Path) -> None:
    free = free_space(tmp_path / "not" / "yet" / "made")
    assert free is not None
    assert free > 0


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("MICROPHONE_SILENT", CheckId.SOUND),
        ("PICTURE_BLACK", CheckId.PICTURE),
        ("CAMERA_STILL", CheckId.PICTURE),
    ],
)
def test_what_the_engine_sees_and_hears_is_told_before_the_show(code: str, check: CheckId) -> None:
    advice = Advice(code=code, message="Look at this.")
    state = engine().model_copy(update={"statistics": Statistics(advice=(advice,))})
    found = {one.id: one for one in preflight(state, _ANSWERED, free_bytes=_PLENTY)}
    assert (found[check].verdict, found[check].advice) == (Verdict.WARN, "Look at this.")
    assert sum(one.verdict is Verdict.WARN for one in found.values()) == 1
