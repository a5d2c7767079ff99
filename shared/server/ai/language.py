"""A little English and Dutch: stop words, stems, topics, kinds of question, and which is which."""

import re
from enum import StrEnum
from typing import Literal

from shared.server.ai.text import words

_ENGLISH_WORDS = (
    "a an and any are as at be been but by can could did do does for from get give had has have he "
    "her here him his how i if im in is it its just let lets like me more much my no not now of on "
    "one or our out please really she so some than thank thanks that the their them then there "
    "they this to too up us very was we were what when where which who why will with would yes you "
    "your youre dont whats hey hi hello ever usually tell say think about teezer know also long "
    "often old many kind sort fav"
)
_DUTCH_WORDS = (
    "aan al als ben bent bij dan dat de deze die dit doe doen door een en er ga gaan gaat ge geen "
    "graag haar had heb hebben hebt heeft heel het hem hier hij hoe hoi hallo ik in is ja je jij "
    "jou jouw jullie kan kun kunnen maar me meer met mij mijn naar nee niet nog nou nu of om ons "
    "ook op over s te toch tot u uit van veel voor waar waarom was wat we weer wel welke wie wij "
    "wil wilt wordt ze zich zij zijn zo zou vind vinden vindt altijd eigenlijk lang vaak oud laat "
    "soort"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_DUTCH = frozenset(_DUTCH_WORDS.split())
_ONLY_ENGLISH = _ENGLISH - _DUTCH
_ONLY_DUTCH = _DUTCH - _ENGLISH
_STOP = _ENGLISH | _DUTCH

_SUFFIXES = ("ingen", "ings", "ing", "tjes", "etje", "tje", "ies", "es", "ed", "en", "s", "e")

LIKING = "like"
"""The topic of preference, which goes with every other one and so says little by itself."""

_TOPIC_WORDS: dict[str, str] = {
    "music": "music song songs band album playlist listen sing singer tune concert muziek liedje "
    "liedjes nummer nummers luister zanger zangeres zingen",
    "game": "game games gaming gamer play playing steam console spel spelletje spelen gamen",
    "food": "food eat eating dinner lunch breakfast cook cooking snack pizza taste eten eet koken "
    "ontbijt avondeten lekker gerecht lievelingseten lievelingsgerecht",
    "drink": "drink coffee tea wine beer cocktail koffie thee wijn bier drinken",
    "time": "schedule time hour tonight tomorrow weekday live online stream streaming start starts "
    "begin begins tijd schema rooster vanavond morgen laat begint",
    "film": "film films movie movies series show netflix watch actor serie films kijken acteur",
    "book": "book books read reading author novel boek boeken lezen schrijver",
    "pet": "pet pets dog dogs cat cats puppy kitten hond honden kat katten poes huisdier dier",
    "travel": "travel trip holiday vacation visit country city reis reizen vakantie land stad",
    "sport": "sport sports gym workout training fitness yoga run running sporten trainen hardlopen",
    "colour": "colour color colours colors kleur kleuren",
    "outfit": "outfit dress clothes wear wearing shoes hair outfit jurk kleren dragen draagt haar "
    "schoenen kapsel",
    "gear": "camera cam mic microphone light lights lighting setup pc computer software gear "
    "headset microfoon lamp licht",
    "tip": "tip tips tipping token tokens menu goal goals fooi doel doelen",
    "origin": "born grew accent language speak nationality opgegroeid taal talen spreken vandaan",
    "mood": "feeling feel mood tired happy sad voel stemming moe blij verdrietig",
    "hobby": "hobby hobbies spare weekend free fun hobby's vrije leuk",
    "dance": "dance dancing dans dansen",
    LIKING: "favourite favorite favourites favorites best prefer love fav lievelings favoriet "
    "favoriete liefst leukste mooiste",
}


class QuestionKind(StrEnum):
    """What a question asks for."""

    NONE = "none"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHY = "why"
    HOW_MUCH = "how_much"
    HOW = "how"
    WHAT = "what"
    YES_NO = "yes_no"


_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.WHEN,
        re.compile(r"\b(?:when|(?:what|which) (?:time|day)|wanneer|hoe laat|welke dag)\b"),
    ),
    (QuestionKind.WHERE, re.compile(r"\b(?:where|waar(?!om))\b")),
    (QuestionKind.WHO, re.compile(r"\b(?:who|whos|wie)\b")),
    (QuestionKind.WHY, re.compile(r"\b(?:why|waarom)\b")),
    (
        QuestionKind.HOW_MUCH,
        re.compile(r"\b(?:how (?:much|many|long|often|old)|hoe ?(?:veel|lang|vaak|oud))\b"),
    ),
    (QuestionKind.HOW, re.compile(r"\b(?:how|hoe)\b")),
    (QuestionKind.WHAT, re.compile(r"\b(?:what|whats|which|wat|welke?)\b")),
    (
        QuestionKind.YES_NO,
        re.compile(
            r"^(?:do|does|did|are|is|was|will|would|can|could|have|has|should|any"
            r"|ben|is|heb|hebt|kan|kun|ga|gaat|wil|doe|hou|vind|speel|mag)\b"
        ),
    ),
)
_MENTION = re.compile(r"^\s*@teezer\b[\s,:!]*", re.IGNORECASE)


def without_mention(text: str) -> str:
    """The text without a leading `@Teezer`."""
    return _MENTION.sub("", text, count=1).strip()


def mentions_teezer(text: str) -> bool:
    """Whether the text calls on Teezer at its beginning."""
    return _MENTION.match(text) is not None


def is_question(text: str) -> bool:
    """Whether a text reads as a question: a mark at its end, or an asking word at its beginning."""
    text = without_mention(text)
    if text.rstrip(" )\"'!.").endswith("?"):
        return True
    first = words(text)[:1]
    asking = {"what", "whats", "when", "where", "who", "why", "how", "which"}
    asking |= {"wat", "wanneer", "waar", "wie", "waarom", "hoe", "welke", "welk"}
    return bool(first) and first[0] in asking and len(words(text)) >= 3


def question_kind(text: str) -> QuestionKind:
    """What a question asks for; `none` for a text that is no question."""
    if not is_question(text):
        return QuestionKind.NONE
    plain = " ".join(words(without_mention(text)))
    return next((kind for kind, pattern in _KINDS if pattern.search(plain)), QuestionKind.YES_NO)


def is_stop_word(word: str) -> bool:
    """Whether a folded word says little by itself."""
    return word in _STOP or len(word) == 1


def stem(word: str) -> str:
    """A word without its commonest endings; crude, and the same for both texts compared."""
    word = word.removesuffix("'s").replace("'", "")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) >= 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def language_of(text: str) -> Literal["en", "nl"]:
    """Which of our two languages a text is in; English when it cannot be told."""
    found = words(text)
    dutch = sum(word in _ONLY_DUTCH for word in found)
    english = sum(word in _ONLY_ENGLISH for word in found)
    return "nl" if dutch > english else "en"


TOPICS: dict[str, str] = {
    form: topic
    for topic, listed in _TOPIC_WORDS.items()
    for word in listed.split()
    for form in (word, stem(word))
}
"""Words and stems, each with the topic it belongs to."""
