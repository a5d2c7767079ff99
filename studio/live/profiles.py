"""Profiles: named sets of picture settings, layout and prompts that a creator changes between."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.errors import InvalidInput, StorageError
from shared.files import write_atomically
from studio.settings import Profile, StudioSettings

_FILE_LIMIT = 400_000
_MOST = 30

type Changes = dict[str, Any]
"""Settings to change, by name."""


def current(settings: StudioSettings) -> Profile:
    """The profile in use, as the settings are now."""
    return Profile(
        name=settings.profile,
        video=settings.video,
        layout=settings.layout,
        prompts=settings.prompts,
    )


def kept(settings: StudioSettings) -> tuple[Profile, ...]:
    """Every profile, the one in use as it is now."""
    now = current(settings)
    others = [one for one in settings.profiles if one.name != now.name]
    return tuple(sorted([*others, now], key=lambda one: one.name.casefold()))


def switched(settings: StudioSettings, name: str) -> Changes:
    """The changes after which another profile is in use; none when there is no such profile."""
    wanted = next((one for one in kept(settings) if one.name == name), None)
    if wanted is None or name == settings.profile:
        return {}
    return _used(wanted, kept(settings))


def added(settings: StudioSettings, profile: Profile) -> Changes:
    """The changes after which a new profile is in use, under a name of its own.

    Raises: InvalidInput when there are too many.
    """
    profiles = kept(settings)
    if len(profiles) >= _MOST:
        raise InvalidInput(
            "There are as many profiles as can be; remove one.", code="PROFILES_FULL"
        )
    taken = {one.name for one in profiles}
    name, number = profile.name, 2
    while name in taken:
        name, number = f"{profile.name[:70]} {number}", number + 1
    made = profile.model_copy(update={"name": name})
    return _used(made, (*profiles, made))


def renamed(settings: StudioSettings, name: str) -> Changes:
    """The changes after which the profile in use has another name, if that is free."""
    if not name or any(one.name == name for one in kept(settings)):
        return {}
    others = tuple(one for one in settings.profiles if one.name != settings.profile)
    return {"profile": name, "profiles": others}


def removed(settings: StudioSettings) -> Changes:
    """The changes after which the profile in use is gone; the last one stays."""
    others = tuple(one for one in kept(settings) if one.name != settings.profile)
    return _used(others[0], others) if others else {}


def export_profile(path: Path, profile: Profile) -> None:
    """Write a profile for another studio; it holds no account, no key and no destination.

    Raises: StorageError when it cannot be written.
    """
    write_atomically(path, profile.model_dump_json(indent=1).encode() + b"\n", mode=0o644)


def import_profile(path: Path) -> Profile:
    """Read a profile that was exported.

    Raises: AppError when the file cannot be read or holds none.
    """
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise ValueError(path.name)
        return Profile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StorageError(
            f"{path.name} cannot be read; choose another file.", code="PROFILE_NOT_READ"
        ) from error
    except (ValueError, ValidationError) as error:
        raise InvalidInput(
            f"{path.name} holds no profile; choose a file that was exported here.",
            code="PROFILE_NOT_UNDERSTOOD",
        ) from error


def _used(profile: Profile, profiles: tuple[Profile, ...]) -> Changes:
    return {
        "profile": profile.name,
        "profiles": profiles,
        "video": profile.video,
        "layout": profile.layout,
        "prompts": profile.prompts,
    }
