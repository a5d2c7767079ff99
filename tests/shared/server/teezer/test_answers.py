"""Teezer's answers: the right one of the creator's own, none that the guardrails stop."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.server.ai.guardrails import Harm, check_output
from shared.server.ai.retrieval import LexicalProvider
from shared.server.teezer.answers import Memory, Source
from shared.server.teezer.corpus import ChatLine, learn

START = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)

# What was asked and answered in earlier shows, in both languages.
LOG = (
    ("What music do you like?", "Mostly soul and old disco, and a bit of jazz late at night."),
    ("Where did you grow up?", "In a small village by the sea, that's why I love storms."),
    ("When do you stream?", "Every Tuesday and Friday from nine in the evening."),
    ("Do you have any pets?", "Yes, a grumpy cat called Biscuit who hates the ring light."),
    ("What camera do you use?", "A second-hand mirrorless camera with a 35 mm lens."),
    ("What's your favourite movie?", "Anything with Audrey Hepburn, I have seen them all twice."),
    ("How do you stay in shape?", "I swim three mornings a week and walk everywhere."),
    ("Which languages do you speak?", "Dutch and English, and enough Spanish to order dinner."),
    ("How long have you been streaming?", "Two years next spring, time flies."),
    ("What is the goal for?", "The goal pays for new stage lights, they make everything warmer."),
    ("Who made that painting behind you?", "My grandmother painted it when she was eighty."),
    ("Wat is je lievelingseten?", "Pannenkoeken met stroop, daar maak je me voor wakker."),
    ("Waarom heet je kat Biscuit?", "Omdat hij de kleur van een koekje heeft."),
    ("Can I choose the next song?", "Sure, the tip menu has a song request for 30 tokens."),
)
STATEMENTS = (
    "Don't forget to drink some water, darlings.",
    "I painted my nails in the colours of the room today.",
    "Knitting is the only thing that really calms me down.",
    "Welcome to the warmest room of the internet!",
    "Welcome to the warmest room of the internet!",
)

PARAPHRASES = (
    ("what kind of songs do you listen to?", "soul"),
    ("@Teezer which music is your favourite?", "soul"),
    ("where are you from, where did you grow up?", "village"),
    ("when are you live again?", "Tuesday"),
    ("what time do you stream?", "Tuesday"),
    ("do you have a cat or a dog?", "Biscuit"),
    ("any pets at home?", "Biscuit"),
    ("which camera is that?", "mirrorless"),
    ("favorite film?", "Hepburn"),
    ("whats your fav movie", "Hepburn"),
    ("how do you stay so fit, what keeps you in shape?", "swim"),
    ("do you speak other languages?", "Spanish"),
    ("how long have you been doing streams?", "Two years"),
    ("what's the tip goal for", "lights"),
    ("who painted the painting behind you?", "grandmother"),
    ("wat eet je het liefst, wat is je lievelingsgerecht?", "Pannenkoeken"),
    ("waarom heet die kat eigenlijk biscuit?", "koekje"),
    ("may I choose a song?", "song request"),
    ("do you like knitting?", "Knitting"),
    ("Wat voor muziek luister je?", "soul"),
)
MORE_PARAPHRASES = (
    ("which artists inspire you, any favourite bands?", "soul"),
    ("which band is your number one?", "soul"),
    ("on which days can we see you?", "Tuesday"),
    ("what's your streaming schedule like?", "Tuesday"),
    ("what time does the show begin tomorrow?", "Tuesday"),
    ("got a puppy or kitty?", "Biscuit"),
    ("heb je een hond?", "Biscuit"),
    ("what lens are you filming with?", "mirrorless"),
    ("do you use a webcam?", "mirrorless"),
    ("can you name a movie you love?", "Hepburn"),
    ("what sports do you do to keep fit", "swim"),
    ("is english your first language?", "Dutch and"),
    ("spreek je ook Duits?", "Dutch and"),
    ("since when are you a streamer?", "Two years"),
    ("hoeveel jaar stream je al?", "Two years"),
    ("what are you saving tips for?", "lights"),
    ("waar spaar je voor?", "lights"),
    ("love the art on your wall, who is the artist?", "grandmother"),
    ("wat vind je lekker om te eten?", "Pannenkoeken"),
    ("what's your favourite dish?", "Pannenkoeken"),
    ("hoe komt je kat aan zijn naam?", "koekje"),
    ("can i request a song please?", "song request"),
    ("do you know how to knit?", "Knitting"),
    ("what tunes do you put on when cooking?", "soul"),
    ("mag ik een nummer aanvragen?", "song request"),
    ("do you work out?", "swim"),
)
UNANSWERABLE = (
    "what do you think about quantum physics?",
    "did you vote in the election?",
    "how much does a new bicycle cost?",
    "is your car electric?",
    "ken je een goede tandarts in Utrecht?",
    "what is the capital of Australia?",
    "how long is the Nile?",
    "who is your least favourite teacher?",
    "where do you buy your shoes?",
    "do you have a driving licence?",
    "why is the sky blue?",
    "hoe laat vertrekt de trein?",
)


def _lines() -> list[ChatLine]:
    lines: list[ChatLine] = []
    at = START

    def say(author: str, text: str) -> None:
        nonlocal at
        at += timedelta(seconds=20)
        lines.append(ChatLine(f"m{len(lines)}", author, author.title(), text, at))

    for asked, answered in LOG:
        say("sam", asked)
        say("luna", answered)
    at += timedelta(hours=1)
    for statement in STATEMENTS:
        say("luna", statement)
    return lines


@pytest.fixture(scope="module")
def memory() -> Memory:
    return Memory(learn(_lines(), "luna"), LexicalProvider(), name="Luna")


def test_paraphrased_questions_find_the_creators_own_answer(memory: Memory) -> None:
    wrong = [
        (question, answer.source, round(answer.score, 2), answer.text)
        for question, expected in PARAPHRASES
        if expected not in (answer := memory.answer(question)).text
    ]
    assert len(wrong) <= 2, wrong


def test_nine_in_ten_of_freer_wordings_are_understood(memory: Memory) -> None:
    right = [expected in memory.answer(asked).text for asked, expected in MORE_PARAPHRASES]
    assert sum(right) >= len(right) - 3


def test_what_was_never_said_gets_the_fallback_and_names_the_creator(memory: Memory) -> None:
    wrong = [
        (question, answer.score, answer.text)
        for question in UNANSWERABLE
        if (answer := memory.answer(question)).source is not Source.FALLBACK
    ]
    assert not wrong
    assert "Luna" in memory.answer(UNANSWERABLE[0]).text
    assert "Welcome to the warmest room" in memory.answer(UNANSWERABLE[0]).text


def test_the_same_question_finds_its_answer_exactly(memory: Memory) -> None:
    for question, answer in LOG:
        found = memory.answer(question)
        assert (found.source, found.text) == (Source.PAIR, answer)


@pytest.mark.parametrize(
    ("question", "harm"),
    [
        ("are you under 18?", Harm.MINORS),
        ("ik ben 16 jaar, mag ik kijken?", Harm.MINORS),
        ("what is your phone number?", Harm.CONTACT),
        ("can you film her without consent?", Harm.NON_CONSENT),
        ("will you force him?", Harm.COERCION),
        ("i want to die", Harm.SELF_HARM),
        ("did you see www.example.com?", Harm.LINK),
    ],
)
def test_what_may_not_be_asked_is_refused_with_words_that_pass(
    memory: Memory, question: str, harm: Harm
) -> None:
    answer = memory.answer(question)
    assert (answer.source, answer.harm) == (Source.REFUSAL, harm)
    if harm is not Harm.SELF_HARM:
        assert check_output(answer.text).allowed
    assert memory.suggest(question, count=3) == []


def test_a_refusal_is_in_the_language_of_the_question(memory: Memory) -> None:
    assert "praat" in memory.answer("wat is je telefoonnummer en waar woon je?").text


def test_unsafe_words_of_the_creator_are_never_said_again() -> None:
    lines = [
        ChatLine("1", "sam", "Sam", "where can I write you?", START),
        ChatLine("2", "luna", "Luna", "Mail me at luna@example.com please", START, reply_to="1"),
        ChatLine("3", "luna", "Luna", "Write me on telegram, it is easier", START),
    ]
    corpus = learn(lines, "luna")
    assert corpus.size == 0
    memory = Memory(corpus, LexicalProvider(), name="Luna")
    assert memory.answer("where can I write to you tonight?").source in {
        Source.FALLBACK,
        Source.REFUSAL,
    }


def test_suggestions_are_several_different_texts(memory: Memory) -> None:
    texts = [answer.text for answer in memory.suggest("what music or film do you like?", count=5)]
    assert 2 <= len(texts) <= 5
    assert len(set(texts)) == len(texts)


def test_a_lasting_answer_wins_over_one_bound_to_its_day() -> None:
    lines = [
        ChatLine("1", "sam", "Sam", "when do you stream?", START),
        ChatLine("2", "luna", "Luna", "Every Friday at nine.", START, reply_to="1"),
        ChatLine("3", "sam", "Sam", "when do you stream?", START + timedelta(days=9)),
        ChatLine(
            "4", "luna", "Luna", "I start in 10 minutes.", START + timedelta(days=9), reply_to="3"
        ),
    ]
    memory = Memory(learn(lines, "luna"), LexicalProvider(), name="Luna")
    assert memory.answer("when do you stream?").text == "Every Friday at nine."


def test_an_empty_memory_answers_politely() -> None:
    memory = Memory(learn([], "luna"), LexicalProvider(), name="Luna")
    answer = memory.answer("what music do you like?")
    assert answer.source is Source.FALLBACK
    assert "Luna" in answer.text
