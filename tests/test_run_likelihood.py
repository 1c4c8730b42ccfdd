"""The likelihood of runs against dense formulas, and what is simulated for it against predictions."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from planner.calibration.experiments import MOST_ROWS, Evidence, evidence_of
from planner.calibration.likelihood import (
    Likelihood,
    _by_discrepancy,
    computed,
    covariance_of,
    discrepancy_of,
    likelihood,
    log_likelihood,
    noise_variances,
    with_discrepancy_drawn,
)
from planner.calibration.runs import Run
from planner.calibration.unknowns import draws_of, titre_name, titres_of, unknowns_of
from planner.engine import Array, integrate
from planner.engine.batch import Batch, MassAction
from planner.errors import SimulationError
from planner.flask.discrepancy import kernel, log_contrasts
from planner.flask.flask import flask_for
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.samples import Sampled, read_samples
from planner.flask.settling import settle
from planner.model.draws import Draws, draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.pairs import read_pair

REFERENCE = load_model(Path(__file__).parent / "data" / "models_reference")
SHIPPED = load_model()
PAIR = ("NCc1ccccc1", "CCCC=O")
PROCEDURES = (
    Procedure(reductant="STAB", carbonyl_equivalents=1.1, acid_equivalents=0.5, hold_time_h=6.0),
    Procedure(reductant="NaBH3CN", carbonyl_equivalents=1.5, acid_equivalents=1.0, hold_time_h=6.0),
    Procedure(
        reductant="STAB",
        carbonyl_equivalents=0.9,
        addition="slow_amine",
        addition_time_h=3.0,
        hold_time_h=4.0,
    ),
    Procedure(
        reductant="STAB",
        carbonyl_equivalents=1.2,
        addition="imine_first",
        imine_time_h=1.0,
        hydride_portions=3,
        hydride_time_h=2.0,
        hydride_temperature_C=0.0,
        hold_time_h=6.0,
    ),
)


def row(name: str, which: int = 0, **changed: object) -> Run:
    """One row of a table."""
    usual = Run(
        run=name,
        amine=PAIR[0],
        carbonyl=PAIR[1],
        procedure=PROCEDURES[which],
        time_h=None,
        kind="mol",
        observed=(("unreacted", 10.0), ("mono", 80.0), ("di", 10.0)),
        detector=None,
        lot="",
        responses=(),
        note="",
        row=2,
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def prepared(
    rows: Sequence[Run], model: Model = REFERENCE, *, discrepancy: bool = True
) -> tuple[Evidence, Likelihood]:
    """All that a fit prepares."""
    evidence = evidence_of(rows, model)
    return evidence, likelihood(evidence, unknowns_of(evidence, model, has_discrepancy=discrepancy))


def some_draws(given: Likelihood, n: int = 6) -> Array:
    """Standard normals for its columns."""
    return np.random.default_rng(0).standard_normal((n, len(given.unknowns.names)))


MIXED = (
    row("a"),
    row("a", time_h=2.0, observed=(("unreacted", 40.0), ("mono", 55.0), ("di", 5.0))),
    row("a", time_h=4.0, observed=(("mono", 55.0), ("di", 5.0)), kind="ratio"),
    row("b", 1, kind="conversion", observed=(("conversion", 92.0),)),
    row("again"),
    row(
        "c",
        2,
        observed=(
            ("unreacted", 20.0),
            ("mono", 70.0),
            ("di", 10.0),
            ("alcohol", 3.0),
            ("carbonyl_left", 5.0),
        ),
    ),
)


@pytest.mark.parametrize("discrepancy", [True, False])
def test_the_likelihood_is_that_of_one_normal_over_all_contrasts(discrepancy: bool) -> None:
    """Samples in time, replicates, ratios, a conversion and the carbonyl's own set: as SciPy's dense normal has it."""
    _, given = prepared(MIXED, discrepancy=discrepancy)
    x = some_draws(given)
    u = computed(given, x)
    t = discrepancy_of(given.unknowns, x)[:, None]
    logs = _by_discrepancy(given, x, given.observed - u, t)[:, 0]
    assert np.diff(logs) == pytest.approx(np.diff(dense(given, x, u)), abs=1e-8)


def dense(given: Likelihood, x: Array, u: Array) -> Array:
    """Log L of draws by SciPy's normal."""
    covariances = covariance_of(given, x)
    return np.array(
        [
            multivariate_normal(mean=given.observed, cov=c).logpdf(one)
            for c, one in zip(covariances, u, strict=True)
        ]
    )


