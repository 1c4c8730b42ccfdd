"""Three runs of benzylamine and butanal, and the model that learned from them, fitted once a process."""

from functools import cache

import planner
from planner.model.model import Model

PAIR = ("NCc1ccccc1", "CCCC=O")
RUNS = """run;amine;carbonyl;reductant;carbonyl_equivalents;addition;addition_time_h;temperature_C;hold_time_h;\
kind;unreacted;mono;di;detector
A;NCc1ccccc1;CCCC=O;STAB;1.0;all_at_once;;25;16;area;18.5;66;15.5;UV
B;NCc1ccccc1;CCCC=O;STAB;1.0;slow_carbonyl;2;25;16;area;14;76;10;UV
C;NCc1ccccc1;CCCC=O;NaBH4;1.05;imine_first;;0;2;area;6;90;4;UV
"""


@cache
def learned() -> Model:
    """Fit the three runs."""
    return planner.calibrate(planner.read_runs(RUNS))
