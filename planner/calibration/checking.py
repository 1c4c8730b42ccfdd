"""Checking: what was found in each run beside what the model says of it, before it learned and after.

Both are shares of the parts that were seen, as the detector shows them, with intervals for another measurement of the
same flask: they hold the constants, the bottles, what the mechanism gets wrong (after: as far as the runs leave it
open) and the noise. Before is the prior of the fit, as wide as it was taken there.
"""

from dataclasses import dataclass, replace

import numpy as np

from planner.calibration.experiments import evidence_of
from planner.calibration.likelihood import Likelihood, computed, discrepancy_of, likelihood, noise_variances
from planner.calibration.runs import read_runs
from planner.calibration.tempering import sobol_normals
from planner.calibration.unknowns import unknowns_of
from planner.comparisons.observed import degree_name
from planner.engine import Array
from planner.errors import ParameterError
from planner.flask.discrepancy import discrepancy, fractions_of, pins_of
from planner.model.calibration import Calibration
from planner.model.draws import draw_parameters
from planner.model.model import Model

N_PRIOR = 256
"""Draws of the prior."""
SEED = 5
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One part of one row."""

    run: str
    """Of which flask."""
    time_h: float | None
    """Of the sample [h]; None: at the quench."""
    part: str
    """unreacted, mono, ...; several are joined by +."""
    found: float
    """Share of what was seen."""
    before: float
    """Median of the same before the runs were learned from."""
    before_low: float
    """5 % quantile."""
    before_high: float
    """95 % quantile."""
    after: float
    """Median after it."""
    after_low: float
    """5 % quantile."""
    after_high: float
    """95 % quantile."""

    @property
    def is_inside(self) -> bool:
        """Whether what was found lies within the interval after learning."""
        return self.after_low <= self.found <= self.after_high


CHECK_COLUMNS = tuple(Check.__dataclass_fields__)


def check_name(check: Check) -> str:
    """Name a row: its run, and when the sample was taken."""
    return check.run if check.time_h is None else f"{check.run}, {check.time_h:g} h"


def check_values(check: Check) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Give median, 5 % and 95 % of a part, before and after."""
    before = (check.before, check.before_low, check.before_high)
    return before, (check.after, check.after_low, check.after_high)


def parent_of(model: Model) -> Model:
    """Return the model that a calibrated one was before it learned."""
    calibration = learned_of(model)
    return replace(
        model, name=calibration.parent, sha256=calibration.parent_sha256, parent=None, calibration=None
    )


def check_runs(model: Model) -> tuple[Check, ...]:
    """Set what was found in the runs of a calibrated model beside its predictions, in the order of the table.

    Raises
    ------
    ParameterError
        If the model has learned from no runs.
    """
    calibration, parent = learned_of(model), parent_of(model)
    evidence = evidence_of(read_runs(calibration.runs, model=parent), parent)
    given = likelihood(evidence, unknowns_of(evidence, parent, has_discrepancy=calibration.has_discrepancy))
    findings = [f for f in given.findings if not f.is_carbonyl]
    before = _parted(_before(given), given)
    after = _after(model, calibration)
    checks: list[Check] = []
    for finding, prior, posterior in zip(findings, before, after, strict=True):
        spans = [np.quantile(fractions_of(u), (LOW, 0.5, HIGH), axis=0) for u in (prior, posterior)]
        for i, part in enumerate(finding.parts):
            checks.append(
                Check(
                    run=finding.run,
                    time_h=finding.time_h,
                    part=" + ".join(degree_name(degree) for degree in part),
                    found=finding.shares[i],
                    **{
                        n: float(spans[0][q, i])
                        for q, n in enumerate(("before_low", "before", "before_high"))
                    },
                    **{n: float(spans[1][q, i]) for q, n in enumerate(("after_low", "after", "after_high"))},
                )
            )
    return tuple(checks)


def learned_of(model: Model) -> Calibration:
    """Take what a model learned; ParameterError where that is nothing."""
    if not isinstance(model, Model):
        raise ParameterError(f"{type(model).__name__} is no model; give what calibrate or load_model returns")
    if model.calibration is None or not model.calibration.rows:
        raise ParameterError(
            f"model {model.name!r} has learned from no runs; fit some: planner calibrate RUNS --out FILE"
        )
    return model.calibration


def _before(given: Likelihood) -> Array:
    """Draw contrasts as they would be measured, from the prior (n, n_contrasts); draws that fail are left out."""
    rng = np.random.default_rng(SEED)
    x = sobol_normals(N_PRIOR, len(given.unknowns.names), rng)
    u = computed(given, x)
    t = discrepancy_of(given.unknowns, x)[:, None] * np.sqrt(np.maximum(np.diag(given.shared), 0.0))
    s = np.sqrt(noise_variances(given, x)[:, given.owner])
    u = u + t * rng.standard_normal(u.shape) + s * rng.standard_normal(u.shape)
    return np.asarray(u[np.isfinite(u).all(axis=1)])


def _parted(u: Array, given: Likelihood) -> list[Array]:
    """Part contrasts by finding, those of the carbonyl's own set left out."""
    found, start = [], 0
    for finding in given.findings:
        end = start + len(finding.parts) - 1
        if not finding.is_carbonyl:
            found.append(u[:, start:end])
        start = end
    return found


def _after(model: Model, calibration: Calibration) -> list[Array]:
    """Draw contrasts of each row as they would be measured again, from the posterior (n_draws, n_contrasts)."""
    rng = np.random.default_rng(SEED)
    draws = draw_parameters(model, calibration.n_draws, 0)
    pins, rows = pins_of(calibration, draws), calibration.rows
    u = np.hstack([row.computed for row in rows])
    if calibration.has_discrepancy:
        pulled = np.asarray((discrepancy(draws) ** 2)[:, None, None] * pins.shared)
        gain = pulled @ pins.inverse
        mean = np.einsum("dij,dj->di", gain, pins.residuals)
        left = np.einsum("dij,dji->di", gain, pulled)
        spread = np.sqrt(np.maximum(np.einsum("dii->di", pulled) - left, 0.0))
        u = u + mean + spread * rng.standard_normal(u.shape)
    u = u + np.sqrt(pins.variances) * rng.standard_normal(u.shape)
    ends = np.cumsum([row.n_contrasts for row in rows])
    return [np.asarray(part) for part in np.split(u, ends[:-1], axis=1)]