def test_what_the_mechanism_gets_wrong_is_integrated_and_drawn_from_what_is_left_of_it() -> None:
    """Log L is the mean of L over the prior of t; t is then drawn as L weighs it."""
    _, given = prepared(MIXED)
    x, rng = some_draws(given, 3), np.random.default_rng(0)
    u = np.stack([rng.multivariate_normal(given.observed, c) for c in covariance_of(given, x)])
    place = given.unknowns.places["discrepancy"]
    z = np.linspace(-5.0, 5.0, 201)
    logs = []
    for one, contrasts in zip(x, u, strict=True):
        many = np.repeat(one[None], len(z), axis=0)
        many[:, place] = z
        logs.append(dense(given, many, np.repeat(contrasts[None], len(z), axis=0)))
    weights = np.exp(np.array(logs) - 0.5 * z**2) * (z[1] - z[0]) / np.sqrt(2.0 * np.pi)
    whole = np.log(weights.sum(axis=1))
    assert np.diff(log_likelihood(given, x, u)) == pytest.approx(np.diff(whole), abs=0.02)
    for i in range(3):
        drawn = with_discrepancy_drawn(
            given, np.repeat(x[i : i + 1], 2000, axis=0), np.repeat(u[i : i + 1], 2000, axis=0), rng
        )
        share = weights[i] / weights[i].sum()
        mean = float(share @ z)
        sd = float(np.sqrt(share @ (z - mean) ** 2))
        assert drawn[:, place].mean() == pytest.approx(mean, abs=0.1 * sd)
        assert drawn[:, place].std() == pytest.approx(sd, rel=0.1)


def test_the_covariance_is_discrepancy_by_kernel_and_noise_by_run() -> None:
    """Rows of a run share all, replicates as well; different runs share as much as their procedures are alike."""
    evidence, given = prepared(MIXED)
    x = some_draws(given, 1)
    c = covariance_of(given, x)[0]
    t2 = discrepancy_of(given.unknowns, x)[0] ** 2
    v = dict(zip(given.runs, noise_variances(given, x)[0], strict=True))
    assert c[0, 0] == pytest.approx(t2 + v["a"])
    assert c[0, 2] == pytest.approx(t2)
    assert given.owner[6] == list(given.runs).index("again")
    assert c[0, 6] == pytest.approx(t2)
    assert c[0, 7] == pytest.approx(0.0)
    procedures = [e.procedure for e in evidence.experiments]
    k = kernel(procedures, procedures)[0, list(given.runs).index("c")]
    assert c[0, 8] == pytest.approx(t2 * k)


def test_draws_that_cannot_be_computed_have_no_likelihood() -> None:
    """And they do not touch the others."""
    _, given = prepared(MIXED[:2])
    x = some_draws(given)
    u = computed(given, x)
    broken = u.copy()
    broken[2] = np.nan
    logs, fewer = log_likelihood(given, x, u), log_likelihood(given, x, broken)
    assert fewer[2] == -np.inf
    assert np.array_equal(np.delete(logs, 2), np.delete(fewer, 2))


def test_a_run_that_the_integrator_gives_up_is_blank_where_that_is_allowed() -> None:
    """X + X -> 3 X explodes in finite time: an error, or NaN in that run alone."""
    network = MassAction(n_species=1, reactants=((0, 0),), products=((0, 0, 0),))
    k = np.array([1e-9, 10.0])[:, None, None]
    zeros = np.zeros((2, 1, 1))
    batch = Batch(
        amounts=np.ones((2, 1)),
        volume=np.ones(2),
        rate_constants=k,
        durations=np.ones((2, 1)),
        feeds=zeros,
        volume_rates=np.zeros((2, 1)),
        doses=zeros,
    )
    with pytest.raises(SimulationError):
        integrate(network, batch)
    ends = integrate(network, batch, allow_failures=True)
    assert np.isfinite(ends[0]).all()
    assert np.isnan(ends[1]).all()


@pytest.mark.parametrize("model", [REFERENCE, SHIPPED], ids=["reference", "shipped"])
def test_a_sample_is_what_a_shorter_run_would_give(model: Model) -> None:
    """At the end it is the prediction; before it that of the run whose hold ends there; portions keep their times."""
    pair = read_pair(*PAIR, model)
    settled = [settle(p, model, pair)[0] for p in PROCEDURES]
    draws = draw_parameters(model, 8, 3)
    for procedure in settled:
        flask = flask_for(pair, model, procedure)
        sampled = Sampled(procedure=procedure, times_h=(procedure.total_time_h - 2.0, None))
        found = read_samples(flask, model, [sampled], draws)
        cut = replace(procedure, hold_time_h=procedure.hold_time_h - 2.0)
        expected = predict_outcomes(pair, model, [cut, procedure], draws)
        assert found.degrees == pytest.approx(expected.degrees, abs=2e-5)
        assert found.carbonyl[..., 0] == pytest.approx(expected.product, abs=2e-5)


