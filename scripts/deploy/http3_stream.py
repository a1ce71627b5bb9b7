#!/usr/bin/env python3
"""http3_stream.py PORT PATH PATTERN: asks for PATH of scores.example over HTTP/3 at 127.0.0.1:PORT and prints each line of
the stream as it comes, until one matches PATTERN; fails if none does within ten seconds. Needs PyPI's aioquic."""

import asyncio
import re
import ssl
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Stream(QuicConnectionProtocol):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.http = H3Connection(self._quic)
        self.lines = asyncio.Queue()
        self.rest = b""

    def ask(self, authority, path):
        stream = self._quic.get_next_available_stream_id()
        fields = {":method": "GET", ":scheme": "https", ":authority": authority, ":path": path, "accept": "text/event-stream"}
        self.http.send_headers(stream, [(name.encode(), value.encode()) for name, value in fields.items()], end_stream=True)
        self.transmit()

    def quic_event_received(self, event):
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                self.lines.put_nowait(b"status " + dict(part.headers)[b":status"])
            elif isinstance(part, DataReceived):
                *whole, self.rest = (self.rest + part.data).split(b"\n")
                for line in whole:
                    self.lines.put_nowait(line)


async def follow(port, path, pattern):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE, server_name="scores.example")
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Stream) as stream:
        stream.ask(f"scores.example:{port}", path)
        while True:
            line = (await stream.lines.get()).decode()
            print(line, flush=True)
            if re.search(pattern, line):
                return


if __name__ == "__main__":
    try:
        asyncio.run(asyncio.wait_for(follow(int(sys.argv[1]), sys.argv[2], sys.argv[3]), 10))
    except (asyncio.TimeoutError, ConnectionError) as error:
        sys.exit(f"http3_stream.py: {error or 'it did not come within ten seconds'}")
