"""Reading the accounts file: what it gives, and what it says when it cannot."""

import json
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.server.simulator import main
from shared.server.simulator.accounts import read_accounts


def test_accounts_are_read_and_passwords_stay_out_of_sight(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    entry = {"role": "member", "email": "mia@example.org", "password": "very-secret-words"}
    file.write_text(json.dumps({"accounts": [entry]}))
    (account,) = read_accounts(file)
    assert (account.email, account.password) == ("mia@example.org", "very-secret-words")
    assert "secret" not in repr(account)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"accounts": [{}]}', '{"accounts": 3}'])
def test_another_file_is_refused_in_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(content)
    with pytest.raises(InvalidInput, match="not an accounts file"):
        read_accounts(file)


def test_the_command_says_what_is_wrong_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.json"
    arguments = ["--http", "http://127.0.0.1:9", "--creator", "Luna", "--accounts", str(missing)]
    assert main(arguments) == 2
    assert "cannot be read" in capsys.readouterr().err