def test_runs_with_and_without_samples_are_read_together() -> None:
    """One call with different times gives what each run gives alone."""
    pair = read_pair(*PAIR, REFERENCE)
    settled = [settle(p, REFERENCE, pair)[0] for p in PROCEDURES]
    draws = draw_parameters(REFERENCE, 4, 3)
    flask = flask_for(pair, REFERENCE, settled[0])
    times = ((0.5, 1.0, None), (None,), (1.0, 3.0), (1.5, 2.5, 3.0, None))
    runs = [Sampled(procedure=p, times_h=t) for p, t in zip(settled, times, strict=True)]
    together = read_samples(flask, REFERENCE, runs, draws).degrees
    alone = np.concatenate([read_samples(flask, REFERENCE, [run], draws).degrees for run in runs])
    assert together == pytest.approx(alone, abs=2e-5)


def test_amine_that_waits_in_the_feed_is_not_in_a_sample() -> None:
    """Early in a slow addition of the amine all that is in the flask has met an excess: little is left of it."""
    pair = read_pair(*PAIR, REFERENCE)
    settled, _ = settle(PROCEDURES[2], REFERENCE, pair)
    flask = flask_for(pair, REFERENCE, settled)
    draws = draw_parameters(REFERENCE, 16, 3)
    early = read_samples(flask, REFERENCE, [Sampled(procedure=settled, times_h=(0.3,))], draws).degrees[0]
    assert early.sum(axis=1) == pytest.approx(1.0)
    assert np.median(early[:, 0]) < 0.6  # nine tenths of the amine are in the syringe


def test_titre_acts_as_so_much_less_carbonyl() -> None:
    """Where the set counts no charges, carbonyl at 95 % is 0.95 times the equivalents; an assay takes its place."""
    _, given = prepared([row("a")])
    unknowns, experiments = given.unknowns, evidence_of([row("a")], REFERENCE).experiments
    x = some_draws(given)
    titre = titres_of(unknowns, x, experiments)
    assert titre is not None
    assert titre["carbonyl"][0] == pytest.approx(np.exp(-0.02 + 0.03 * unknowns.column(x, "titre")))
    pair, procedure = experiments[0].pair, experiments[0].procedure
    less = [
        replace(procedure, carbonyl_equivalents=procedure.carbonyl_equivalents * q)
        for q in titre["carbonyl"][0]
    ]
    draws = draws_of(unknowns, x, experiments)
    each = predict_outcomes(pair, REFERENCE, less, draws).degrees
    own = np.stack([each[i, i] for i in range(len(x))])
    assert computed(given, x) == pytest.approx(log_contrasts(own), abs=2e-3)
    assayed = evidence_of([row("a", procedure=replace(PROCEDURES[0], carbonyl_purity=0.9))], REFERENCE)
    of_assay = unknowns_of(assayed, REFERENCE, has_discrepancy=True)
    name = titre_name(assayed.experiments[0], of_assay.lot)
    assert name in of_assay.names
    drawn = titres_of(of_assay, np.zeros((1, len(of_assay.names))), assayed.experiments)
    assert drawn is not None
    assert drawn["carbonyl"] == pytest.approx(0.9)


def test_every_run_is_weighed_anew_and_lots_share_their_impurities() -> None:
    """With charges counted: own weighings by run, impurities by lot, the last lot's under the number's plain name."""
    rows = [row("a", lot="old"), row("b", 1, lot="new"), row("c", 1, lot="new")]
    evidence, given = prepared(rows, SHIPPED)
    names = given.unknowns.names
    for run in "abc":
        assert f"weighing.carbonyl@{run}" in names
    assert "weighing.carbonyl" not in names
    assert {"carbonyl_impurity.n_alkanal", "carbonyl_impurity.n_alkanal@old"} <= set(names)
    assert "titre" not in names
    x = some_draws(given)
    u = computed(given, x)
    for i, experiment in enumerate(evidence.experiments):
        draws = draws_of(given.unknowns, x, [experiment])
        columns = {
            f"weighing.{p}": given.unknowns.column(x, f"weighing.{p}@{experiment.name}")
            for p in ("amine", "carbonyl", "reductant")
        }
        normals = draws.normals.copy()
        for name, column in columns.items():
            normals[:, draws.names.index(name)] = column
        alone = Draws(names=draws.names, normals=normals)
        expected = predict_outcomes(experiment.pair, SHIPPED, [experiment.procedure], alone).degrees[0]
        assert u[:, 2 * i : 2 * i + 2] == pytest.approx(log_contrasts(expected), abs=5e-3)


def test_priors_are_widened_for_the_mechanism_and_not_for_bottles() -> None:
    """A contribution moves by 1.5 sd, an impurity by one; where the mechanism is right nothing is widened."""
    for discrepancy, w in ((True, 1.5), (False, 1.0)):
        evidence, given = prepared([row("a")], SHIPPED, discrepancy=discrepancy)
        x = np.ones((1, len(given.unknowns.names)))
        draws = draws_of(given.unknowns, x, evidence.experiments)
        at = dict(zip(draws.names, draws.normals[0], strict=True))
        assert at["stab.hydride_transfer"] == w
        assert at["carbonyl_impurity.n_alkanal"] == (1.0 if discrepancy else 0.0)
        assert bool(draws.own) == discrepancy


