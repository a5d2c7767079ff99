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
    "music": "music song songs tune tunes band bands album albums playlist spotify listen "
    "listening sing singing singer musician melody concert genre muziek liedje "
    "liedjes nummer nummers luister luisteren zanger zangeres zingen artiest "
    "artiesten",
    "game": "game games gaming gamer playstation xbox nintendo steam console spel spelletje "
    "spelletjes gamen",
    "food": "food eat eating ate meal meals dinner lunch breakfast dish cook cooking snack "
    "snacks pizza taste recipe hungry kitchen eten eet koken ontbijt avondeten lekker "
    "lekkers gerecht lievelingseten lievelingsgerecht recept honger keuken",
    "drink": "drink drinks coffee tea wine beer cocktail koffie thee wijn bier drinken drankje",
    "time": "schedule schedules time hour hours tonight tomorrow week weekday days live "
    "online stream streams streaming streamer start starts begin begins show shows "
    "tijd schema rooster dagen vanavond begint beginnen uitzending",
    "film": "film films movie movies cinema actor actress director bioscoop acteur actrice",
    "series": "series netflix episode season serie afleveringen aflevering",
    "book": "book books read reading author novel library boek boeken lezen schrijver roman",
    "pet": "pet pets dog dogs doggy cat cats kitty kitten kittens puppy puppies animal "
    "animals hond honden hondje kat katten poes poezen huisdier huisdieren dier "
    "dieren beest",
    "travel": "travel travelling trip trips holiday holidays vacation abroad visit reis reizen "
    "vakantie buitenland",
    "sport": "sport sports sporty gym workout workouts exercise exercises training train "
    "fitness fit yoga running swim swimming shape sporten sportief trainen hardlopen "
    "zwemmen fitnessen conditie",
    "colour": "colour color colours colors kleur kleuren lievelingskleur",
    "outfit": "outfit outfits dress dresses clothes clothing wear wearing shoes fashion jurk "
    "jurken kleren kleding dragen draagt schoenen mode",
    "hair": "hair haircut hairstyle hairdresser kapsel kapper haren",
    "gear": "camera cameras cam webcam lens lenses mic microphone light lights lighting setup "
    "pc computer software obs gear equipment headset filming microfoon lamp lampen "
    "licht apparatuur",
    "tip": "tip tips tipping token tokens menu fooi fooien",
    "goal": "goal goals saving target doel doelen spaar sparen",
    "origin": "born grow grew raised childhood hometown village country countryside city "
    "opgegroeid opgroeien geboren jeugd dorp platteland stad land",
    "language": "language languages speak speaking accent english dutch spanish french german "
    "fluent taal talen spreken spreek engels nederlands spaans frans duits",
    "mood": "feeling feel mood tired happy sad voel stemming moe blij verdrietig",
    "hobby": "hobby hobbies spare weekend relax relaxes unwind calm free fun leuk vrije "
    "ontspannen ontspan rust",
    "dance": "dance dances dancing dancer dans dansen danst",
    "art": "art artist artwork paint paints painted painter painting paintings draw drawing "
    "picture pictures kunst kunstenaar schilder schilderen schilderij tekenen "
    "tekening",
    "name": "name names called nickname naam heet heten noem bijnaam",
    "family": "family mother mum mom father dad grandmother grandma sister brother parents "
    "familie moeder vader oma opa zus broer ouders",
    "friend": "friend friends friendship boyfriend girlfriend single relationship dating vriend "
    "vriendin vrienden relatie vrijgezel",
    "work": "job work working career study studying student school university werk werken "
    "baan studeren studie opleiding",
    "request": "request requests choose pick order vraag verzoek verzoekje kiezen kies bestellen",
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
        QuestionKind.HOW_MUCH,
        re.compile(
            r"\b(?:how (?:much|many|long|often|old)|since when|hoe ?(?:veel|lang|vaak|oud)"
            r"|sinds wanneer)\b"
        ),
    ),
    (
        QuestionKind.WHEN,
        re.compile(r"\b(?:when|(?:what|which) (?:time|day)|wanneer|hoe laat|welke dag)\b"),
    ),
    (QuestionKind.WHERE, re.compile(r"\b(?:where|waar(?!om))\b")),
    (QuestionKind.WHO, re.compile(r"\b(?:who|whos|wie)\b")),
    (QuestionKind.WHY, re.compile(r"\b(?:why|waarom)\b")),
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
    return len(word) == 1 or word.replace("'", "") in _STOP or word.partition("'")[0] in _STOP


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


_LISTED = [(word, topic) for topic, listed in _TOPIC_WORDS.items() for word in listed.split()]
TOPICS: dict[str, str] = {stem(word): topic for word, topic in _LISTED} | dict(_LISTED)
"""Words and stems, each with the topic it belongs to; a word as listed wins over another's stem."""
