"""Asks for one page over HTTP/3 and prints its status and its body: http3.py HOST PORT PATH ROOT."""

import asyncio
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Reader(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http = H3Connection(self._quic)
        self.headers = {}
        self.body = b""
        self.over = asyncio.Event()

    def quic_event_received(self, event):
        for answer in self.http.handle_event(event):
            if isinstance(answer, HeadersReceived):
                self.headers.update(answer.headers)
            if isinstance(answer, DataReceived):
                self.body += answer.data
            if getattr(answer, "stream_ended", False):
                self.over.set()

    async def get(self, host, path):
        stream = self._quic.get_next_available_stream_id()
        head = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", host.encode()), (b":path", path.encode())]
        self.http.send_headers(stream, head, end_stream=True)
        self.transmit()
        await asyncio.wait_for(self.over.wait(), 20)


async def main(host, port, path, root):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name=host)
    configuration.load_verify_locations(root)
    async with connect("127.0.0.1", int(port), configuration=configuration, create_protocol=Reader) as reader:
        await reader.get(host, path)
        print(reader.headers[b":status"].decode())
        print(reader.body.decode())


asyncio.run(main(*sys.argv[1:]))
