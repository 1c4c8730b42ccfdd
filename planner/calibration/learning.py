"""Learning: runs of one pair narrow a model's numbers.

One fit is a tempered sequential Monte Carlo on the exact likelihood (``fits``, ``likelihood``, ``tempering``). What
comes out is a child of the model, which gives the posterior's draws wherever its parent gave the prior's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from planner.calibration.diagnostics import told
from planner.calibration.experiments import Evidence, evidence_of
from planner.calibration.fits import Fit, fit_evidence
from planner.calibration.identifiability import verdicts_of
from planner.calibration.runs import Run, read_runs, run_records
from planner.calibration.tempering import Progress
from planner.errors import ParameterError, ProcedureError, shown
from planner.flask.fields import FIELDS
from planner.flask.procedure import Settled
from planner.model.calibrated import runs_digest
from planner.model.calibration import Calibration, Cell, SeenRow
from planner.model.model import Model, learned
from planner.model.parameters import chosen_model
from planner.predictions.prediction import check_count

LARGEST_SEED = 2**32 - 1


def calibrate(
    runs: object,
    *,
    parent: Model | None = None,
    discrepancy: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Narrow a model's numbers by runs of one pair.

    Parameters
    ----------
    runs
        A file or frame of runs, a calibrated model's file, or runs that were read.
    parent
        Whose numbers are narrowed; the shipped model when absent.
    discrepancy
        Whether the mechanism may be wrong and priors are widened for it; False takes the model as exactly right, for
        simulated data only.
    seed
        Same seed, same answer.
    progress
        Is told how far the fit is, 0 to 1; what it raises ends the fit.

    Returns
    -------
    Model
        The child, with ``calibration``; the parent itself where there are no runs.

    Raises
    ------
    TableError
        If a row cannot be fitted, or there are more than 100 runs.
    ScopeError
        If the runs are of more than one pair.
    ProcedureError
        If a sample was taken outside its run, or seed, discrepancy or progress are not usable.
    ParameterError
        If the parent is no model, or has learned from runs already.
    SimulationError
        If more than 5 % of the prior's draws cannot be computed.
    """
    model = chosen_model(None, parent)
    seed = check_count("seed", seed, 0, LARGEST_SEED)
    _check_switch("discrepancy", discrepancy)
    if progress is not None and not callable(progress):
        raise ProcedureError(f"progress {shown(progress)} is not usable; give a function of a share, or None")
    if model.calibration is not None:
        raise ParameterError(
            f"model {model.name!r} has learned from runs already; give its parent {model.parent!r}, and old and new "
            "runs in one table"
        )
    if isinstance(runs, list | tuple) and not runs:
        return model
    rows = read_runs(runs, model=model)
    evidence = evidence_of(rows, model)
    fit = fit_evidence(evidence, model, has_discrepancy=discrepancy, seed=seed, progress=progress)
    return learned(model, _calibration(fit, evidence, model, rows, seed))


def _check_switch(name: str, given: object) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(given, bool):
        raise ProcedureError(f"{name} {shown(given)} is not usable; give True or False")


def _calibration(fit: Fit, evidence: Evidence, model: Model, rows: Sequence[Run], seed: int) -> Calibration:
    """Write down what was learned."""
    unknowns = fit.given.unknowns
    records = run_records(rows)
    verdicts = verdicts_of(fit, evidence)
    return Calibration(
        amine=evidence.pair.amine.smiles,
        carbonyl=evidence.pair.carbonyl.smiles,
        parent=model.name,
        parent_sha256=model.sha256,
        data_sha256=runs_digest(records),
        date=datetime.now(UTC).date().isoformat(),
        seed=seed,
        has_discrepancy=unknowns.has_discrepancy,
        width=unknowns.width,
        names=unknowns.names,
        normals=fit.x,
        rows=_seen_rows(fit, evidence),
        runs=tuple(records),
        diagnostics=told(fit, evidence, verdicts),
        verdicts=verdicts,
    )


def _seen_rows(fit: Fit, evidence: Evidence) -> tuple[SeenRow, ...]:
    """Write down the contrasts of the degrees; those of the carbonyl's own set share no discrepancy with them."""
    n_degrees = evidence.pair.n_hydrogens + 1
    procedures = {e.name: _fields(e.procedure) for e in evidence.experiments}
    found, start = [], 0
    for one in fit.given.findings:
        end = start + len(one.parts) - 1
        if not one.is_carbonyl:
            found.append(
                SeenRow(
                    run=one.run,
                    procedure=procedures[one.run],
                    contrasts=one.directions(n_degrees)[:, :n_degrees],
                    observed=one.observed,
                    computed=fit.found[:, start:end],
                )
            )
        start = end
    return tuple(found)


def _fields(procedure: Settled) -> dict[str, Cell]:
    """Write a settled procedure as fields, without those that are None."""
    return {name: value for name in FIELDS if (value := getattr(procedure, name)) is not None}
