"""Time a recommendation with all reductants and additions, and compare it with ten times the effort.

Run: python tests/benchmarks/recommend.py [--hard]
"""

import sys
import time

from planner.plans.recommendation import recommend

CASES = (
    ("NCc1ccccc1", "CCCC=O", {"max_over_alkylation": 0.05}),
    ("NCc1ccccc1", "CCCC=O", {"basis": "carbonyl"}),
    ("NCCN", "O=Cc1ccccc1", {"target": "di"}),
    ("CCCCN", "O=C1CCCCC1", {}),
    ("C1CNCCN1", "O=Cc1ccccc1", {}),
)


def main() -> None:
    """Print wall and processor seconds, the best score and its mean target fraction for each case."""
    recommend("NCc1ccccc1", "CCCC=O", effort=0.1)  # compiles the flask's equations
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
    main()
