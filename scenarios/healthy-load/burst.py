"""Opens N connections within a second, and says and hears a word on each: `burst.py ADDRESS PORT N`."""

import asyncio
import sys


async def talk(address: str, port: int, start: float) -> None:
    await asyncio.sleep(start)
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"hello")
    assert await reader.read(100) == b"hello"
    await asyncio.sleep(2)
    await reader.read(100)
    writer.close()


async def main(address: str, port: int, count: int) -> None:
    await asyncio.gather(*(talk(address, port, number / 200) for number in range(count)))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
