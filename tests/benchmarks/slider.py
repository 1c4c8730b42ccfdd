"""One chemist, one browser: from the key that moves a slider to the frame that shows the new answer.

Starts the app and the system's Chromium, moves the carbonyl slider by the keyboard, one step at a time, and
takes three times on the page's own clock: when the number of the answer changes, when the frame with it is
drawn, and when the page is at rest again (map, sheet and panel included). Before that, without a browser, the
server's own share: its time from the request to the last message, and the bytes of the messages of a step.

    python tests/benchmarks/slider.py --moves 30
"""

import argparse
import asyncio
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))
from step_messages import steps
from steps import opened, press

from conftest import CHROMIUM, free_port, serve

LIMIT_MS, SERVER_MS, MOST_BYTES = 200.0, 100.0, 30_000
"""Good enough on a quiet machine: the median wait for the answer, the server's share of it, what a step sends."""
PAUSE_MS = 1500
WATCH = """() => {
    const when = window.when = {};
    const answer = '[data-testid=stMetricValue]', state = 'data-test-script-state';
    const pressed = () => { for (const name in when) delete when[name]; when.key = performance.now(); };
    document.addEventListener('keydown', pressed, true);
    new MutationObserver(changes => {
        for (const change of changes) {
            const element = change.target.nodeType == Node.TEXT_NODE ? change.target.parentElement : change.target;
            if (!when.changed && element?.closest(answer)) {
                when.changed = performance.now();
                requestAnimationFrame(() => when.drawn = performance.now());
            }
            if (change.attributeName == state && element.getAttribute(state) == 'notRunning')
                when.rest = performance.now();
        }
    }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def move(page: Any) -> dict[str, float]:
    """Move the slider by one step and return the times since the key [ms]."""
    press(page, "Carbonyl [equiv]", 1)
    page.wait_for_timeout(PAUSE_MS)
    when = page.evaluate("window.when")
    return {name: when[name] - when["key"] for name in ("changed", "drawn", "rest")}


def processor_s(process: int) -> float:
    """Read the processor time of a process so far [s]; 0 where the system does not say."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def server(port: int, process: int, moves: int) -> None:
    """Print what the server does for a step."""
    asyncio.run(steps(port, 3))  # the first page loads and compiles
    before = processor_s(process)
    made, session = asyncio.run(steps(port, moves))
    print(
        f"processor time {1e3 * (processor_s(process) - before) / (moves + 1):.0f} ms a step, page load included"
    )
    for name, limit, unit in (
        ("answer_ms", SERVER_MS, "ms"),
        ("server_ms", SERVER_MS, "ms"),
        ("sent_bytes", MOST_BYTES, "bytes"),
    ):
        values = sorted(getattr(step, name) for step in made)
        middle = statistics.median(values)
        verdict = "good" if middle < limit else "TOO MUCH"
        print(
            f"{name:10} median {middle:6.0f} {unit}, best {values[0]:.0f}, worst {values[-1]:.0f}; {verdict}: "
            f"the limit is {limit:g}"
        )
    print(f"exceptions {session.failed}, messages named but not kept {session.missed}")
    print("largest messages:", ", ".join(f"{size} {what}" for size, what in made[-1].largest[:8]))


def main() -> None:
    """Print the times and say whether the median is good enough."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=30)
    moves = parser.parse_args().moves
    port = free_port()
    process = serve(port)
    try:
        server(port, process.pid, moves)
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            page = opened(browser.new_page(), f"http://127.0.0.1:{port}")
            page.wait_for_timeout(PAUSE_MS)
            page.evaluate(WATCH)
            times = [move(page) for _ in range(moves)]
    finally:
        process.terminate()
        process.wait(10)
    for name in ("changed", "drawn", "rest"):
        waits = sorted(t[name] for t in times)
        middle = statistics.median(waits)
        print(f"{name:8} median {middle:4.0f} ms, best {waits[0]:4.0f}, worst {waits[-1]:4.0f}, n = {moves}")
    middle = statistics.median(t["drawn"] for t in times)
    print(f"{'good' if middle < LIMIT_MS else 'TOO SLOW'}: the limit is {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
