"""What simulated viewers say: tasteful, varied, and made from a seed, so that runs repeat."""

from random import Random

_OPENINGS = (
    "Hi everyone", "Good evening", "Hello from the train", "Hey there", "Hoi allemaal", "Evening",
    "Back again", "First time here", "Goedenavond", "Lovely to be here", "Just got home",
)  # fmt: skip
_PRAISE = (
    "the light looks wonderful tonight", "that song is perfect", "this room is so cosy",
    "your laugh made my day", "the new set-up looks great", "what a warm voice",
    "de sfeer is echt fijn", "mooi decor vandaag", "that story was brilliant",
    "the camera angle is much better now", "love the colours", "ik word hier vrolijk van",
)  # fmt: skip
_QUESTIONS = (
    "what music are you listening to lately?", "how was your week?", "which city is next?",
    "do you have a favourite film?", "what is the goal for tonight?",
    "how long have you done this?",
    "wat is je lievelingseten?", "heb je huisdieren?", "when is the next show?",
    "who painted the picture behind you?", "tea or coffee?", "wat voor muziek is dit?",
)  # fmt: skip
_REMARKS = (
    "almost at the goal", "greetings from Utrecht", "raining cats and dogs here",
    "quality is crisp",
    "audio is clear on my side", "somebody tip for the next song", "that was close", "bravo",
    "wat een mooie avond", "nog even en we zijn er", "count me in", "same here", "good choice",
)  # fmt: skip
_ENDINGS = ("", "", "", "!", "!!", " :)", " <3", " haha", ".")
_TIP_WORDS = (
    "",
    "",
    "For the goal!",
    "Enjoy!",
    "You earned it",
    "Voor het doel",
    "Song request",
    "Thanks!",
)


def message(rng: Random) -> str:
    """One line of chat."""
    kind = rng.random()
    if kind < 0.2:
        return f"{rng.choice(_OPENINGS)}, {rng.choice(_PRAISE)}{rng.choice(_ENDINGS)}"
    if kind < 0.4:
        return rng.choice(_QUESTIONS)
    if kind < 0.7:
        return f"{rng.choice(_PRAISE)}{rng.choice(_ENDINGS)}"
    return f"{rng.choice(_REMARKS)}{rng.choice(_ENDINGS)}"


def tip_words(rng: Random) -> str:
    """What goes with a tip, often nothing."""
    return rng.choice(_TIP_WORDS)
