"""The speaker's sheets hold every clip, and name the file the builder looks for."""

from pathlib import Path

from domain.language import Language
from prompts.catalogue import Catalogue
from prompts.script import sheet, write_script


def test_each_language_gets_a_sheet_with_all_its_clips(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    plan = catalogue.plan({language: {"number/1": "1<&"} for language in Language})
    written = write_script(plan, tmp_path / "scripts")
    assert [file.name for file in written] == [f"script-{language}.html" for language in Language]
    for language, file in zip(Language, written, strict=True):
        page = file.read_text(encoding="utf-8")
        assert page.count("<tr>") == len(plan[language]) + 1
        assert f"{language}/balance/told-1.wav" in page
        assert f"<td>{language}/number/1.wav</td><td>1&lt;&amp;</td>" in page


def test_the_hint_follows_from_how_the_text_ends() -> None:
    page = sheet(Language.EN, {"a": "Main menu.", "b": "What is it about?", "c": "You have"})
    rows = page.split("<tbody>")[1].strip().splitlines()
    assert "<td>1</td>" in rows[0]
    assert "falls" in rows[0]
    assert "rises" in rows[1]
    assert "keep the voice up" in rows[2]
