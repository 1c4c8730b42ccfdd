"""Laws of learning from runs, on truths that are drawn from the small reference model and simulated."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from planner.calibration.checking import check_runs
from planner.calibration.diagnostics import EDGE, far_words
from planner.calibration.ensemble import PASSES, ensemble_guess
from planner.calibration.experiments import MOST_RUNS, evidence_of
from planner.calibration.fits import Fit, fit_evidence
from planner.calibration.learning import calibrate
from planner.calibration.leaving import leave_one_out
from planner.calibration.profiles import profile_of
from planner.calibration.runs import Run
from planner.errors import ParameterError, ProcedureError, ScopeError, TableError
from planner.flask.discrepancy import log_contrasts, precision
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.model import Model
from planner.model.parameters import load_model
from scripts import script

REFERENCE = load_model(Path(__file__).parent / "data" / "models_reference")
bench, ranks = script("learning"), script("ranks")
Array = np.ndarray


@cache
def substrate(i: int = 0) -> "bench.Substrate":
    """One truth; the pair is benzylamine and butanal for 0, 5, 10, ..."""
    return list(bench.substrates(REFERENCE, i + 1))[i]


@cache
def runs(i: int = 0, n: int = 4) -> tuple[Run, ...]:
    """Runs of one truth."""
    made, _ = bench.chosen(substrate(i), n)
    return tuple(bench.make(substrate(i), made))


@cache
def learned(i: int = 0, n: int = 3, *, discrepancy: bool = False, seed: int = 0) -> Model:
    """Learn from the first runs of a truth."""
    return calibrate(runs(i)[:n], parent=REFERENCE, discrepancy=discrepancy, seed=seed)


def mono(model: Model, i: int = 0, which: slice = slice(0, 6)) -> Array:
    """Draws of the mono fraction at held-out procedures (n_procedures, n_draws)."""
    _, held = bench.chosen(substrate(i), 4)
    draws = draw_parameters(model, 256, 0)
    return np.asarray(predict_outcomes(substrate(i).pair, model, held[which], draws).degrees[..., 1])


def apart(one: Array, other: Array) -> float:
    """Largest difference of means in units of the wider sd."""
    sd = np.maximum(one.std(axis=1), other.std(axis=1)) + 0.005
    return float(np.max(np.abs(one.mean(axis=1) - other.mean(axis=1)) / sd))


def fitted(rows: Sequence[Run], *, discrepancy: bool = True, model: Model = REFERENCE) -> Fit:
    """Fit without writing a model."""
    return fit_evidence(evidence_of(rows, model), model, has_discrepancy=discrepancy)


def test_intervals_cover_ten_truths() -> None:
    """After 1 and 3 runs the 90 % intervals of mono and di cover at least 80 %, and they get narrower run by run."""
    scores = [
        score
        for one in bench.substrates(REFERENCE, 10)
        for score, _, _ in bench.ladder(one, (0, 1, 3), discrepancy=False)
    ]
    width = {n: np.mean([s.width for s in scores if s.n_runs == n]) for n in (0, 1, 3)}
    for n in (1, 3):
        assert np.mean([s.coverage for s in scores if s.n_runs == n]) >= 0.8
    assert width[3] < width[1] < width[0]


def test_with_a_mechanism_that_may_be_wrong_intervals_are_wider_and_still_narrow() -> None:
    """The same truths are covered by more of wider intervals."""
    sharp, wide = learned(0, 3), learned(0, 3, discrepancy=True)
    _, held = bench.chosen(substrate(), 4)
    narrow_score, wide_score = (bench.scored(substrate(), m, held, 3) for m in (sharp, wide))
    assert wide_score.width > narrow_score.width
    assert wide_score.coverage >= narrow_score.coverage
    one_run = bench.scored(substrate(), learned(0, 1, discrepancy=True), held, 1)
    assert wide_score.width < one_run.width


def test_no_runs_give_back_the_parent() -> None:
    """Nothing seen, nothing learned."""
    assert calibrate((), parent=REFERENCE) is REFERENCE


def test_the_order_of_runs_does_not_matter() -> None:
    """Shuffled rows give the same predictions, within the error of a few hundred draws."""
    shuffled = calibrate(runs()[:3][::-1], parent=REFERENCE, discrepancy=False)
    assert apart(mono(learned()), mono(shuffled)) < 0.35


def test_a_run_entered_twice_is_not_two_runs() -> None:
    """The same run again narrows less than another one, and moves no median by more than an sd."""
    first = runs()[0]
    twice = calibrate((first, replace(first, run="again")), parent=REFERENCE, discrepancy=False)
    once, two = mono(learned(0, 1)), mono(learned(0, 2))
    doubled = mono(twice)
    assert apart(once, doubled) < 1.0
    assert two.std(axis=1).mean() < doubled.std(axis=1).mean() + 0.005


def test_only_ratios_of_areas_count() -> None:
    """All areas of a run times a number is the same run."""
    scaled = [
        replace(run, kind="area", observed=tuple((name, 0.37 * value) for name, value in run.observed))
        for run in runs()[:2]
    ]
    as_areas = [replace(run, kind="area") for run in runs()[:2]]
    one, other = (calibrate(rows, parent=REFERENCE) for rows in (scaled, as_areas))
    assert one.calibration is not None
    assert other.calibration is not None
    assert np.array_equal(one.calibration.normals, other.calibration.normals)


def test_after_replicates_the_procedure_is_known_to_its_noise() -> None:
    """Contrasts predicted at a procedure that was run four times lie within three noises of their mean."""
    procedure, true = runs()[0].procedure, np.array([v for _, v in runs()[0].observed]) / 100.0
    rng = np.random.default_rng(5)
    rows = [
        bench.run_of(substrate(), f"r{i}", procedure, true * np.exp(0.03 * rng.standard_normal(3)))
        for i in range(4)
    ]
    model = calibrate(rows, parent=REFERENCE)
    settled, _ = settle(procedure, REFERENCE, substrate().pair)
    draws = draw_parameters(model, 256, 0)
    predicted = log_contrasts(predict_outcomes(substrate().pair, model, [settled], draws).degrees[0])
    seen = [log_contrasts(np.array([v for _, v in row.observed]) / 100.0) for row in rows]
    assert np.abs(np.mean(predicted, axis=0) - np.mean(seen, axis=0)).max() < 3 * 0.05
    assert predicted.std(axis=0).max() < 3 * 0.05


def test_the_same_seed_gives_the_same_child_and_its_name_says_what_it_learned_from() -> None:
    """A child is told apart by parent, runs and seed."""
    again = calibrate(runs()[:3], parent=REFERENCE, discrepancy=False)
    other = learned(0, 3, seed=1)
    assert learned().sha256 == again.sha256
    assert learned().sha256 != other.sha256
    assert "learned on NCc1ccccc1 + CCCC=O" in learned().name
    assert apart(mono(learned()), mono(other)) < 0.35


def test_a_swapped_run_is_named_and_does_not_capture_the_fit() -> None:
    """Of seven runs one has mono and di exchanged: its precision is by far the smallest, and the words name it."""
    made, _ = bench.chosen(substrate(5), 7)
    rows = bench.make(substrate(5), made)
    values = dict(rows[2].observed)
    rows[2] = replace(
        rows[2], observed=tuple((n, values[{"mono": "di", "di": "mono"}.get(n, n)]) for n in values)
    )
    model = calibrate(rows, parent=REFERENCE, discrepancy=False)
    draws = draw_parameters(model, 256, 0)
    precisions = {row.run: precision(draws, row.run).mean() for row in rows}
    assert min(precisions, key=precisions.__getitem__) == rows[2].run
    assert precisions[rows[2].run] < 0.5 * np.median(list(precisions.values()))
    assert model.calibration is not None
    assert any("two fits with different seeds" in words for words in model.calibration.diagnostics)


def test_contradictory_runs_are_fitted_and_named() -> None:
    """The same procedure with opposite outcomes: noise or discrepancy grow, and a line says that they disagree."""
    run = runs()[0]
    rows = [
        replace(run, run=f"r{i}", observed=tuple(zip(("unreacted", "mono", "di"), seen, strict=True)))
        for i, seen in enumerate(((90.0, 9.0, 1.0), (1.0, 9.0, 90.0), (90.0, 9.0, 1.0)))
    ]
    model = calibrate(rows, parent=REFERENCE)
    assert model.calibration is not None
    said = " ".join(model.calibration.diagnostics)
    assert "disagrees" in said or "not described" in said
    noise = model.calibration.column("noise")
    assert noise.mean() > 0.5


def said_of(rows: Sequence[Run], model: Model = REFERENCE) -> tuple[str, ...]:
    """Learn, and return how the fit went."""
    calibration = calibrate(rows, parent=model).calibration
    assert calibration is not None
    return calibration.diagnostics


def with_seen(run: Run, name: str, *seen: float) -> Run:
    """Return a run under another name in which something else was found."""
    return replace(run, run=name, observed=tuple(zip(("unreacted", "mono", "di"), seen, strict=True)))


@pytest.mark.parametrize("low", [5.0, 15.0])
def test_two_replicates_that_contradict_are_both_named(low: float) -> None:
    """Of two runs that were done alike neither is right: one line names both, also where they are all but alike."""
    one, other = (
        with_seen(runs()[0], "east", low, 10.0, 90.0 - low),
        with_seen(runs()[0], "west", 90.0, 9.0, 1.0),
    )
    said = said_of((one, other))
    assert [words.split(" were")[0] for words in said if " do not agree:" in words] == ["runs east and west"]
    assert not any("the others" in words for words in said)
    longer = replace(other, procedure=replace(other.procedure, temperature_C=7.5))
    assert any(
        "east disagrees with run west" in w or "west disagrees with run east" in w
        for w in said_of((one, longer))
    )
    alike = said_of((one, replace(one, run="west")))
    assert not any("do not agree" in words for words in alike)


def test_numbers_that_go_where_nothing_was_expected_are_named() -> None:
    """A reaction that is slower by orders than any known, as with times in a wrong unit: the numbers are named."""
    run = replace(
        runs()[0], procedure=Procedure(reductant="STAB", carbonyl_equivalents=1.1, hold_time_h=48.0)
    )
    slow = [
        replace(with_seen(run, "A", 100.0 - mono, mono, 0.0), time_h=time_h)
        for time_h, mono in ((1.0, 1.0), (4.0, 2.0), (16.0, 5.0), (48.0, 14.0))
    ]
    said = [words for words in said_of(slow, load_model()) if EDGE in words]
    assert any("stab.hydride_transfer" in words and "sd from before" in words for words in said)
    usual = learned().calibration
    assert usual is not None
    assert not any(EDGE in words for words in usual.diagnostics)


def test_the_edge_is_where_the_words_say() -> None:
    """A median 2.5 widths away is named and one just below is not; three directions below 5 % are, two are not."""

    def number(name: str, median: float) -> dict[str, str | float]:
        return {
            "name": name,
            "kind": "number",
            "prior_median": 1.0,
            "prior_sd": 2.0,
            "posterior_median": median,
        }

    assert list(far_words([number("a", 1.0 + 2 * 2.49), number("b", 1.0 - 2 * 2.49)])) == []
    assert next(far_words([number("a", 6.0), number("b", -9.0)])).startswith(
        "b (-5.0 sd from before), a (+2.5 sd"
    )
    direction = {"name": "+1.00 a", "kind": "direction", "ratio": 0.049}
    assert list(far_words([direction] * 2)) == []
    assert "3 directions are below 5%" in next(far_words([direction] * 3))
    assert list(far_words([{**direction, "ratio": 0.05}] * 9)) == []


def test_samples_that_are_left_out_are_remarked() -> None:
    """Of many samples of a run eight are fitted, and the words name the run and the numbers."""
    run = replace(runs()[0], procedure=Procedure(reductant="STAB", hold_time_h=100.0))
    many = [replace(run, run="long", time_h=float(t)) for t in range(1, 71)]
    evidence = evidence_of((*many, runs()[1]), REFERENCE)
    assert sum(len(e.findings) for e in evidence.experiments) == 9
    assert any("9 of 71 rows are fitted" in note and "run long (8 of 70)" in note for note in evidence.notes)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        *(({"seed": seed}, ProcedureError) for seed in (-1, "x", 1.5, True, None, 2**32)),
        *(({"parent": parent}, ParameterError) for parent in ("models", 5, Path("models"), {})),
        *(({"discrepancy": switch}, ProcedureError) for switch in ("no", None, 2)),
        ({"progress": 5}, ProcedureError),
    ],
)
def test_what_is_asked_of_a_fit_is_checked_before_it(
    given: dict[str, object], error: type[Exception]
) -> None:
    """A seed, a parent, a switch or a progress that is none is one line that names it."""
    with pytest.raises(error) as caught:
        calibrate(runs()[:1], **{"parent": REFERENCE, **given})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert "give" in str(caught.value)


@pytest.mark.parametrize("what", [leave_one_out, check_runs, lambda model: profile_of(model, "k_c2/k_c1")])
def test_what_is_no_model_has_learned_nothing(what: Callable[[object], object]) -> None:
    """Whatever asks a model for what it learned refuses what is no model."""
    for given in ("my.toml", None, 5):
        with pytest.raises(ParameterError, match="is no model"):
            what(given)


def test_a_guess_tells_that_it_is_under_way() -> None:
    """Progress is called before each pass of the ensemble, and ends it."""
    told, computed = list[float](), list[int]()

    def compute(x: Array) -> Array:
        computed.append(len(x))
        return x

    def guess(progress: Callable[[float], None]) -> None:
        ensemble_guess(compute, np.zeros(2), np.eye(2), 2, progress=progress)

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    guess(told.append)
    assert len(told) == len(computed) == PASSES
    assert set(told) == {0.0}
    with pytest.raises(KeyboardInterrupt):
        guess(stop)
    assert len(computed) == PASSES


def test_one_component_seen_as_nothing_is_taken_as_it_is() -> None:
    """Zeros of a part are below detection: they tell that there is little, and nothing fails."""
    run = replace(runs()[0], observed=(("unreacted", 0.0), ("mono", 97.0), ("di", 3.0)))
    fit = fitted([run])
    assert np.isfinite(fit.found).all()


def test_what_was_learned_is_told_with_widths() -> None:
    """Sums first, then numbers; each with its prior, its posterior and a verdict; three runs narrow some sums."""
    calibration = learned().calibration
    assert calibration is not None
    by_kind = [row["kind"] for row in calibration.verdicts]
    assert by_kind.index("sum") < by_kind.index("number")
    sums = {str(row["name"]): row for row in calibration.verdicts if row["kind"] == "sum"}
    assert {"k_c2/k_c1", "k_x K_iminium/K_imine"} <= set(sums)
    assert min(float(row["ratio"]) for row in sums.values()) < 0.8
    for row in calibration.verdicts:
        assert float(row["prior_sd"]) > 0.0
        assert 0.0 < float(row["ratio"]) < 1.3
        assert row["verdict"] in (
            "learned",
            "partly",
            "not learned",
            "only a lower bound",
            "only an upper bound",
        )


def test_a_fit_stops_when_its_progress_says_so() -> None:
    """With one fit and with two side by side."""

    def stop(_b: float) -> None:
        raise KeyboardInterrupt

    made, _ = bench.chosen(substrate(), 6)
    for rows in (runs()[:1], bench.make(substrate(), made)):
        with pytest.raises(KeyboardInterrupt):
            calibrate(rows, parent=REFERENCE, progress=stop)


def test_what_cannot_be_fitted_is_refused_with_the_row() -> None:
    """Another pair, many runs, a sample after the end, a run done two ways, too high a degree, a learned parent."""
    run = runs()[0]
    with pytest.raises(ScopeError, match="CCCCN"):
        calibrate((run, replace(run, run="b", amine="NCCCC")), parent=REFERENCE)
    with pytest.raises(TableError, match=f"at most {MOST_RUNS}"):
        calibrate([replace(run, run=f"r{i}") for i in range(MOST_RUNS + 1)], parent=REFERENCE)
    with pytest.raises(ProcedureError, match="row 1: a sample at 400 h"):
        calibrate((replace(run, time_h=400.0),), parent=REFERENCE)
    with pytest.raises(TableError, match="was done otherwise"):
        calibrate((run, replace(run, procedure=Procedure(reductant="STAB"))), parent=REFERENCE)
    with pytest.raises(TableError, match="takes at most 2 new groups"):
        calibrate((replace(run, observed=(("mono", 50.0), ("tri", 50.0))),), parent=REFERENCE)
    with pytest.raises(ParameterError, match="has learned from runs already"):
        calibrate(runs()[:1], parent=learned(0, 1))


def test_runs_left_out_are_predicted_by_the_others() -> None:
    """Of a right model most parts of most runs lie in their intervals, which are wider than those of the fit."""
    model = calibrate(runs()[:3], parent=REFERENCE)
    left = leave_one_out(model)
    assert [one.run for one in left[::3]] == ["r1", "r2", "r3"]
    assert np.mean([one.is_inside for one in left]) >= 0.7
    for one in left:
        assert 0.0 <= one.low <= one.median <= one.high <= 1.0
    fitted_width = np.mean([check.after_high - check.after_low for check in check_runs(model)])
    assert np.mean([one.high - one.low for one in left]) > fitted_width
    with pytest.raises(TableError, match="1 runs are in the model"):
        leave_one_out(learned(0, 1))


def test_a_profile_is_highest_where_the_runs_are_explained() -> None:
    """Of the best narrowed sum of three runs: an end falls by more than 2; an unknown name is met with the nearest."""
    model = learned()
    assert model.calibration is not None
    sums = [row for row in model.calibration.verdicts if row["kind"] == "sum"]
    best = min(sums, key=lambda row: float(row["ratio"]))
    curve = profile_of(model, str(best["name"]))
    assert curve.logs.max() == pytest.approx(0.0, abs=2.0)
    assert min(curve.logs[0], curve.logs[-1]) < -2.0
    with pytest.raises(ParameterError, match="did you mean 'k_c2/k_c1'"):
        profile_of(model, "kc2/kc1")


def test_flasks_with_steps_that_the_model_lacks_are_covered_and_narrowed() -> None:
    """Short carbonyl, lost hydride, warm and unmixed flasks: coverage of 0.85, and a quarter narrower after 3 runs."""
    scores = [
        score
        for one in bench.substrates(REFERENCE, 6, bench.Careless)
        for score, _, _ in bench.ladder(one, (0, 3), discrepancy=True)
    ]
    width = {n: np.mean([s.width for s in scores if s.n_runs == n]) for n in (0, 3)}
    assert np.mean([s.coverage for s in scores if s.n_runs == 3]) >= 0.85
    assert width[3] < 0.75 * width[0]


def test_ranks_and_scores_of_the_benchmark_are_what_they_say() -> None:
    """CRPS of standard normals at 0 is (sqrt 2 - 1)/sqrt pi; ranks count draws below the truth; uniform counts pass."""
    drawn = np.random.default_rng(0).standard_normal((4000, 3))
    assert ranks.crps(drawn, np.zeros(3)) == pytest.approx((np.sqrt(2.0) - 1.0) / np.sqrt(np.pi), abs=0.01)
    one = ranks.ranked(REFERENCE, 0)
    assert {"titre", "noise", "discrepancy", "precision.r0", "held out, contrast 1"} <= set(one.ranks)
    assert all(0 <= rank <= ranks.N_AMONG for rank in one.ranks.values())
    assert ranks.p_value(np.full(8, 25)) == pytest.approx(1.0)
    assert ranks.p_value(np.array([200, 0, 0, 0, 0, 0, 0, 0])) < 1e-9
