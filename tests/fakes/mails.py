"""Mails to catch: one as a report will be, and hostile ones."""

from email.message import EmailMessage

PNG = bytes.fromhex("89504e470d0a1a0a")
WORKBOOK = b"PK\x03\x04 figures"


def report() -> EmailMessage:
    """Text, HTML with a picture in it, and a workbook."""
    mail = EmailMessage()
    mail["From"] = "Rufwerk <berichte@rufwerk.example>"
    mail["To"] = "Max Müller <max@alpenrad.example>"
    mail["Subject"] = "Tagesbericht für Alpenrad, 2. März €"
    mail.set_content("Guten Morgen,\nServicelevel 81,90 %.\n")
    mail.add_alternative('<h1>Servicelevel</h1><img src="cid:chart" alt="">', subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(PNG, "image", "png", cid="<chart>")
    mail.add_attachment(WORKBOOK, "application", "zip", filename="Bericht März.xlsx")
    return mail


def raw(*lines: str, body: str = "") -> bytes:
    return "\r\n".join([*lines, "", body]).encode()


HOSTILE_HTML = (
    '<base href="https://evil.example/"><link rel=preconnect href="https://evil.example">'
    '<META http-equiv="refresh" content="0;url=https://evil.example">'
    '<script>parent.stolen = document.cookie</script><img src="https://evil.example/seen.png">'
    '<form action="https://evil.example"><button>Sign in</button></form><p onclick="x()">Hello</p>'
    '<a href="https://evil.example/more">More</a>'
)


_PARTS = f"""--b
Content-Type: text/html

{HOSTILE_HTML}
--b
Content-Type: text/html
Content-Disposition: inline; filename="../../<b>etc/pass\u202ewd .html"

<script>alert(2)</script>
--b--
"""


def hostile() -> bytes:
    """With scripts and things to fetch wherever one can be."""
    return raw(
        "From: <script>alert(1)</script>@evil.example",
        "Subject: =?utf-8?q?=3Cscript=3Ealert=281=29=3C/script=3E=E2=80=AEgpj=2Eexe?=",
        'Content-Type: multipart/mixed; boundary="b"',
        body=_PARTS,
    )
