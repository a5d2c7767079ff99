"""Finds every text of the product that a person reads, for the tests of the translations."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Word:
    """A text in the source: where it is, and its plural where it has one."""

    place: str
    text: str
    plural: str | None = None


def python_files(*areas: str) -> Iterator[Path]:
    """The product's files below these folders."""
    for area in areas:
        yield from sorted((ROOT / area).rglob("*.py"))


def translated(path: Path) -> Iterator[Word]:
    """The literal texts that a file gives to `tr` and `tr_n`.

    Raises: AssertionError when a text is not a literal, and so cannot be found.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in ("tr", "tr_n"):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        wanted = 1 if node.func.id == "tr" else 2
        texts = [arg.value for arg in node.args[:wanted] if isinstance(arg, ast.Constant)]
        assert len(texts) == wanted, f"{place}: only literals can be translated"
        yield Word(place, str(texts[0]), str(texts[1]) if wanted == 2 else None)


def error_sentences(path: Path) -> Iterator[Word]:
    """The sentences of a file's errors and notices, with `{1}`, `{2}` ... for what is filled in.

    They are the calls that name a code in capitals and carry a message.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        code = named.get("code")
        message = named.get("message", node.args[0] if node.args else None)
        if not (isinstance(code, ast.Constant) and str(code.value).isupper()):
            continue
        text = _template(message)
        if text and " " in text:
            yield Word(f"{path.relative_to(ROOT)}:{node.lineno}", text)


def _template(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[str] = []
    count = 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            count += 1
            parts.append(f"{{{count}}}")
    return "".join(parts)
