"""What is taken for a mail address; nothing in one can become another line of a mail."""

import pytest

from domain.mail_address import is_mail_address


@pytest.mark.parametrize(
    "written", ["anna@keller.example", "a.b+c@mail.keller-1.example", "O'Hara@x.ie"]
)
def test_an_address(written: str) -> None:
    assert is_mail_address(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "anna@keller",
        "anna @keller.example",
        "anna@keller.example\nBcc: eve@evil.example",
        "anna@keller.example\n",
        "Anna <anna@keller.example>",
        "anna@keller.example,eve@evil.example",
        "änna@keller.example",
        f"anna@{'a.' * 126}example",
    ],
)
def test_no_address(written: str) -> None:
    assert not is_mail_address(written)
