"""Time recommendations and predictions against the engine's own time for the same runs.

    python tests/benchmarks/recommend.py           a recommendation and a prediction, as ratios; the first of each
    python tests/benchmarks/recommend.py --cases   five recommendations, with their scores
    python tests/benchmarks/recommend.py --hard    the same, and with ten times the effort

Ratios are of processor time, both from one process, so that a busy machine slows numerator and denominator alike.
The first answers are wall time of fresh processes, after the imports.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import planner
from planner.flask import simulate
from planner.model.folders import models_folder
from planner.plans.planning import recommend

PAIR = ("NCc1ccccc1", "CCCC=O")
CASES = (
    ("NCc1ccccc1", "CCCC=O", {"max_over_alkylation": 0.05}),
    ("NCc1ccccc1", "CCCC=O", {"basis": "carbonyl"}),
    ("NCCN", "O=Cc1ccccc1", {"target": "di"}),
    ("CCCCN", "O=C1CCCCC1", {}),
    ("C1CNCCN1", "O=Cc1ccccc1", {}),
)
FIRST = """
import time, planner, planner.predictions.prediction, planner.plans.planning
start = time.perf_counter()
planner.{call}("NCc1ccccc1", "CCCC=O")
print(time.perf_counter() - start)
"""


@contextmanager
def engine_clock() -> Iterator[list[float]]:
    """Add up the processor time that the engine takes."""
    spent, integrate = [0.0], simulate.integrate

    def timed(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return integrate(*given, **named)
        finally:
            spent[0] += time.process_time() - start

    simulate.integrate = timed
    try:
        yield spent
    finally:
        simulate.integrate = integrate


def against_engine(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Processor seconds of a call (median over repeats), and as a multiple of the engine's in it."""
    call()
    found = []
    for _ in range(repeats):
        with engine_clock() as spent:
            start = time.process_time()
            call()
            whole = time.process_time() - start
        found.append((whole, whole / spent[0]))
    return sorted(found)[repeats // 2]


def first_answer(call: str) -> float:
    """Wall seconds of the first call in a fresh process, best of three."""
    words = [sys.executable, "-c", FIRST.format(call=call)]
    runs = [subprocess.run(words, capture_output=True, text=True, check=True) for _ in range(3)]
    return min(float(run.stdout) for run in runs)


def ratios() -> None:
    """Print what a recommendation and a prediction take besides the engine."""
    planner.predict(*PAIR)
    for name, call, repeats in (
        ("recommendation, 4 reductants x 4 additions", lambda: recommend(*PAIR, max_over_alkylation=0.05), 5),
        ("second prediction, 256 draws", lambda: planner.predict(*PAIR, carbonyl_equivalents=0.9), 51),
        ("the same, folder given", lambda: planner.predict(*PAIR, models=models_folder()), 51),
    ):
        wall = time.perf_counter()
        call()
        wall = time.perf_counter() - wall
        cpu, ratio = against_engine(call, repeats)
        print(f"{name:<45} {1e3 * cpu:8.1f} ms CPU  {ratio:5.2f} x engine  {1e3 * wall:8.1f} ms wall")
    for call in ("predict", "recommend"):
        print(f"first {call} of a fresh process, after imports: {first_answer(call):.2f} s wall")


def cases() -> None:
    """Print wall and processor seconds, the best score and its mean target fraction for each case."""
    recommend(*PAIR, effort=0.1)  # compiles the flask's equations
    print(f"{'pair':<28} {'wall s':>7} {'cpu s':>7} {'score':>7} {'target':>7}  best")
    for amine, carbonyl, limits in CASES:
        for effort in (1.0, 10.0) if "--hard" in sys.argv else (1.0,):
            wall, cpu = time.perf_counter(), time.process_time()
            best = recommend(amine, carbonyl, effort=effort, **limits).best
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            words = f"{best.procedure.reductant}, {best.procedure.addition}"
            mean = best.prediction.target_fraction.mean
            print(
                f"{amine + ' + ' + carbonyl:<28} {wall:7.2f} {cpu:7.2f} {best.score:7.4f} {mean:7.4f}  {words}"
            )


if __name__ == "__main__":
    cases() if {"--cases", "--hard"} & set(sys.argv) else ratios()
