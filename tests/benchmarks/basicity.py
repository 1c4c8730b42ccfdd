"""Estimated basicities against measured ones: medians, outliers and widths by family, written to ``BASICITY.md``.

    python tests/benchmarks/basicity.py

The measured values stand in ``../shared/data/amine_pKaH.csv``, which is no part of the repository. A third of its rows
is held out: no increment was chosen with a look at them. Which they are was fixed before the first increment, by
``is_held_out``, and follows from the structure alone.
"""

import hashlib
from pathlib import Path

from planner.structures.structure import read_structure

DATA = Path(__file__).parents[3] / "shared" / "data"


def is_held_out(smiles: str) -> bool:
    """Whether a compound belongs to the third by which the estimate is judged: SHA-256 of its canonical SMILES."""
    digest = hashlib.sha256(read_structure(smiles).smiles.encode()).hexdigest()
    return int(digest, 16) % 3 == 0
