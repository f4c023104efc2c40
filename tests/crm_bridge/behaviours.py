"""What a CRM may do to whoever asks it: each takes a connection whose request has been read."""

import gzip
import socket
import struct
import threading

from tests.crm_bridge.servers import Behave

XML = "text/xml; charset=utf-8"
HTML = "<!doctype html><html><body>Sign in, please<br></body></html>"
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
BOMB = (
    "<!DOCTYPE s ["
    '<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
    + SOAP.format("&i;")
)
EXTERNAL = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SOAP.format("&x;")


def answer(status: int, kind: str, body: str, *headers: str) -> Behave:
    octets = body.encode()
    lines = (f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", *headers)
    head = "\r\n".join((*lines, f"Content-Length: {len(octets)}", "Connection: close", "", ""))

    def behave(connection: socket.socket) -> None:
        connection.sendall(head.encode() + octets)

    return behave


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the client goes away


def dribbling(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 99999999\r\n\r\n"
    )
    while not threading.Event().wait(0.01):
        connection.sendall(b" ")


def broken_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9\r\n\r\n<a")


def streaming(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    for _ in range(50):
        connection.sendall(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")
    connection.sendall(b"0\r\n\r\n")


def zipped(connection: socket.socket) -> None:
    body = gzip.compress(b" " * (50 << 20))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % len(body) + body)
