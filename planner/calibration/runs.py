"""Runs: what a chemist did and what was found, one row for one run at one time."""

from dataclasses import dataclass

from planner.flask.procedure import Procedure

KINDS = ("area", "mol", "ratio", "conversion")
"""What the numbers of a row are: areas of a detector, mole per cent of the amine, amounts of which only ratios count,
or the share of the amine that reacted [%]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run at one time."""

    run: str
    """Its name; rows of the same name are the same flask at several times."""
    amine: str
    """SMILES or name, as it was typed."""
    carbonyl: str
    """The other partner."""
    procedure: Procedure
    """What was done; fields that the table leaves empty are None, an assay of the carbonyl is its purity."""
    time_h: float | None
    """From the start to the sample [h]; None: at the quench."""
    kind: str
    """One of ``KINDS``."""
    observed: tuple[tuple[str, float], ...]
    """What was found in the order of degrees (unreacted, mono, di, ...), then alcohol and carbonyl_left; ``conversion``
    alone [%] where that is the kind. 0 stands for nothing seen. Per cents for mol, any unit else."""
    detector: str | None
    """Of the areas: UV, MS, ELSD, FID or NMR; None where it was not said, or they are no areas."""
    lot: str
    """Of the bottles; runs of one lot share what is in them. Empty: the usual one."""
    responses: tuple[tuple[int, float], ...]
    """Degree and its area per mole relative to the starting amine, where that is known."""
    note: str
    """As it was typed."""
    row: int
    """Line of the table, for messages."""
