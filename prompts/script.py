"""The recording script for a speaker: one sheet in HTML for each language, to be printed or read
from the screen.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from domain.language import Language
from prompts.catalogue import Plan

_FINAL = ".!…"

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.DE: {
        "title": "Sprechertexte Deutsch",
        "intro": "Jede Zeile ist eine eigene Datei: WAV, 16 Bit, 48 kHz, ein Kanal, vorn und"
        " hinten etwa eine halbe Sekunde Stille. Alle Zeilen am selben Tag, mit demselben"
        " Abstand zum Mikrofon.",
        "number": "Nr.",
        "file": "Datei",
        "text": "Text",
        "hint": "Sprechweise",
        "final": "Ruhig und freundlich; die Stimme senkt sich am Ende.",
        "question": "Als Frage; die Stimme hebt sich am Ende.",
        "open": "Der Satz geht weiter: die Stimme bleibt am Ende oben.",
    },
    Language.EN: {
        "title": "Speaker's script, US English",
        "intro": "Each line is a file of its own: WAV, 16 bit, 48 kHz, one channel, about half a"
        " second of silence before and after. All lines on the same day, at the same"
        " distance from the microphone.",
        "number": "No.",
        "file": "File",
        "text": "Text",
        "hint": "How to say it",
        "final": "Calm and friendly; the voice falls at the end.",
        "question": "As a question; the voice rises at the end.",
        "open": "The sentence goes on: keep the voice up at the end.",
    },
    Language.ES: {
        "title": "Guion de locución, español",
        "intro": "Cada línea es un archivo: WAV, 16 bits, 48 kHz, un canal, con medio segundo de"
        " silencio antes y después. Todas las líneas el mismo día y a la misma distancia"
        " del micrófono.",
        "number": "N.º",
        "file": "Archivo",
        "text": "Texto",
        "hint": "Cómo decirlo",
        "final": "Con calma y amabilidad; la voz baja al final.",
        "question": "Como pregunta; la voz sube al final.",
        "open": "La frase continúa: la voz se mantiene arriba al final.",
    },
    Language.FR: {
        "title": "Textes à enregistrer, français",
        "intro": "Chaque ligne est un fichier: WAV, 16 bits, 48 kHz, un canal, une demi-seconde de"
        " silence avant et après. Toutes les lignes le même jour, à la même distance du"
        " micro.",
        "number": "N°",
        "file": "Fichier",
        "text": "Texte",
        "hint": "Comment le dire",
        "final": "Calme et aimable; la voix descend à la fin.",
        "question": "Comme une question; la voix monte à la fin.",
        "open": "La phrase continue: la voix reste haute à la fin.",
    },
}

_STYLE = (
    "body{font:16px/1.4 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:.4em .6em;text-align:left;vertical-align:top}"
    "td:nth-child(3){font-size:1.2em}tr{break-inside:avoid}"
)


def write_script(plan: Plan, folder: Path) -> list[Path]:
    """Write ``script-<language>.html`` for each language of ``plan``; the files written.

    The file named in a row, ``<language>/<key>.wav``, is where the builder looks for the recording.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language, clips in plan.items():
        file = folder / f"script-{language}.html"
        file.write_text(sheet(language, clips), encoding="utf-8")
        written.append(file)
    return written


def sheet(language: Language, clips: Mapping[str, str]) -> str:
    """One language's sheet as an HTML page: number, file, text and hint for each clip, in the order
    of ``clips``.
    """
    words = {key: escape(word) for key, word in _WORDS[language].items()}
    rows = "\n".join(
        f"<tr><td>{number}</td><td>{escape(f'{language}/{key}.wav')}</td>"
        f"<td>{escape(text)}</td><td>{words[_manner(text)]}</td></tr>"
        for number, (key, text) in enumerate(clips.items(), start=1)
    )
    heads = "".join(f"<th>{words[column]}</th>" for column in ("number", "file", "text", "hint"))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>{words['title']}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>{words['title']}</h1>\n<p>{words['intro']}</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</body>\n</html>\n"
    )


def _manner(text: str) -> str:
    if text.endswith("?"):
        return "question"
    return "final" if text[-1:] in _FINAL else "open"
