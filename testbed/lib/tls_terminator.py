"""Takes TLS off: tls_terminator.py PORT HOST:PORT CERTIFICATE KEY. Listens on the loopback interface until it is ended."""

import asyncio
import ssl
import sys


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # The other side has closed the connection: so does this one.
    finally:
        writer.close()


async def main(port, backend, certificate, key):
    host, _, backend_port = backend.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(reader, writer):
        try:
            behind_reader, behind_writer = await asyncio.open_connection(host, int(backend_port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, behind_writer), pump(behind_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", int(port), ssl=context)
    async with server:
        await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
