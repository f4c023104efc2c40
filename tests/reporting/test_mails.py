"""What a mail says, and what somebody may put into one who means harm."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting import mails
from reporting.mails import TEXT_BYTES, TooOdd
from tests.fakes.mails import PNG, WORKBOOK, hostile, raw, report


def test_a_report() -> None:
    mail = mails.read(bytes(report()))
    assert mail.heading.sender == "Rufwerk <berichte@rufwerk.example>"
    assert mail.heading.recipients == "Max Müller <max@alpenrad.example>"
    assert mail.heading.subject == "Tagesbericht für Alpenrad, 2. März €"
    assert mail.text == "Guten Morgen,\nServicelevel 81,90 %.\n"
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert mail.html == f'<h1>Servicelevel</h1><img src="{picture}" alt="">\n'
    named = {one.name: one.content for one in mail.attachments}
    assert named == {"part-1": PNG, "Bericht_März.xlsx": WORKBOOK}
    assert "81,90" not in repr(mail)


def test_the_envelope_says_who_sent_it_and_who_gets_it() -> None:
    content = raw("Return-Path: <a@b>", "Delivered-To: x@y, z@y", "Delivered-To: forged", "To: us")
    assert mails.heading(content).sender == "<a@b>"
    assert mails.heading(content).recipients == "x@y, z@y"
    assert mails.heading(content) == mails.read(content).heading


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Subject: Grüße", "Grüße"),  # RFC 6532
        ("Subject: =?iso-8859-1?q?Gr=FC=DFe?=", "Grüße"),
        ("Subject: =?punycode?q?abc-?= =?nobody_knows?q?x?=", "abc-x"),
        ("Subject: =?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("Subject: a\u202eb\x07c\x1b[1m", "a b c [1m"),
        ("Subject: two\r\n lines", "two lines"),
        (f"Subject: {'x' * 5000}", "x" * 1000),
        ("X-Nothing: ", ""),
    ],
)
def test_a_line_is_one_line_of_plain_text(line: str, shown: str) -> None:
    assert mails.heading(raw(line)).subject == shown


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.exe", "x.exe"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ('q"uo;te\n.txt', "q_uo_te_.txt"),
        ("...", "part-1"),
        (".bashrc", "bashrc"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("Übersicht März.pdf", "Übersicht_März.pdf"),
    ],
)
def test_an_attachments_name_is_one_for_a_file(given_name: str, name: str) -> None:
    mail = EmailMessage()
    mail.add_attachment(b"x", "application", "octet-stream", filename=given_name.replace("\n", " "))
    (found,) = mails.read(bytes(mail)).attachments
    assert found.name == name


def test_html_reaches_nowhere_by_itself_and_a_second_one_is_an_attachment() -> None:
    mail = mails.read(hostile())
    for tag in ("<link", "<meta", "<base", "<a "):
        assert tag not in mail.html.lower()
    assert "<x-link rel=preconnect" in mail.html
    (attached,) = mail.attachments
    assert attached.name.endswith(".html")
    assert set("/\\<>\u202e\r\n ").isdisjoint(attached.name)
    assert mail.heading.subject == "<script>alert(1)</script> gpj.exe"


def test_a_picture_is_put_in_once() -> None:
    mail = EmailMessage()
    html = '<img src="cid:chart"><img src="cid:chart"><img src="cid:other">'
    mail.set_content(html, subtype="html")
    mail.add_related(PNG, "image", "png", cid="<chart>")
    shown = mails.read(bytes(mail)).html
    assert shown.count("data:image/png") == 1
    assert shown.count("cid:") == 2


def test_of_another_character_set_what_can_be_read_is_shown() -> None:
    for charset in ("unicode_escape", "idna", "utf-16", "\udce4", "rot13", "nobody-knows"):
        content = raw(f'Content-Type: text/plain; charset="{charset!a}"', body="\\ud800 x")
        assert mails.read(content).text == "\\ud800 x"
    western = b'Content-Type: text/plain; charset="Windows-1252"\r\n\r\n\x80 5'
    assert mails.read(western).text == "€ 5"


@pytest.mark.parametrize(
    "content",
    [
        raw(body="\r\n" * 100_001),
        raw(*["Content-Type: multipart/mixed; boundary=b"] * 51),
        raw(*["Content-Type: message/rfc822", ""] * 51),
        raw("Content-Type: text/plain;" + " x=1;" * 1000),
        raw("X: y", "content-disposition: attachment;", *['\tx="";'] * 1000),
    ],
)
def test_what_would_take_long_is_left_alone(content: bytes) -> None:
    with pytest.raises(TooOdd):
        mails.read(content)
    mails.heading(content)


@pytest.mark.parametrize(
    "line",
    [
        "Content-Disposition: attachment; filename*=idna''x",
        "Content-Disposition: attachment; filename*=utf-8''a; filename*0*=utf-8''b",
        "Content-Type: multipart/mixed; boundary*=idna''x",
    ],
)
def test_what_pythons_parser_trips_over_is_left_alone(line: str) -> None:
    content = raw("Subject: Odd", line)
    with pytest.raises(TooOdd, match="can't be taken apart"):
        mails.read(content)
    assert mails.heading(content).subject == "Odd"


def test_a_heading_is_looked_for_in_the_beginning_alone() -> None:
    late = raw(*[f"X-{count}: {'x' * 900}" for count in range(40)], "Subject: Late")
    assert mails.heading(late).subject == ""


def test_a_long_text_is_an_attachment() -> None:
    mail = mails.read(raw(body="x" * (TEXT_BYTES + 1)))
    assert (mail.text, [one.name for one in mail.attachments]) == ("", ["part-1"])


def test_parts_beyond_number_are_left_out() -> None:
    parts = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * 500
    mail = mails.read(raw("Content-Type: multipart/mixed; boundary=b", body=parts))
    assert len(mail.attachments) < 100


_WORDS = [
    b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"text/plain", b"text/html", b"message/rfc822",
    b"; boundary=", b'"b"', b"b", b"--b", b"--b--", b"\r\n", b"\n", b"\r", b" ", b"\t", b"; charset=", b"utf-8",
    b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"x-uuencode", b"begin 666 x", b"end", b"=?",
    b"?=", b"utf-8?b?", b"utf-8?q?", b"====", b"aGk=", b"Content-Disposition: attachment", b"; filename=",
    b"; filename*=", b"; filename*0*=", b"utf-8''%ff", b"'", b'"', b"\\", b"\xff", b"\xc3\xa4", b"\x00", b":", b"cid:x",
    b"Content-ID: <x>", b"image/png", b"multipart/digest", b"message/delivery-status", b"message/partial",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(_WORDS), st.binary(max_size=8)), max_size=60))
def test_whatever_comes_can_be_looked_at(words: list[bytes]) -> None:
    content = b"".join(words)
    mail = mails.read(content)
    shown = mails.heading(content)
    for text in (*map(str, (shown.sender, shown.recipients, shown.subject)), mail.text, mail.html):
        text.encode()
    for one in mail.attachments:
        assert one.name.encode()
