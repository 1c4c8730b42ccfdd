"""What a prediction owes to runs: what was learned, on which pair, and what its intervals hold."""

from planner.flask.procedure import Settled
from planner.model.calibration import Calibration
from planner.model.model import Model
from planner.structures.pairs import Pair

ESTIMATE = (
    "Constants are class estimates with wide intervals, not calibrated on your substrates; "
    "no validation against published mono:di tables exists."
)


def rests_on(pair: Pair, model: Model, procedure: Settled) -> list[str]:
    """Say what the numbers rest on: estimates alone, or runs of this pair, or of another."""
    calibration = model.calibration
    if calibration is None or not calibration.rows:
        return [ESTIMATE]
    runs = _runs(calibration)
    if not calibration.is_of(pair.amine.smiles, pair.carbonyl.smiles):
        return [
            f"Learned on {calibration.amine} + {calibration.carbonyl} ({runs}), not on this pair: constants in common "
            "carry over, what the mechanism gets wrong here is not known.",
            ESTIMATE,
        ]
    held = (
        "the constants, the bottles and what the mechanism gets wrong; "
        "time course, k2/k1 and hydride left hold no such error"
        if calibration.has_discrepancy
        else "the constants alone, the mechanism is taken to be right"
    )
    return [f"Learned from {runs} of this pair. Intervals hold {held}.", *_not_tried(calibration, procedure)]


def _runs(calibration: Calibration) -> str:
    """Count the runs."""
    n = len({row.run for row in calibration.rows})
    return f"{n} run{'s' if n > 1 else ''}"


def _not_tried(calibration: Calibration, procedure: Settled) -> list[str]:
    """Warn of a reductant that no run has used."""
    tried = {str(row.procedure["reductant"]) for row in calibration.rows}
    if procedure.reductant in tried:
        return []
    return [
        f"{procedure.reductant} has not been tried with this pair yet (the runs used {', '.join(sorted(tried))}): what "
        "is predicted of it rests on its class alone."
    ]
