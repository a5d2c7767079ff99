"""Advice in words, by fixed rules over a creator's own figures; it says what it rests on."""

from collections.abc import Sequence

from shared.schemas.insights import HourInsight, TagInsight

ENOUGH_STREAMS = 3
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
}
_WORDS = {
    "few": {
        "en": "Only {n} streams so far: stream a few more before you trust these figures.",
        "nl": "Pas {n} streams: stream vaker voordat je op deze cijfers vertrouwt.",
    },
    "hour": {
        "en": "{day} at {hour}:00 UTC brought {tokens} tokens an hour, your best time so far.",
        "nl": "{day} om {hour}:00 UTC bracht {tokens} tokens per uur, tot nu toe je beste tijd.",
    },
    "tag": {
        "en": "Streams tagged “{tag}” brought {tokens} tokens an hour over {n} streams.",
        "nl": "Streams met “{tag}” brachten {tokens} tokens per uur, over {n} streams.",
    },
    "return": {
        "en": "{percent} % of your supporters gave more than once; thank new ones by name.",
        "nl": "{percent} % van je supporters gaf vaker; bedank nieuwe bij hun naam.",
    },
    "short": {
        "en": "The title is short; say what will happen.",
        "nl": "De titel is kort; zeg wat er gaat gebeuren.",
    },
    "long": {
        "en": "The title is long; lists show about the first 60 characters.",
        "nl": "De titel is lang; lijsten tonen ongeveer de eerste 60 tekens.",
    },
    "shout": {
        "en": "The title is written in capitals; ordinary letters read more easily.",
        "nl": "De titel staat in hoofdletters; gewone letters lezen prettiger.",
    },
    "bang": {
        "en": "Several exclamation marks look like an advertisement; one is enough.",
        "nl": "Meerdere uitroeptekens ogen als reclame; één is genoeg.",
    },
    "same": {
        "en": "You used this title before; a new one tells followers that it is a new show.",
        "nl": "Deze titel gebruikte je al; een nieuwe zegt volgers dat het een nieuwe show is.",
    },
    "few_tags": {
        "en": "Three to five tags help people to find the stream.",
        "nl": "Drie tot vijf tags helpen mensen de stream te vinden.",
    },
    "fine": {
        "en": "Nothing to improve by these rules.",
        "nl": "Volgens deze regels is er niets te verbeteren.",
    },
}


def say(what: str, locale: str, **values: object) -> str:
    """One sentence in the reader's language."""
    text = _WORDS[what]["nl" if locale == "nl" else "en"].format(**values)
    return text[0].upper() + text[1:]


def of_figures(
    *,
    streams: int,
    best: Sequence[HourInsight],
    tags: Sequence[TagInsight],
    returning_percent: float,
    locale: str,
) -> list[str]:
    """What the figures suggest; nothing but a warning where there are too few."""
    if streams < ENOUGH_STREAMS:
        return [say("few", locale, n=streams)]
    advice = []
    if best and best[0].tokens_per_hour > 0:
        top = best[0]
        day = _DAYS["nl" if locale == "nl" else "en"][top.weekday]
        advice.append(say("hour", locale, day=day, hour=top.hour, tokens=top.tokens_per_hour))
    if tags and tags[0].tokens_per_hour > 0:
        row = tags[0]
        advice.append(say("tag", locale, tag=row.tag, tokens=row.tokens_per_hour, n=row.streams))
    advice.append(say("return", locale, percent=returning_percent))
    return advice


def of_title(title: str, tags: Sequence[str], earlier: set[str], locale: str) -> list[str]:
    """What could be better about a title and its tags."""
    letters = [char for char in title if char.isalpha()]
    rules = {
        "short": len(title) < 15,
        "long": len(title) > 60,
        "shout": len(letters) > 5 and all(char.isupper() for char in letters),
        "bang": title.count("!") > 1,
        "same": title.casefold() in earlier,
        "few_tags": len(tags) < 3,
    }
    return [say(rule, locale) for rule, holds in rules.items() if holds] or [say("fine", locale)]
