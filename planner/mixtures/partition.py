"""Partition: log P of amines that was measured, from ``models/log_p.csv``, and the sum of atoms for all others.

The sum of atoms (Crippen) is too high for what likes water most, ammonia and small diamines, by up to 1.6, and too low
for long chains; a measured value stands in for it, with the spread of measurements between laboratories as its width.

References
----------
Wildman and Crippen, J. Chem. Inf. Comput. Sci. 1999, 39, 868 (as RDKit computes it); the table cites its own.
"""

from dataclasses import dataclass
from functools import lru_cache

from planner.errors import ParameterError, finite
from planner.files.tables import read_csv
from planner.model.folders import models_folder
from planner.structures.sensitive import log_p

FILE = "log_p.csv"
COLUMNS = ("smiles", "name", "cas", "log_p", "sd", "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredLogP:
    """A measured log P between octanol and water, of the neutral compound."""

    value: float
    sd: float
    source: str
    """In full."""


@lru_cache(maxsize=1)
def load_log_p() -> dict[str, MeasuredLogP]:
    """Read the shipped file, once: canonical SMILES to what was measured.

    Raises
    ------
    ParameterError
        If the file is damaged.
    """
    file = models_folder() / FILE
    found: dict[str, MeasuredLogP] = {}
    for number, row in enumerate(read_csv(file, COLUMNS), start=2):
        smiles, value, sd = row["smiles"], finite(row["log_p"]), finite(row["sd"])
        if not isinstance(smiles, str) or value is None or not -5.0 < value < 8.0 or sd is None or sd <= 0:
            raise ParameterError(
                f"{file}, line {number}: expected SMILES, a log P between -5 and 8, a width above 0"
            )
        if smiles in found:
            raise ParameterError(f"{file}, line {number}: {smiles} stands twice; delete one")
        found[smiles] = MeasuredLogP(value=value, sd=sd, source=str(row["source"]))
    return found


def log_p_of(smiles: str, sd_of_sum: float) -> tuple[float, float]:
    """State log P of a neutral compound and its width: measured where it was, else the sum of atoms.

    Parameters
    ----------
    smiles
        Canonical, as ``read_structure`` returns it.
    sd_of_sum
        Width of the sum of atoms for this kind of compound.
    """
    measured = load_log_p().get(smiles)
    return (log_p(smiles), sd_of_sum) if measured is None else (measured.value, measured.sd)
