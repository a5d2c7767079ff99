"""Filters in the person's language: what each kind, each setting and each choice is called."""

from pydantic.fields import FieldInfo

from shared.qt.translations import tr


def filter_name(kind: str) -> str:
    """A kind of filter; one of another version keeps its own name."""
    return (_picture_kinds() | _sound_kinds()).get(kind, kind.replace("_", " ").capitalize())


def setting_name(info: FieldInfo) -> str:
    """A setting of a filter."""
    title = info.title or ""
    return (_picture_settings() | _sound_settings()).get(title, title)


def choice_name(value: str) -> str:
    """One of several fixed values of a setting."""
    return {
        "luma": tr("By brightness"),
        "alpha": tr("By transparency"),
        "multiply": tr("Multiply"),
        "add": tr("Add up"),
        "gaussian": tr("Gaussian"),
        "box": tr("Box"),
        "blur": tr("Blur"),
        "colour": tr("Colour"),
        "image": tr("Picture"),
        "transparent": tr("Transparent"),
        "file": tr("From a file"),
        "warm": tr("Warm"),
        "cool": tr("Cool"),
        "soft": tr("Soft"),
        "vivid": tr("Vivid"),
        "evening": tr("Evening"),
        "mono": tr("Black and white"),
        "automatic": tr("Automatic"),
        "spectral": tr("By the spectrum"),
        "own": tr("Own voice"),
        "deeper": tr("Deeper"),
        "higher": tr("Higher"),
        "giant": tr("Giant"),
        "tiny": tr("Tiny"),
        "robot": tr("Robot"),
    }.get(value, value.replace("_", " ").capitalize())


def _picture_kinds() -> dict[str, str]:
    return {
        "colour_correction": tr("Colour correction"),
        "lut": tr("Look (LUT)"),
        "crop_pad": tr("Crop or pad"),
        "chroma_key": tr("Chroma key"),
        "sharpen": tr("Sharpen"),
        "mask": tr("Mask or blend"),
        "blur": tr("Blur"),
        "scroll": tr("Scroll"),
        "render_delay": tr("Delay of the picture"),
        "background": tr("Background"),
        "face_sticker": tr("Face sticker"),
    }


def _sound_kinds() -> dict[str, str]:
    return {
        "gain": tr("Gain"),
        "noise_gate": tr("Noise gate"),
        "noise_suppression": tr("Noise suppression"),
        "compressor": tr("Compressor"),
        "limiter": tr("Limiter"),
        "expander": tr("Expander"),
        "equalizer": tr("Equalizer"),
        "voice_changer": tr("Voice changer"),
    }


def _picture_settings() -> dict[str, str]:
    return {
        "Gamma": tr("Gamma"),
        "Contrast": tr("Contrast"),
        "Brightness": tr("Brightness"),
        "Saturation": tr("Saturation"),
        "Hue": tr("Hue"),
        "Opacity": tr("Opacity"),
        "Multiply with": tr("Multiply with"),
        "Add": tr("Add up"),
        "Look": tr("Look"),
        "LUT file": tr("File of the look (.cube)"),
        "Amount": tr("Amount"),
        "Left": tr("Left"),
        "Top": tr("Top"),
        "Right": tr("Right"),
        "Bottom": tr("Bottom"),
        "Key colour": tr("Colour to take away"),
        "Similarity": tr("Similarity"),
        "Smoothness": tr("Smoothness"),
        "Spill reduction": tr("Spill reduction"),
        "Mask picture": tr("Picture of the mask"),
        "Mode": tr("Mode"),
        "The other way round": tr("The other way round"),
        "Shape": tr("Shape"),
        "Radius": tr("Radius"),
        "To the left": tr("To the left"),
        "Upwards": tr("Upwards"),
        "Delay": tr("Delay"),
        "Colour": tr("Colour"),
        "Background picture": tr("Picture behind"),
        "Threshold": tr("Threshold"),
        "Soft edge": tr("Soft edge"),
        "Sticker picture": tr("Picture of the sticker"),
        "Size": tr("Size"),
        "To the right": tr("To the right"),
        "Down": tr("Down"),
        "Turns with the head": tr("Turns with the head"),
        "Smoothing": tr("Smoothing"),
    }


def _sound_settings() -> dict[str, str]:
    return {
        "Gain": tr("Gain"),
        "Opens above": tr("Opens above"),
        "Closes below": tr("Closes below"),
        "Attack": tr("Attack"),
        "Hold": tr("Hold"),
        "Release": tr("Release"),
        "Method": tr("Method"),
        "Strength": tr("Strength"),
        "Ratio": tr("Ratio"),
        "Threshold": tr("Threshold"),
        "Output gain": tr("Output gain"),
        "Ceiling": tr("Ceiling"),
        "Low": tr("Low tones"),
        "Middle": tr("Middle tones"),
        "High": tr("High tones"),
        "Voice": tr("Voice"),
        "Pitch": tr("Pitch"),
        "Timbre": tr("Timbre"),
    }
