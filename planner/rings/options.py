"""Options: what may be said of a ring closure and of a recommendation, with bounds and a line of help each.

Nothing heavy is imported here, so that the command line can list its options at once.
"""

from typing import NamedTuple

from planner.flask.fields import ADDITIONS

AT_ONCE = next(iter(ADDITIONS))
BOTH_FED, B_INTO_A, A_INTO_B = "both_fed", "b_into_a", "a_into_b"
WAYS = (BOTH_FED, B_INTO_A, A_INTO_B, AT_ONCE)
"""How the partners meet."""
WAY_WORDS = dict(zip(WAYS, ("both fed", "B into A", "A into B", "all at once"), strict=True))
"""The same for people."""
NO_WORDS = ("none", "no", "")
BASES = ("K2CO3", "Cs2CO3", "Na2CO3", "NaHCO3", "DIPEA", "Et3N")
"""What may take up the acid; it is taken as fast and enough of it."""


class Bounds(NamedTuple):
    """What a number may be."""

    low: float
    high: float
    unit: str
    help: str


NUMBERS = {
    "concentration_M": Bounds(1e-5, 5.0, "M", "Limiting partner per litre of final volume [M]."),
    "addition_time_h": Bounds(0.0, 168.0, "h", "Length of the feed [h]; 0 is a batch."),
    "hold_time_h": Bounds(0.0, 168.0, "h", "Time after the feed [h]; 12 by default."),
    "feed_M": Bounds(1e-4, 10.0, "M", "Strength of each syringe [M]; 0.1, or more where feeds would not fit."),
    "equivalents": Bounds(0.02, 50.0, "mol of b per mol of a", "Moles of B per mole of A; 1 by default."),
    "temperature_C": Bounds(-20.0, 150.0, "C", "Temperature of the flask [C]."),
    "reductant_equivalents": Bounds(0.1, 10.0, "mol per carbonyl end", "Reductant per end; 1.5 by default."),
    "pump_ratio": Bounds(0.2, 5.0, "b over a", "A fault: rate of B's pump over A's; 1 by default."),
    "leak": Bounds(0.0, 0.9, "of the feed of b", "A fault: share of B's feed that is lost; 0 by default."),
}  # fmt: skip
WORDS = {
    "addition": f"{', '.join(WAYS)}.",
    "solvent": "Solvent; MeCN by default, DMF for sulfonamides, the reductant's own where a hydride reduces.",
    "base": f"{', '.join(BASES)} or none; K2CO3 by default.",
    "leaving_group": "Another one than the structure's: iodide, bromide, chloride, mesylate or tosylate.",
    "reductant": "For carbonyl partners: STAB by default; none leaves the imines to equilibrate.",
}
LIMITS = {
    "min_ring": Bounds(
        0.01, 0.999, "of the limiting partner", "Ring that is wanted, 0 to 1; 0.8 by default."
    ),
    "probability": Bounds(0.5, 0.99, "of the draws", "With which it is wanted; 0.8 by default."),
    "max_time_h": Bounds(1.0, 336.0, "h", "Longest feed and stirring together [h]; 72 by default."),
    "scale_g": Bounds(1e-3, 1e5, "g", "Ring to plan for [g]; 1 by default."),
}
"""Of a recommendation."""
KINDS = {
    "concentration_M": "M", "addition_time_h": "h", "hold_time_h": "h", "feed_M": "M", "equivalents": "equivalents",
    "temperature_C": "C", "min_ring": "fraction", "probability": "fraction", "max_time_h": "h", "scale_g": "g",
}  # fmt: skip
"""How a number is read where it is typed, as a kind of ``files.typed``."""
PROCEDURE = {name: (True, bounds.help) for name, bounds in NUMBERS.items()} | {
    name: (False, words) for name, words in WORDS.items()
}
"""Fields of a procedure: whether they are numbers, and help."""
RECOMMEND = {name: (True, bounds.help) for name, bounds in LIMITS.items()}
"""Limits of a recommendation."""
