"""Experiments: rows of a table become flasks that can be computed, each with its samples and what was found in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.calibration.contrasts import ClosedSet, Response, closed_sets
from planner.calibration.runs import Run
from planner.errors import PlannerError, ProcedureError, ScopeError, TableError
from planner.flask.procedure import Procedure, Settled
from planner.flask.samples import Sampled
from planner.flask.settling import settle
from planner.model.model import Model
from planner.model.parts import CHARGES
from planner.structures.pairs import Pair, read_pair

MOST_RUNS = 100
"""Runs that are fitted together: with more, a pair has its own kinetics measured."""
MANY_ROWS, ROWS_A_RUN, MOST_ROWS = 60, 8, 120
"""From so many rows on a run keeps at most so many, and all together at most so many: neighbours in time tell the
same."""
MOST_NAMED = 5
"""Runs that are named in one note."""
LATE = 1e-6
"""Part of a run's length by which a sample may be late: rounding."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Experiment:
    """One flask and what was found in it."""

    name: str
    """Of the run."""
    pair: Pair
    """With the bottles of this run."""
    sampled: Sampled
    """What was done, and when samples were taken."""
    lot: str
    """Of the bottles."""
    assay: float | None
    """Of the carbonyl compound, where the model counts no charges; else it is in the procedure."""
    findings: tuple[ClosedSet, ...]
    """In the order of the table."""

    @property
    def procedure(self) -> Settled:
        """What was done."""
        return self.sampled.procedure


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evidence:
    """All experiments of a table."""

    pair: Pair
    """Of the first row."""
    experiments: tuple[Experiment, ...]
    """In the order of the table."""
    responses: dict[str, Response]
    """Responses that are unknown, by the names that findings use."""
    notes: tuple[str, ...]
    """What was not taken, and why."""
    lot: str
    """Of the bottles that were opened last."""


def evidence_of(runs: Sequence[Run], model: Model) -> Evidence:
    """Turn rows into experiments.

    Raises
    ------
    TableError
        If rows of one run differ in what was done, there are more than 100 runs, or a row cannot be read.
    ScopeError
        If runs are of different pairs.
    ProcedureError
        If a sample was taken outside its run.
    """
    by_run: dict[str, list[Run]] = {}
    for run in runs:
        by_run.setdefault(run.run, []).append(run)
    if len(by_run) > MOST_RUNS:
        raise TableError(
            f"{len(by_run)} runs were given; expected at most {MOST_RUNS}: leave out those furthest from what you plan"
        )
    thinned, notes = _thinned(by_run)
    responses: dict[str, Response] = {}
    experiments = []
    for rows in thinned.values():
        experiment, own, said = _experiment(rows, model)
        experiments.append(experiment)
        responses |= own
        notes += said
    pair = experiments[0].pair
    for other in experiments[1:]:
        _check_same(pair, other)
    told = tuple(e for e in experiments if e.findings)
    if not told:
        raise TableError(f"no row tells a ratio of two parts: {'; '.join(notes)}")
    return Evidence(
        pair=pair,
        experiments=told,
        responses=responses,
        notes=tuple(dict.fromkeys(notes)),
        lot=experiments[-1].lot,
    )


def _thinned(by_run: dict[str, list[Run]]) -> tuple[dict[str, list[Run]], list[str]]:
    """Keep at most eight rows a run where there are many, spread over their times."""
    n_rows = sum(map(len, by_run.values()))
    most = max(1, min(ROWS_A_RUN, MOST_ROWS // len(by_run)))
    if n_rows <= MANY_ROWS or all(len(rows) <= most for rows in by_run.values()):
        return by_run, []
    kept = {name: _spread(rows, most) for name, rows in by_run.items()}
    n_kept = sum(map(len, kept.values()))
    thinned = [
        f"{name} ({len(kept[name])} of {len(rows)})" for name, rows in by_run.items() if len(rows) > most
    ]
    named = ", ".join(thinned[:MOST_NAMED]) + (", ..." if len(thinned) > MOST_NAMED else "")
    return kept, [
        f"{n_kept} of {n_rows} rows are fitted, at most {most} a run, spread over its times: run {named}"
    ]


def _spread(rows: list[Run], most: int) -> list[Run]:
    """Keep rows evenly spaced in their order of time, the last among them."""
    ordered = sorted(rows, key=lambda r: float("inf") if r.time_h is None else r.time_h)
    n = len(ordered)
    places = (
        {n - 1 - round(i * (n - 1) / max(1, most - 1)) for i in range(most)} if n > most else set(range(n))
    )
    return [ordered[i] for i in sorted(places)]


def _experiment(rows: list[Run], model: Model) -> tuple[Experiment, dict[str, Response], list[str]]:
    """Turn the rows of one run into an experiment."""
    first = rows[0]
    for other in rows[1:]:
        if (other.procedure, other.lot) != (first.procedure, first.lot):
            raise TableError(
                f"row {other.row}: run {first.run!r} was done otherwise in row {first.row}; rows of one run differ "
                "only in time_h and in what was found: correct the row, or name another run"
            )
    try:
        pair = read_pair(first.amine, first.carbonyl, model)
        procedure, assay = _assayed(first.procedure, model)
        settled, _ = settle(procedure, model, pair)
    except PlannerError as error:
        raise TableError(f"row {first.row}: {error}") from error
    for row in rows:
        _check_time(row, settled)
    findings: list[ClosedSet] = []
    responses: dict[str, Response] = {}
    notes: list[str] = []
    for row in rows:
        found, own, said = closed_sets(row, pair, model, settled.carbonyl_equivalents)
        findings += found
        responses |= own
        notes += said
    times = {one.time_h for one in findings} or {None}
    ordered = sorted(times, key=lambda t: float("inf") if t is None else t)
    experiment = Experiment(
        name=first.run,
        pair=pair,
        sampled=Sampled(procedure=settled, times_h=tuple(ordered)),
        lot=first.lot,
        assay=assay,
        findings=tuple(findings),
    )
    return experiment, responses, notes


def _assayed(procedure: Procedure, model: Model) -> tuple[Procedure, float | None]:
    """Take the carbonyl's assay out of a procedure where the model counts no charges: it goes into the titre."""
    if CHARGES in model.parts:
        return procedure, None
    return replace(procedure, carbonyl_purity=None), procedure.carbonyl_purity


def _check_time(row: Run, settled: Settled) -> None:
    """Refuse a sample before the start or after the end."""
    most = settled.total_time_h
    if row.time_h is not None and not 0 < row.time_h <= most * (1.0 + LATE):
        raise ProcedureError(
            f"row {row.row}: a sample at {row.time_h:g} h was given, but run {row.run!r} lasts {most:g} h; give a time "
            f"above 0 and up to {most:g}, or leave time_h empty for the quench"
        )


def _check_same(pair: Pair, other: Experiment) -> None:
    """Refuse runs of another pair."""
    here, there = ((p.amine.smiles, p.carbonyl.smiles) for p in (pair, other.pair))
    if here != there:
        raise ScopeError(
            f"run {other.name!r} was made with {' + '.join(there)}, the first with {' + '.join(here)}; a model learns "
            "from one pair at a time: give each pair a table of its own"
        )
