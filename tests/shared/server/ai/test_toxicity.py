"""The toxicity model against sentences it was not trained on, and against what people say here."""

import random

import pytest

from shared.schemas.automod import AutomodRule
from shared.server.ai import _toxicity_weights, toxicity_training
from shared.server.ai.toxicity import MODEL_VERSION, toxicity, unpacked
from shared.server.ai.toxicity_corpus import sentences
from shared.server.automod.rules import TOXIC_AT, Fate, judge
from shared.server.simulator import texts

ATTACKS = """
you're nothing but a pathetic joke
honestly she is disgusting and everyone hates her
how can somebody be this stupid, shame on you
we all laugh at you, loser
u are a worthless liar
delete yourself, nobody would miss you
that ugly face of yours makes me sick
drop dead you filthy creep
you desrve to suffer
hij is echt een waardeloze sukkel
jij bent de domste idioot hier
niemand zou jou missen, ga weg
ik walg van jou
wat ben je toch een zielige loser
hou je bek, domme koe
je moeder haat je vast ook
""".strip().splitlines()
HARMLESS = """
hello all, just arrived from work
the second song was my favourite
how many tokens until the next goal?
my kitchen is a mess and so am I
you were right about the weather
please say hi to my sister
sorry, I was muted
the mods here are great
this is the worst coffee I ever made
can we get a mood duel later?
you are so funny when you lose
I disagree, the old theme was nicer
is that a real plant behind you?
welterusten, tot zaterdag
wat een gedoe met die verbinding
mijn kat loopt steeds over het toetsenbord
leuk dat je er weer bent
ik snap de regels van het duel niet
mag het geluid een tikje zachter?
wie heeft er al gestemd?
je vergat het tweede couplet
die film was echt niet goed
""".strip().splitlines()


def test_it_finds_most_attacks_that_it_has_not_read() -> None:
    known = {text for text, _ in sentences(toxicity_training.SEED)}
    assert not known & {*ATTACKS, *HARMLESS}
    found = [text for text in ATTACKS if toxicity(text) >= TOXIC_AT]
    assert len(found) >= 0.6 * len(ATTACKS), sorted(set(ATTACKS) - set(found))


@pytest.mark.parametrize("text", HARMLESS)
def test_it_lets_harmless_words_pass(text: str) -> None:
    assert toxicity(text) < TOXIC_AT


def test_nothing_that_simulated_viewers_say_is_held() -> None:
    chance = random.Random(4)
    said = {texts.message(chance) for _ in range(600)} | {
        texts.tip_words(chance) for _ in range(60)
    }
    assert [text for text in said if toxicity(text) >= TOXIC_AT] == []


def test_what_it_finds_waits_for_a_person_and_is_never_denied() -> None:
    ruling = judge("nobody can stand you, just disappear")
    assert (ruling.fate, ruling.rule) == (Fate.HOLD, AutomodRule.TOXIC)
    assert MODEL_VERSION.startswith("toxicity-")
    assert toxicity("") == 0.0


def test_the_weights_are_what_training_gives() -> None:
    weights, bias = toxicity_training.train()
    kept = _toxicity_weights.SCALE
    assert bias == pytest.approx(_toxicity_weights.BIAS, abs=1e-4)
    stray = [abs(trained - kept * held) for trained, held in zip(weights, unpacked(), strict=True)]
    assert max(stray) <= kept  # a machine may round the last step the other way
