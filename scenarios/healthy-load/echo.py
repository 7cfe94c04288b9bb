"""An echo server for many connections: `echo.py PORT`."""

import asyncio
import sys


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.read(100))
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(echo, "0.0.0.0", int(sys.argv[1]), backlog=512)
    await server.serve_forever()


asyncio.run(main())
