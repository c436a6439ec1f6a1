"""Distance, made of software: a relay that answers as a server does that is a round trip away.

A TCP connection through it takes 1.5 round trips until the server sees it (the handshake of TCP, of which the client
here feels nothing), and half of one for each byte in either direction. Datagrams take half of one each way.
"""

import asyncio
import threading


class Relay:
    """Relays run in a thread of their own; `connections` counts what each address has accepted."""

    def __init__(self, round_trip):
        self.round_trip = round_trip
        self.connections = {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def tcp(self, here, there):
        """Passes connections to `here`, an (address, port), on to `there`."""
        self.connections[here] = 0

        async def accept(reader, writer):
            self.connections[here] += 1
            await self._converse(reader, writer, there)

        self._run(asyncio.start_server(accept, *here, backlog=128))

    def udp(self, here, there):
        """Passes datagrams on, and the answers back."""
        self._run(self.loop.create_datagram_endpoint(lambda: _Datagrams(self, there), local_addr=here))

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=5)

    async def _converse(self, reader, writer, there):
        await asyncio.sleep(1.5 * self.round_trip)
        try:
            far_reader, far_writer = await asyncio.open_connection(*there)
        except OSError:
            writer.transport.abort()
            return
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            writer.close()
            far_writer.close()

    async def _carry(self, reader, writer):
        """Carries one direction: every piece, and the end, half a round trip late and in order."""
        pieces = asyncio.Queue()

        async def deliver():
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(due - self.loop.time())
                if data is None:
                    writer.transport.abort()
                elif not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                else:
                    writer.write(data)
                if not data:
                    return

        delivery = self.loop.create_task(deliver())
        while True:
            try:
                data = await reader.read(65536)
            except OSError:
                data = None  # a reset is passed on as a reset
            pieces.put_nowait((self.loop.time() + self.round_trip / 2, data))
            if not data:
                break
        try:
            await delivery
        except OSError:
            pass


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, relay, there):
        self.relay, self.there = relay, there

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, client):
        loop = self.relay.loop
        loop.call_later(self.relay.round_trip / 2, lambda: loop.create_task(self._ask(data, client)))

    async def _ask(self, data, client):
        loop = self.relay.loop
        answer = loop.create_future()

        class Answer(asyncio.DatagramProtocol):
            def datagram_received(self, data, _):
                if not answer.done():
                    answer.set_result(data)

        transport, _ = await loop.create_datagram_endpoint(Answer, remote_addr=self.there)
        transport.sendto(data)
        try:
            reply = await asyncio.wait_for(answer, 10)
            loop.call_later(self.relay.round_trip / 2, self.transport.sendto, reply, client)
        except (asyncio.TimeoutError, OSError):
            pass  # as on a network: nothing comes
        finally:
            transport.close()
