"""A chart brings walks together, and its drawing is well-formed, the same each time, with each place once."""

from xml.etree import ElementTree as ET

from domain.language import Language
from ivr.dialog import Caller, Farewell, NoUsableInput, PersonWanted
from ivr.walking.chart import DIGITS, chart
from ivr.walking.drawing import Writing, svg
from ivr.walking.places import BACK, MISFIT, PERSON, SILENCE, Words
from tests.ivr.made_dialogs import PIN, menu, to_person, walked

SVG = "{http://www.w3.org/2000/svg}"


def served(caller: Caller, *, answered: bool) -> object:
    caller.say("welcome")
    try:
        while caller.choose(menu("main", "3", "1")) != "1":
            caller.say("told")
        caller.enter(PIN)
        if caller.confirm("sure"):
            caller.say("done")
    except (PersonWanted, NoUsableInput):
        caller.say("connecting" if answered else "closed")
        return to_person() if answered else Farewell()
    return Farewell()


WALKS = {
    "open": walked(lambda caller: served(caller, answered=True), "1111", "2222"),
    "closed": walked(lambda caller: served(caller, answered=False), "1111"),
}
WRITING = Writing(lambda words: f"Text of <{words.prompt}> & more.", lambda key: f"[{key}]")


def texts(drawing: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_keys_that_lead_to_the_same_are_one_link_in_the_order_they_are_offered() -> None:
    links = [link for link in chart(WALKS, Language.EN) if link.start and link.start.step == "main"]
    told = (Words("told"),)
    assert [(link.keys, link.said, link.only) for link in links] == [
        (("3", BACK), told, ()),
        (("1",), (), ()),
        ((PERSON, SILENCE, MISFIT), (Words("connecting"),), ("open",)),
        ((PERSON, SILENCE, MISFIT), (Words("closed"),), ("closed",)),
    ]


def test_all_entries_are_digits_and_who_isnt_met_elsewhere_needs_no_remark() -> None:
    links = chart(WALKS, Language.EN)
    (sure,) = [link for link in links if link.keys[0] == DIGITS]
    assert (sure.keys, sure.only) == ((DIGITS, BACK), ())
    assert chart(WALKS, Language.FR) == ()


def test_the_drawing_is_xml_and_each_place_stands_in_it_once() -> None:
    links = chart(WALKS, Language.EN)
    drawing = svg("Brand & <Co>", links, WRITING)
    written = texts(drawing)
    assert written[0] == "Brand & <Co>"
    for title in ("welcome", "main", "told", "pin", "sure", "connecting", "closed", "done"):
        assert written.count(title) == 1, title
        assert f"Text of <{title}> & more." in written or title == "main"
    assert "Text of <main.3> & more." in written
    assert {"→ main", "→ connecting", "→ closed", "[person]", "[farewell]"} <= set(written)
    assert written.count("[open]") == written.count("[closed]") == 3
    assert "[0] · [silence] · [misfit]" in written
    assert svg("Brand & <Co>", links, WRITING) == drawing


def test_nothing_lies_upon_anything_else() -> None:
    drawing = svg("Brand", chart(WALKS, Language.EN), WRITING)
    page, *shapes = ET.fromstring(drawing).iter(f"{SVG}rect")
    boxes = [
        tuple(int(one.attrib[side]) for side in ("x", "y", "width", "height")) for one in shapes
    ]
    for number, (x, y, width, height) in enumerate(boxes):
        assert x + width <= int(page.attrib["width"])
        assert y + height <= int(page.attrib["height"])
        for other_x, other_y, other_width, other_height in boxes[:number]:
            beside = x >= other_x + other_width or other_x >= x + width
            assert beside or y >= other_y + other_height or other_y >= y + height


def test_what_cant_stand_in_xml_is_left_out() -> None:
    writing = Writing(lambda _: "a\x00b\x1bc", lambda key: key)
    assert "abc" in texts(svg("\x07Brand", chart(WALKS, Language.EN), writing))
    assert ET.fromstring(svg("Nothing", (), writing)).tag == f"{SVG}svg"
