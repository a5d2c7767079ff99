"""What the wizard says of light, sound and the proposal; the camera and microphone it adds."""

import pytest
from PySide6.QtGui import QColor, QImage

from shared.qt.theme import Theme
from studio.desk.placing import use_device
from studio.desk.wizard_desk import light_coaching, reason_words, small_grey, sound_coaching
from studio.docks.sources import SourceKind
from studio.live.coaching import Light, Sound, judge_light
from studio.live.wizard import Reason
from studio.project.edits import apply_edits
from studio.project.model import CameraSource, empty_project


@pytest.mark.parametrize("light", Light)
def test_every_light_has_words(theme: Theme, light: Light) -> None:
    assert light_coaching(light).text or light is Light.UNKNOWN


@pytest.mark.parametrize("sound", Sound)
def test_every_sound_has_words(theme: Theme, sound: Sound) -> None:
    assert sound_coaching(sound).text


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(theme: Theme, reason: Reason) -> None:
    assert reason_words(reason)


def test_a_dark_picture_is_seen_as_dark() -> None:
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(QColor(20, 20, 20))
    grey = small_grey(image)
    assert len(grey) == 32 * 18
    assert judge_light(grey, 32) is Light.DARK


def test_another_camera_takes_the_place_of_the_one_chosen_before() -> None:
    project = empty_project()
    first = apply_edits(project, use_device(project, SourceKind.CAMERA, "/dev/video0", name="A"))
    again = use_device(first, SourceKind.CAMERA, "/dev/video0", name="A")
    assert again == ()
    edits = use_device(first, SourceKind.CAMERA, "/dev/video2", name="B", before="/dev/video0")
    second = apply_edits(first, edits)
    assert [source.name for source in second.sources] == ["B"]
    assert second.sources[0].settings == CameraSource(device="/dev/video2")
    assert len(second.program.items) == 1
