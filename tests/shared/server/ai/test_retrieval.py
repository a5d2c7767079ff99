"""Finding the most similar text: order, bounds and cost."""

import time

from hypothesis import given
from hypothesis import strategies as st

from shared.server.ai.language import QuestionKind, is_question, language_of, question_kind
from shared.server.ai.retrieval import LexicalIndex

texts = st.lists(st.text(max_size=60), max_size=12)


@given(texts, st.text(max_size=60))
def test_scores_lie_between_nothing_and_the_same_and_fall(rows: list[str], query: str) -> None:
    found = LexicalIndex(rows).search(query, limit=20)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)
    assert all(0 <= match.row < len(rows) for match in found)


def test_the_same_words_are_the_same_and_form_alone_is_little() -> None:
    index = LexicalIndex(["What music do you like?", "How long have you been streaming?"])
    assert index.search("what MUSIC do you like")[0].score > 0.9
    assert index.search("how long is the Nile?")[0].score < 0.1


def test_typos_and_dutch_compounds_are_forgiven() -> None:
    index = LexicalIndex(["which camera do you use", "wat is je lievelingskleur"])
    assert index.search("which camra is it?")[0].row == 0
    assert index.search("heb je een lievelingskleurtje?")[0].row == 1


def test_twenty_thousand_messages_answer_within_a_tenth_of_a_second() -> None:
    rows = [f"message number {n} about topic {n % 97} and thing {n % 389}" for n in range(20_000)]
    index = LexicalIndex(rows)
    start = time.thread_time()
    assert index.search("what about topic 42 and thing 7?")
    assert time.thread_time() - start < 0.1


def test_questions_are_told_from_statements_and_from_each_other() -> None:
    assert is_question("@Teezer what do you eat")
    assert is_question("you like it?")
    assert not is_question("I like it")
    assert question_kind("hoe laat begin je?") is QuestionKind.WHEN
    assert question_kind("waarom lach je?") is QuestionKind.WHY
    assert question_kind("where is it?") is QuestionKind.WHERE


def test_the_language_of_a_text() -> None:
    assert language_of("wat vind je het leukste van de stad?") == "nl"
    assert language_of("what do you think of the city?") == "en"
