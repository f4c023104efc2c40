"""How tables begin in which an agent has a caller, and what is looked at once they are played."""

from domain.ids import CallId
from tests.cti.paper import EVA, Paper, state

TALK = (
    EVA
    + """
    0:01 | A enters alpenrad de | A rings eva
    0:02 | eva answers          |
"""
)
TOM = """
    0:03 | tom in 202 alpenrad de dunning |
    0:03 | tom ready                      |
"""
HELD = """
    0:10 | eva wants hold | A on music
    0:10 | A room         |
    0:10 | eva holds      |
"""
RINGS_TOM = """
    0:10 | eva wants consult agent:tom | A on music; tom asked into A
    0:10 | A room                      |
    0:10 | eva holds                   |
"""
WITH_TOM = (
    TALK
    + TOM
    + RINGS_TOM
    + """
    0:14 | tom answers |
"""
)
THREE = (
    WITH_TOM
    + """
    0:20 | eva wants join | A back
    0:20 | eva resumes    |
"""
)
WITH_LINE = (
    TALK
    + """
    0:10 | eva wants consult line:workshop | A on music; workshop asked into A
    0:10 | A room                          |
    0:10 | eva holds                       |
    0:16 | A line-answers 2                |
"""
)
SENT_TO_TOM = (
    TALK
    + TOM
    + """
    0:10 | tom pauses lunch             |
    0:10 | eva wants transfer agent:tom | A sent off
    0:10 | A sent                       |
    0:10 | eva hangs up                 |
"""
)


def place(paper: Paper) -> object:
    return paper.field.calls[CallId("A")].place


def called(paper: Paper, name: str) -> type:
    return type(state(paper, name))