@cache
def at_medians(*rows: Run) -> tuple[Array, Array, Evidence]:
    """Seen and computed contrasts, every unknown at its median."""
    evidence, given = prepared(rows, discrepancy=False)
    return given.observed, computed(given, np.zeros((1, len(given.unknowns.names))))[0], evidence


def test_areas_are_moles_times_responses() -> None:
    """Areas with given responses speak of the same moles; without, a response of its own is unknown for each degree."""
    factors = {1: 1.5, 2: 2.0}
    moles, same, _ = at_medians(row("a"))
    areas = (("unreacted", 10.0), ("mono", 80.0 * 1.5), ("di", 10.0 * 2.0))
    given = row("a", kind="area", detector="UV", observed=areas, responses=tuple(factors.items()))
    seen, found, evidence = at_medians(given)
    assert {r.sd for r in evidence.responses.values()} == {0.02}
    assert (seen - found) == pytest.approx(moles - same, abs=0.08)  # but for the floor
    _, _, expected = at_medians(row("a", kind="area", detector="UV"))
    assert set(expected.responses) == {"response.UV.1", "response.UV.2"}
    _, _, molar = at_medians(row("a"))
    assert not molar.responses


def test_what_a_detector_does_not_see_is_left_out_with_a_note() -> None:
    """Butylamine has no chromophore: of three areas by UV only the ratio of mono to di counts; unnamed, a line asks."""
    uv = row("a", amine="NCCCC", carbonyl="COc1ccc(C=O)cc1", kind="area", detector="UV")
    evidence = evidence_of([uv], REFERENCE)
    (one,) = evidence.experiments[0].findings
    assert one.parts == ((1,), (2,))
    assert any("not seen" in note for note in evidence.notes)
    asked = evidence_of([replace(uv, detector=None)], REFERENCE)
    assert any("name the detector" in note for note in asked.notes)
    assert {r.sd for r in asked.responses.values()} == {0.5}


def test_a_conversion_tells_the_amine_against_all_else() -> None:
    """92 % conversion: the contrast of 0.08 and 0.92, and of the amine computed and the rest."""
    seen, found, evidence = at_medians(row("a", kind="conversion", observed=(("conversion", 92.0),)))
    assert seen == pytest.approx(log_contrasts(np.array([0.08, 0.92])))
    experiment = evidence.experiments[0]
    outcome = predict_outcomes(
        experiment.pair, REFERENCE, [experiment.procedure], Draws(**_medians(REFERENCE))
    ).degrees[0, 0]
    assert found == pytest.approx(log_contrasts(np.array([outcome[0], 1.0 - outcome[0]])), abs=1e-3)


def _medians(model: Model) -> dict[str, object]:
    names = tuple(p.name for p in model.parameters)
    return {"names": names, "normals": np.zeros((1, len(names)))}


def test_alcohol_and_carbonyl_left_are_a_second_set_per_carbonyl() -> None:
    """As mole per cents they tell how the carbonyl was spent, with what is on nitrogen; as areas shown only."""
    observed = (("unreacted", 20.0), ("mono", 70.0), ("di", 10.0), ("alcohol", 30.0), ("carbonyl_left", 10.0))
    _, _, evidence = at_medians(row("a", 1, observed=observed))
    first, second = evidence.experiments[0].findings
    assert not first.is_carbonyl
    assert second.is_carbonyl
    on_nitrogen = (70.0 + 20.0) / 1.5
    assert second.shares == pytest.approx(np.array([on_nitrogen, 30.0, 10.0]) / (on_nitrogen + 40.0))
    _, _, as_areas = at_medians(row("a", 1, kind="area", detector="NMR", observed=observed))
    assert len(as_areas.experiments[0].findings) == 1


def test_many_rows_are_thinned_over_their_times_and_that_is_said() -> None:
    """Of 90 rows of three runs eight a run are left, the last among them; in all never more than the limit."""
    times = [0.2 * (i + 1) for i in range(30)]
    rows = [row(name, time_h=t) for name in "abc" for t in times]
    evidence = evidence_of(rows, REFERENCE)
    for experiment in evidence.experiments:
        assert len(experiment.findings) == 8
        assert experiment.sampled.times_h[-1] == times[-1]
    assert "24 of 90 rows are fitted" in evidence.notes[0]
    many = [row(f"r{i}", time_h=t) for i in range(80) for t in (1.0, 2.0)]
    assert sum(len(e.findings) for e in evidence_of(many, REFERENCE).experiments) <= MOST_ROWS
