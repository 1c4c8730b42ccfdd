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


def read_runs(source: object) -> "tuple[Run, ...]":
    """Take runs."""
    return tuple(source)  # type: ignore[arg-type]


def run_records(runs: "tuple[Run, ...]") -> list[dict[str, str | float]]:
    """Write runs as mappings."""
    from planner.flask.fields import FIELDS

    found = []
    for run in runs:
        row: dict[str, str | float] = {
            "run": run.run,
            "amine": run.amine,
            "carbonyl": run.carbonyl,
            "kind": run.kind,
        }
        row |= {n: v for n in FIELDS if (v := getattr(run.procedure, n)) is not None}
        row |= dict(run.observed)
        row |= {"time_h": run.time_h} if run.time_h is not None else {}
        row |= {"lot": run.lot} if run.lot else {}
        row |= {"detector": run.detector} if run.detector else {}
        found.append(row)
    return found
