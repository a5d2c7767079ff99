"""The settings of sources in the person's language: what each field and each choice is called."""

from shared.qt.charts import mood_name
from shared.qt.translations import tr
from shared.schemas.moods import Mood
from studio.docks.scene_words import scene_choices


def field_name(name: str) -> str:
    """A setting in the person's language; one without words keeps its own name."""
    return (_source_words() | _overlay_words()).get(name, name.replace("_", " ").capitalize())


def choice_name(value: str) -> str:
    """One of several fixed values in the person's language."""
    return (scene_choices() | _choices()).get(value, value.replace("_", " ").capitalize())


def _choices() -> dict[str, str]:
    return {
        "none": tr("None"),
        "chime": tr("Chime"),
        "bell": tr("Bell"),
        "sparkle": tr("Sparkle"),
        "file": tr("File"),
        "fade": tr("Fade"),
        "slide": tr("Slide"),
        "pop": tr("Pop"),
        "in_order": tr("In order"),
        "random": tr("At random"),
        "left": tr("Left"),
        "automatic": tr("Automatic"),
        "mjpeg": tr("Compressed (MJPEG)"),
        "yuyv": tr("Plain (YUYV)"),
        "h264": tr("Compressed (H.264)"),
        "centre": tr("Centre"),
        "right": tr("Right"),
        "sideways": tr("Sideways"),
        "upwards": tr("Upwards"),
    }


def _source_words() -> dict[str, str]:
    return {
        "width": tr("Width"),
        "height": tr("Height"),
        "beep": tr("Beep with the flash"),
        "display": tr("Screen"),
        "x": tr("From the left"),
        "y": tr("From the top"),
        "show_pointer": tr("Show the pointer"),
        "device": tr("Device"),
        "fps": tr("Frames per second"),
        "format": tr("Format of its pictures"),
        "path": tr("File"),
        "loop": tr("Again and again"),
        "text": tr("Words"),
        "family": tr("Font"),
        "size_px": tr("Size"),
        "bold": tr("Bold"),
        "colour": tr("Colour"),
        "background": tr("Background"),
        "frequency_hz": tr("Frequency"),
        "level_db": tr("Level"),
        "output": tr("Output"),
        "start_s": tr("Begin at second"),
        "speed": tr("Speed"),
        "restart_when_shown": tr("Begin again when shown"),
        "hardware": tr("Decode on the graphics card"),
        "paths": tr("Pictures or folders, one a line"),
        "interval_s": tr("Seconds a picture"),
        "fade_s": tr("Seconds of fading"),
        "order": tr("Order"),
        "colour_to": tr("Second colour"),
        "angle": tr("Direction, in degrees"),
        "text_file": tr("Words from a file"),
        "italic": tr("Italic"),
        "align": tr("Align"),
        "wrap_px": tr("Break lines at"),
        "outline_px": tr("Outline"),
        "outline_colour": tr("Colour of the outline"),
        "shadow_px": tr("Shadow"),
        "shadow_colour": tr("Colour of the shadow"),
        "scroll": tr("Scrolling"),
        "scroll_px_s": tr("Pixels a second"),
        "scroll_box_px": tr("How much shows at once"),
    }


def _overlay_words() -> dict[str, str]:
    return {
        "text_px": tr("Size of the words"),
        "accent": tr("Accent colour"),
        "show_amounts": tr("Show the amounts"),
        "show_milestones": tr("Show the milestones"),
        "reached_text": tr("Words when it is reached"),
        "show_words": tr("Show what they wrote"),
        "rules": tr("By amount"),
        "from_tokens": tr("From, in tokens"),
        "to_tokens": tr("Up to, in tokens"),
        "template": tr("Words for one tip"),
        "template_many": tr("Words for several at once"),
        "duration_s": tr("Seconds on the picture"),
        "animation": tr("Movement"),
        "sound": tr("Sound"),
        "sound_path": tr("File of the sound"),
        "volume_db": tr("Loudness, in dB"),
        "image": tr("Picture"),
        "title": tr("Title"),
        "rows": tr("Lines at most"),
        "show_name": tr("Show the mood's name"),
        **{mood.value: tr("Word for {mood}", mood=mood_name(mood).lower()) for mood in Mood},
        "seconds": tr("Seconds from now"),
        "clock": tr("Or at a time, such as 20:30"),
        "done_text": tr("Words at the end"),
        "label": tr("Word beside the number"),
        "next_text": tr("Word for what comes next"),
        "name": tr("Name"),
        "platform": tr("Platform"),
        "show_date": tr("Show the date"),
    }
