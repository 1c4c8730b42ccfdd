"""What a dozen flasks gave before the five parts: ``python -m tests.benchmarks.parts_off > tests/data/parts_off.json``.

Made on the commit before the parts came, and again only by who changes what a set without parts gives, and says so.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from parts_set import parts_model, shipped_with  # noqa: E402
from planner.flask.outcomes import predict_outcomes  # noqa: E402
from planner.flask.procedure import Procedure  # noqa: E402
from planner.flask.settling import settle  # noqa: E402
from planner.model.draws import draw_parameters  # noqa: E402
from planner.structures.pairs import read_pair  # noqa: E402

SETS = {"shipped": shipped_with, "reference": parts_model}
"""Both without a part."""
DRAWS, SEED = 32, 5
FLASKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("CCCCN", "CCCC=O", {"reductant": "STAB"}),
    ("CCCCN", "CCCC=O", {"reductant": "NaBH3CN"}),
    ("CCCCN", "CCCC=O", {"reductant": "NaBH4"}),
    ("NCc1ccccc1", "CCCC=O", {"reductant": "STAB", "carbonyl_equivalents": 0.95}),
    ("NCc1ccccc1", "O=C1CCCCC1", {"reductant": "2-picoline borane"}),
    ("CCCCN", "C=O", {"reductant": "STAB"}),
    ("CCCCN", "C=O", {"reductant": "NaBH3CN", "carbonyl_equivalents": 2.0, "water": "wet"}),
    ("C1COCCN1", "CCC(=O)CC", {"reductant": "STAB", "acid_equivalents": 1.0}),
    ("N", "CCCC=O", {"reductant": "NaBH3CN", "concentration_M": 1.0, "carbonyl_equivalents": 0.1}),
    ("C1CNCCNC1", "O=Cc1cccs1", {"reductant": "STAB"}),
    ("NCCCNCCCCNCCCN", "C=O", {"reductant": "NaBH3CN", "carbonyl_equivalents": 6.0}),
    ("NCCN", "O=Cc1ccccc1", {"addition": "slow_amine", "addition_time_h": 2.0, "temperature_C": 40.0}),
    ("Nc1ccccc1", "CC(C)C=O", {"hydride_portions": 3, "hydride_time_h": 1.0, "hydride_temperature_C": 0.0}),
)


def numbers() -> dict[str, list[dict[str, Any]]]:
    """Compute the answer of every flask with every set, each parts-less."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, read_set in SETS.items():
        model = read_set()
        draws = draw_parameters(model, DRAWS, SEED)
        for amine, carbonyl, fields in FLASKS:
            pair = read_pair(amine, carbonyl, model)
            procedure, _ = settle(Procedure(**fields), model, pair)
            outcome = predict_outcomes(pair, model, [procedure], draws)
            rows = np.column_stack(
                [outcome.degrees[0], outcome.product[0], outcome.alcohol[0], outcome.hydride_left[0]]
            )
            found.setdefault(name, []).append(
                {
                    "amine": amine,
                    "carbonyl": carbonyl,
                    "fields": fields,
                    "numbers": [float(f"{n:.12g}") for n in (*rows.mean(axis=0), *np.median(rows, axis=0))],
                }
            )
    return found


if __name__ == "__main__":
    print(json.dumps(numbers(), indent=1))
