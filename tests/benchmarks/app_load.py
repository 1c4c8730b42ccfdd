"""Ten chemists at once: how long a moved slider waits for its answer, over the app's own socket.

Starts the app on a free port of this machine, opens sessions that speak Streamlit's protocol, and lets
each move the carbonyl slider in its own time. An answer is in when the script that the move started has
finished. Counted without a browser: what a browser adds is its own drawing.

    python tests/benchmarks/app_load.py --users 10 --moves 8
"""

import argparse
import asyncio
import random
import statistics
import sys
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))
from step_messages import Session

from conftest import free_port, serve

LIMIT_S = 1.0
"""Largest median wait that is good enough."""


async def use(url: str, seed: int, moves: int, pause: float) -> tuple[list[float], int]:
    """Be one user: load, then move the slider again and again with pauses to look."""
    rng = random.Random(seed)
    async with websockets.connect(url, max_size=None, subprotocols=["streamlit"]) as socket:
        session = Session(socket)
        await session.open(f"carbonyl_equivalents={0.5 + 0.01 * seed:g}")
        waits = []
        for _ in range(moves):
            await asyncio.sleep(rng.uniform(0.5, 1.5) * pause)
            step = await session.move(round(rng.uniform(0.1, 3.9), 2))
            waits.append(step.server_ms / 1e3)
        return waits, session.failed


async def load(port: int, users: int, moves: int, pause: float) -> tuple[list[float], int]:
    """Let all users work at once."""
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    await use(url, 99, 1, 0.0)  # the first page load compiles; it is not what is measured
    done = await asyncio.gather(*(use(url, seed, moves, pause) for seed in range(users)))
    return [wait for waits, _ in done for wait in waits], sum(failed for _, failed in done)


def main() -> None:
    """Measure and print; exit 1 above the limit or on any exception shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--moves", type=int, default=8, help="per user")
    parser.add_argument("--pause", type=float, default=2.0, help="mean time to look between moves [s]")
    given = parser.parse_args()
    port = free_port()
    process = serve(port)
    try:
        waits, failed = asyncio.run(load(port, given.users, given.moves, given.pause))
    finally:
        process.terminate()
        process.wait(10)
    median, worst = statistics.median(waits), max(waits)
    print(
        f"{given.users} users, {len(waits)} moves: median {median:.2f} s, worst {worst:.2f} s, exceptions {failed}"
    )
    sys.exit(int(median > LIMIT_S or failed > 0))


if __name__ == "__main__":
    main()
