"""Who is to be taken out of a list's file waits in the outbox, and comes back as it was."""

import pytest

from domain.ids import ListId
from domain.list_messages import CHANNEL, RowsErased, as_message, from_body


def test_there_and_back() -> None:
    erased = RowsErased(ListId("list-1"), "K\u00f6-1")
    message = as_message(erased)
    assert (message.channel, message.lane) == (CHANNEL, "list-1")
    assert from_body(message.body) == erased
    assert "K\u00f6" not in repr((erased, message))


@pytest.mark.parametrize("body", ["{}", "[]", "no", '{"list": "list-1"}'])
def test_another_message(body: str) -> None:
    with pytest.raises(ValueError, match="nobody to be taken out"):
        from_body(body)
