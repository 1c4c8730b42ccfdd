"""Many chemists at once: how long a moved slider waits for its answer, and what the server holds.

Starts the app on a free port of this machine, opens sessions that speak Streamlit's protocol, and lets each move the
carbonyl slider in its own time, while others search. An answer is in when the script that the move started has
finished. Counted without a browser: what a browser adds is its own drawing. Memory is that of the server's process and
its children (Linux).

    python tests/benchmarks/app_load.py --users 10 --pause 3
    python tests/benchmarks/app_load.py --users 30 --searches 5 --pause 3
    python tests/benchmarks/app_load.py --users 1 --moves 2000 --pause 0 --settled 200
"""

import argparse
import asyncio
import random
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))
from step_messages import Session

from conftest import free_port, serve

LIMIT_S, GROWTH_MB = 0.3, 20.0
"""Good enough: the median wait, and what memory gains once the first reruns have settled."""
SEARCH = "Find procedures"
"""Label of the button that searches."""


@dataclass(kw_only=True)
class Told:
    """What the users saw, and what the server held."""

    waits_s: list[float] = field(default_factory=list)
    searches_s: list[float] = field(default_factory=list)
    memory_MB: list[float] = field(default_factory=list)
    """At the start, after each move of the first user, and at the end."""
    failed: int = 0


def memory(process: int) -> float:
    """Resident memory of a process and its children [MB]."""
    folder = Path(f"/proc/{process}")
    pages = int((folder / "statm").read_text(encoding="ascii").split()[1])
    children = (folder / "task" / str(process) / "children").read_text(encoding="ascii").split()
    return pages * 4096 / 1e6 + sum(memory(int(child)) for child in children)


async def use(url: str, seed: int, moves: int, pause: float, told: Told, process: int = 0) -> None:
    """Be one user: load, then move the slider again and again with pauses to look."""
    rng = random.Random(seed)
    async with websockets.connect(url, max_size=None, subprotocols=["streamlit"]) as socket:
        session = Session(socket)
        await session.open(f"carbonyl_equivalents={0.5 + 0.01 * seed:g}")
        for _ in range(moves):
            await asyncio.sleep(rng.uniform(0.5, 1.5) * pause)
            step = await session.move(round(rng.uniform(0.1, 3.9), 2))
            told.waits_s.append(step.server_ms / 1e3)
            if process:
                told.memory_MB.append(memory(process))
        told.failed += session.failed


async def search(url: str, seed: int, told: Told) -> None:
    """Be one user who searches for conditions of a pair that nobody else has."""
    async with websockets.connect(url, max_size=None, subprotocols=["streamlit"]) as socket:
        session = Session(socket)
        await session.open(f"page=Recommend&amine=NC{'C' * seed}&carbonyl=butanal")
        step = await session.press(SEARCH)
        told.searches_s.append(step.server_ms / 1e3)
        told.failed += session.failed


async def load(port: int, process: int, given: argparse.Namespace) -> Told:
    """Let all users work at once."""
    url, told = f"ws://127.0.0.1:{port}/_stcore/stream", Told()
    await use(url, 99, 1, 0.0, Told())  # the first page load compiles; it is not what is measured
    told.memory_MB.append(memory(process))
    users = (
        use(url, seed, given.moves, given.pause, told, 0 if seed else process) for seed in range(given.users)
    )
    await asyncio.gather(*users, *(search(url, seed, told) for seed in range(given.searches)))
    told.memory_MB.append(memory(process))
    return told


def main() -> None:
    """Measure and print; exit 1 above a limit or on any exception shown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--moves", type=int, default=8, help="per user")
    parser.add_argument("--searches", type=int, default=0, help="further users, who search")
    parser.add_argument("--pause", type=float, default=3.0, help="mean time to look between moves [s]")
    parser.add_argument("--settled", type=int, default=0, help="moves after which memory should stay")
    given = parser.parse_args()
    port = free_port()
    process = serve(port)
    try:
        told = asyncio.run(load(port, process.pid, given))
    finally:
        process.terminate()
        process.wait(10)
    median, held = statistics.median(told.waits_s), told.memory_MB
    print(
        f"{given.users} users, {len(told.waits_s)} moves: median {median:.3f} s, worst {max(told.waits_s):.2f} s"
    )
    if told.searches_s:
        print(
            f"{len(told.searches_s)} searches at once: {min(told.searches_s):.1f} to {max(told.searches_s):.1f} s"
        )
    print(f"memory {held[0]:.0f} MB at the start, at most {max(held):.0f}, {held[-1]:.0f} at the end")
    grown = 0.0
    if given.settled:
        grown = held[-1] - held[given.settled]
        print(f"from move {given.settled} on it grew by {grown:.1f} MB")
    print(f"exceptions {told.failed}")
    is_slow = median > LIMIT_S and not given.searches  # beside searches the waits are told, not judged
    sys.exit(int(is_slow or grown > GROWTH_MB or told.failed > 0))


if __name__ == "__main__":
    main()
