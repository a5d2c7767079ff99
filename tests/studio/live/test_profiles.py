"""Profiles: what changes belongs to the one in use, and nothing is lost in changing over."""

from pathlib import Path
from typing import Any

import pytest

from shared.errors import AppError
from studio.live.profiles import (
    added,
    current,
    export_profile,
    import_profile,
    kept,
    removed,
    renamed,
    switched,
)
from studio.settings import Profile, PromptChoice, StudioSettings, VideoChoice


def after(settings: StudioSettings, changes: dict[str, Any]) -> StudioSettings:
    return StudioSettings.model_validate({**settings.model_dump(), **changes})


def names(settings: StudioSettings) -> list[str]:
    return [one.name for one in kept(settings)]


def test_each_profile_keeps_its_own() -> None:
    first = StudioSettings(video=VideoChoice(fps=60), layout="abc")
    second = after(first, added(first, Profile(name="Mobile")))
    assert (second.profile, second.video, second.layout) == ("Mobile", None, "")
    second = after(second, {"video": VideoChoice(fps=24)})
    back = after(second, switched(second, "Standard"))
    assert back.video == VideoChoice(fps=60)
    assert back.layout == "abc"
    again = after(back, switched(back, "Mobile"))
    assert again.video == VideoChoice(fps=24)
    assert names(again) == ["Mobile", "Standard"]


def test_a_copy_a_new_name_and_a_removal() -> None:
    settings = StudioSettings(prompts=(PromptChoice(text="Hello"),))
    copied = after(settings, added(settings, current(settings)))
    assert names(copied) == ["Standard", "Standard 2"]
    assert copied.prompts == settings.prompts
    named = after(copied, renamed(copied, "Evening"))
    assert names(named) == ["Evening", "Standard"]
    assert renamed(named, "Standard") == {}
    alone = after(named, removed(named))
    assert names(alone) == ["Standard"]
    assert removed(alone) == {}
    assert switched(alone, "Nobody") == {}


def test_a_profile_goes_to_a_file_and_comes_back(tmp_path: Path) -> None:
    profile = Profile(name="Evening", video=VideoChoice(height=1080), layout="abc")
    file = tmp_path / "evening.json"
    export_profile(file, profile)
    assert import_profile(file) == profile
    for content in ("", "{}", '{"name": 5}', "[]"):
        file.write_text(content)
        with pytest.raises(AppError):
            import_profile(file)
    with pytest.raises(AppError):
        import_profile(tmp_path / "missing.json")
