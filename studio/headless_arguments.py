"""What the headless command line asks for, and the scene and settings that come of it."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from shared.errors import InvalidInput
from studio.engine.protocol import VideoSettings
from studio.project.model import (
    Bounds,
    CameraSource,
    Canvas,
    FileSource,
    PatternSource,
    Project,
    Scene,
    SceneItem,
    ScreenSource,
    Source,
    SourceSettings,
)

_MARGIN = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    sources: tuple[str, ...]
    width: int
    height: int
    fps: int
    bitrate_kbps: int
    duration_s: float
    record: Path | None
    rtmp: str | None
    server: str | None
    email: str | None
    password_file: Path | None
    title: str


def parse(argv: Sequence[str]) -> Wanted:
    """Return what the arguments ask for; argparse ends the program where they make no sense."""
    parser = argparse.ArgumentParser(
        prog="teezu-studio live",
        description="Broadcast without a window and print a JSON object a second.",
    )
    parser.add_argument("--headless", action="store_true", required=True)
    parser.add_argument("--server", metavar="URL", help="platform to go live on")
    parser.add_argument("--email", metavar="E", help="account to sign in with")
    parser.add_argument("--password-file", metavar="F", type=Path, help="file with its password")
    parser.add_argument(
        "--source",
        metavar="SOURCE",
        action="append",
        dest="sources",
        help="screen, pattern, camera:NAME or file:PATH; the first fills the canvas",
    )
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1920, 1080))
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--bitrate-kbps", type=int, default=6000)
    parser.add_argument("--duration", metavar="S", type=float, default=30.0)
    parser.add_argument("--record", metavar="PATH", type=Path, help="also record to this file")
    parser.add_argument("--rtmp", metavar="URL", help="also publish to this RTMP address")
    parser.add_argument("--title", default="Live from the command line")
    parser.add_argument("--json", action="store_true", help="print JSON only (the default)")
    given = parser.parse_args(argv)
    if given.server is None and given.rtmp is None and given.record is None:
        parser.error("give --server, --rtmp or --record: where shall the broadcast go?")
    if given.server is not None and (given.email is None or given.password_file is None):
        parser.error("--server needs --email and --password-file")
    return Wanted(
        sources=tuple(given.sources or ["pattern"]),
        width=given.size[0],
        height=given.size[1],
        fps=given.fps,
        bitrate_kbps=given.bitrate_kbps,
        duration_s=given.duration,
        record=given.record,
        rtmp=given.rtmp,
        server=given.server,
        email=given.email,
        password_file=given.password_file,
        title=given.title,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a size looks like 1920x1080") from error


def video_of(wanted: Wanted) -> VideoSettings:
    """Return the encoder settings.

    Raises:
        InvalidInput: size, rate or bitrate are out of range.
    """
    try:
        return VideoSettings(
            width=wanted.width,
            height=wanted.height,
            fps=wanted.fps,
            bitrate_kbps=wanted.bitrate_kbps,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidInput(
            f"The {first['loc'][0]} does not fit: {first['msg']}.", code="INVALID_INPUT"
        ) from error


def project_of(wanted: Wanted) -> Project:
    """Return a scene with the first source filling the canvas, the others at the bottom right."""
    sources: list[Source] = []
    items: list[SceneItem] = []
    inset = (wanted.width // 4 // 2 * 2, wanted.height // 4 // 2 * 2)
    for index, text in enumerate(wanted.sources):
        size = (wanted.width, wanted.height) if index == 0 else inset
        source = Source(name=text, settings=_settings(text, size))
        sources.append(source)
        if index == 0:
            place = (0, 0)
            bounds = Bounds(width=wanted.width, height=wanted.height)
        else:
            place = (
                wanted.width - index * (inset[0] + _MARGIN),
                wanted.height - inset[1] - _MARGIN,
            )
            bounds = Bounds(width=inset[0], height=inset[1])
        items.append(SceneItem(source_id=source.id, x=place[0], y=place[1], bounds=bounds))
    scene = Scene(name="Program", items=tuple(items))
    return Project(
        name="Headless",
        canvas=Canvas(width=wanted.width, height=wanted.height),
        sources=tuple(sources),
        scenes=(scene,),
        program_scene_id=scene.id,
    )


def _settings(text: str, size: tuple[int, int]) -> SourceSettings:
    kind, _, rest = text.partition(":")
    match kind, rest:
        case "pattern", "":
            return PatternSource(width=max(16, size[0]), height=max(16, size[1]))
        case "screen", _:
            return ScreenSource(display=rest or None)
        case "camera", name if name:
            return CameraSource(device=name)
        case "file", path if path:
            return FileSource(path=str(Path(path).absolute()))
        case _:
            raise InvalidInput(
                f"The source {text} is not known; use screen, pattern, camera:NAME or file:PATH.",
                code="SOURCE_UNKNOWN",
            )
