"""Words: complete in every language, with the same fields, and never a bare string on screen."""

import ast
import json
import re
import string
from pathlib import Path

import pytest
from rules.noise import ExpectLog
from tools.words import ROOT, Word, error_sentences, python_files, translated

from shared.api import ApiError
from shared.errors import AppError, Unavailable
from shared.qt import format as words
from shared.qt import translations
from shared.qt.translations import (
    current_language,
    install_language,
    load_catalogue,
    load_sentences,
    tr,
    tr_error,
    tr_n,
    tr_sentence,
)

_AREAS = {"shared": "shared/qt", "studio": "studio", "console": "console"}
# Calls of Qt whose first literal is read by a person.
_SHOWN = re.compile(
    r"^(QLabel|QPushButton|QCheckBox|QRadioButton|QGroupBox|QAction|QMenu|label|button|Card|Badge"
    r"|setText|setToolTip|setPlaceholderText|setAccessibleName|setAccessibleDescription"
    r"|setWindowTitle|setTitle|setStatusTip|addAction|addTab|addRow|setLabel|show_placeholder)$"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(autouse=True)
def english() -> object:
    """Each test begins and ends in English."""
    install_language("en")
    yield
    install_language("en")


def _words_of(area: str) -> list[Word]:
    files = [f for f in python_files(_AREAS[area]) if f != Path(translations.__file__)]
    return [word for file in files for word in translated(file)]


def _catalogue(area: str) -> dict[str, str | list[str]]:
    path = ROOT / "resources" / "translations" / "nl" / f"{area}.json"
    if not path.is_file():
        return {}
    entries: dict[str, str | list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("area", _AREAS)
def test_every_text_has_dutch_words(area: str) -> None:
    found = _words_of(area)
    assert found
    known = {**_catalogue("shared"), **_catalogue(area)}
    missing = sorted({f"{w.place}: {w.text}" for w in found if w.text not in known})
    assert missing == []
    wrong_kind = [
        w.place for w in found if (w.plural is not None) != isinstance(known[w.text], list)
    ]
    assert wrong_kind == []


def test_no_translation_is_left_over() -> None:
    used = {word.text for area in _AREAS for word in _words_of(area)}
    unused = [f"{area}: {text}" for area in _AREAS for text in _catalogue(area) if text not in used]
    assert unused == []


def test_no_translation_is_empty_and_all_keep_their_fields() -> None:
    for area in _AREAS:
        plurals = {word.text: word.plural for word in _words_of(area)}
        for source, entry in _catalogue(area).items():
            sources = [source, plurals.get(source) or source]
            forms = entry if isinstance(entry, list) else [entry]
            for form, of in zip(forms, sources, strict=False):
                assert form.strip(), source
                assert _fields(form) <= _fields(source) | _fields(of) | {"n"}, source
                assert _fields(of) <= _fields(form) | {"n", "amount"}, source


@pytest.mark.parametrize("area", _AREAS)
def test_nothing_is_shown_without_being_translated(area: str) -> None:
    bare = []
    for file in python_files(_AREAS[area]):
        if "engine" in file.parts:
            continue  # has no window
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if not _SHOWN.match(name):
                continue
            bare += [
                f"{file.relative_to(ROOT)}:{node.lineno}: {arg.value!r}"
                for arg in node.args
                if isinstance(arg, ast.Constant)
                and isinstance(arg.value, str)
                and _WORD.search(arg.value)
                and (" " in arg.value or arg.value[0].isupper())
            ]
    assert bare == []


def test_an_unknown_language_gives_english() -> None:
    assert install_language("xx_YY") == "en"
    assert install_language("nl_BE") == "nl"
    assert current_language() == "nl"
    assert tr("Sign in") == "Aanmelden"


def test_fields_are_filled_in_both_languages() -> None:
    assert tr("Code: {code}", code="X") == "Code: X"
    assert tr_n("{amount} token", "{amount} tokens", 1, amount="1") == "1 token"
    install_language("nl")
    assert tr_n("{n} viewer now", "{n} viewers now", 3) == "3 kijkers nu"


def test_a_translation_with_a_wrong_field_falls_back_to_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_language("nl")
    monkeypatch.setitem(translations._current.entries, "Hello {name}", "Hallo {naam}")
    assert tr("Hello {name}", name="Noor") == "Hello Noor"


def test_a_damaged_file_costs_its_words_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("left out the words in bad.json")
    folder = tmp_path / "nl"
    folder.mkdir()
    (folder / "bad.json").write_text("{")
    (folder / "good.json").write_text('{"Yes": "Ja"}')
    monkeypatch.setattr(translations, "resource_path", lambda *_parts: folder)
    assert load_catalogue("nl") == {"Yes": "Ja"}


def test_numbers_and_times_follow_the_language() -> None:
    assert words.number(12450) == "12,450"
    assert words.number(29.97, decimals=2) == "29.97"
    assert words.duration(3725) == "1:02:05"
    assert words.duration(65) == "01:05"
    assert words.tokens(1) == "1 token"
    install_language("nl")
    assert words.number(12450) == "12.450"
    assert words.number(29.97, decimals=2) == "29,97"


def test_errors_are_translated_unless_the_server_already_did() -> None:
    install_language("nl")
    ours = Unavailable("The server at h did not answer in time. Try again in a moment.")
    assert (
        tr_error(ours) == "De server op h antwoordde niet op tijd. Probeer het zo meteen opnieuw."
    )
    theirs = ApiError("De server zegt nee.", code="FORBIDDEN", status=403, request_id="r")
    assert tr_error(theirs) == "De server zegt nee."
    assert tr_error(AppError("Only in English.", code="NOT_IN_ANY_FILE")) == "Only in English."


def test_every_error_of_the_apps_has_a_dutch_sentence() -> None:
    """Errors of the server come in the person's language; those of the apps are in a file."""
    known = load_sentences("nl")
    found = [
        word
        for area in ("shared", "studio", "console")
        for file in python_files(area)
        if file.relative_to(ROOT).parts[:2] != ("shared", "server")
        for word in error_sentences(file)
    ]
    assert found
    missing = sorted(f"{word.place}: {word.text}" for word in found if word.text not in known)
    assert missing == []


def test_sentences_keep_what_was_filled_in() -> None:
    for source, text in load_sentences("nl").items():
        assert _fields(text) == _fields(source), source


def test_what_code_filled_in_is_found_again() -> None:
    install_language("nl")
    sentence = tr_sentence(
        "The camera Logi {x} (2) is used by another program; close that program."
    )
    assert sentence == (
        "De camera Logi {x} (2) wordt door een ander programma gebruikt; sluit dat programma."
    )
    assert tr_sentence("Not a known sentence.") == "Not a known sentence."


def test_a_part_of_a_sentence_is_translated_too() -> None:
    install_language("nl")
    sentence = tr_sentence(
        "The processor is too slow, so the video is encoded at 15 frames a second for now; choose"
        " a smaller picture or a lighter preset."
    )
    assert "met 15 beelden per seconde" in sentence
    assert "frames" not in sentence
