"""Calls over an AGI socket."""

from collections.abc import Iterator

import pytest

from ivr.agi_channel import AgiChannel
from tests.fakes.agi_peer import PATIENCE_S, connection
from tests.ivr.agi_call import SHORT_S, Call


@pytest.fixture
def call() -> Iterator[Call]:
    peer, sock = connection()
    yield Call(peer, sock, AgiChannel(sock, PATIENCE_S))
    peer.close()
    sock.close()


@pytest.fixture
def hasty() -> Iterator[Call]:
    """A call whose commands are given up after 20 ms."""
    peer, sock = connection()
    yield Call(peer, sock, AgiChannel(sock, SHORT_S))
    peer.close()
    sock.close()
