"""Templates: the table of runs of a plan, with empty columns for what will be found."""

from planner.calibration.findings import AREA
from planner.comparisons.observed import degree_names
from planner.files.tables import Cell
from planner.flask.fields import FIELDS
from planner.flask.procedure import Procedure
from planner.plans.recommendation import Plan
from planner.structures.pairs import Pair


def template_columns(pair: Pair) -> tuple[str, ...]:
    """List the columns that a table of runs of this pair needs."""
    before, after = ("run", "amine", "carbonyl"), ("detector", "lot", "note")
    return (*before, *FIELDS, "time_h", "kind", *degree_names(pair), *after)


def template_row(pair: Pair, procedure: Procedure, run: str) -> dict[str, Cell]:
    """Write one run before it is made; what will be found is empty."""
    amine, carbonyl = pair.texts
    stated: dict[str, Cell] = {name: getattr(procedure, name) for name in FIELDS}
    blank: dict[str, Cell] = dict.fromkeys(template_columns(pair))
    return blank | stated | {"run": run, "amine": amine, "carbonyl": carbonyl, "kind": AREA}


def template_rows(plan: Plan) -> tuple[list[dict[str, Cell]], tuple[str, ...]]:
    """Write the table to fill for a plan: rows, one a recommendation named "rank 1" and so on, and columns.

    Filled in and read by ``read_runs`` it gives the plan's procedures; rows that stay empty are left out there.
    """
    rows = [template_row(plan.pair, r.procedure, f"rank {r.rank}") for r in plan.recommendations]
    return rows, template_columns(plan.pair)
