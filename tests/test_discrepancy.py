"""What the mechanism gets wrong: kernel, contrasts, pinning by runs, the carbon book, and models that keep draws."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from planner.engine import Array
from planner.errors import ParameterError
from planner.flask.discrepancy import (
    fractions_of,
    helmert,
    kernel,
    log_contrasts,
    noise,
    shared_out,
    tilted,
)
from planner.flask.outcomes import predict_outcomes
from planner.flask.procedure import Procedure, Settled
from planner.flask.settling import settle
from planner.model.calibrated import is_calibrated, rounded, runs_digest
from planner.model.calibration import DISCREPANCY, NOISE, Calibration, SeenRow, precision_name
from planner.model.draws import central_draws, draw_parameters
from planner.model.model import Model, learned
from planner.model.parameters import load_model
from planner.model.records import model_record, model_text
from planner.predictions.prediction import predict
from planner.structures.pairs import read_pair

AMINE, CARBONYL = "NCc1ccccc1", "CCCC=O"
PARENT = load_model()
PAIR = read_pair(AMINE, CARBONYL, PARENT)


def settled(**fields: object) -> Settled:
    """Settle a procedure of the pair."""
    return settle(Procedure(**fields), PARENT, PAIR)[0]  # type: ignore[arg-type]


RUNS = ({"run": "a", "amine": AMINE, "carbonyl": CARBONYL, "mono": 0.8},)
RUN = settled(carbonyl_equivalents=1.0)


def calibration(
    *, observed: Array | None = None, spread: float = 0.0, n: int = 64, has_discrepancy: bool = True
) -> Calibration:
    """Write a calibration by hand: prior draws, and one run whose fractions were seen where ``observed`` is given."""
    rng = np.random.default_rng(3)
    names = ("hydride_transfer.primary", NOISE, DISCREPANCY, precision_name("a"))
    names = (next(p.name for p in PARENT.parameters if not p.part), *names[1:])
    normals = rounded(rng.standard_normal((n, len(names))) * np.array([0.5, spread, spread, 0.3]))
    bare = Calibration(
        amine=PAIR.amine.smiles,
        carbonyl=PAIR.carbonyl.smiles,
        parent=PARENT.name,
        parent_sha256=PARENT.sha256,
        data_sha256=runs_digest(RUNS),
        date="2026-11-26",
        seed=0,
        has_discrepancy=has_discrepancy,
        width=1.5 if has_discrepancy else 1.0,
        names=names,
        normals=normals,
        rows=(),
        runs=RUNS,
        diagnostics=("written by hand",),
        verdicts=(
            {"name": names[0], "prior_sd": 1.0, "posterior_sd": 0.5, "ratio": 0.5, "verdict": "partly"},
        ),
    )
    if observed is None:
        return bare
    draws = draw_parameters(learned(PARENT, bare), n, 0)
    computed = log_contrasts(predict_outcomes(PAIR, PARENT, [RUN], draws).degrees[0])
    fields = {name: value for name, value in asdict(RUN).items() if value is not None}
    row = SeenRow(
        run="a",
        procedure=fields,
        contrasts=helmert(3),
        observed=log_contrasts(observed),
        computed=np.round(computed, 4),
    )
    return replace(bare, rows=(row,))


def child(**more: object) -> Model:
    """Give the shipped model with a calibration written by hand."""
    return learned(PARENT, calibration(**more))  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_contrasts_are_orthonormal_and_blind_to_scale(n: int) -> None:
    """B B' = 1 and B 1 = 0, so that only ratios count."""
    rows = helmert(n)
    assert np.allclose(rows @ rows.T, np.eye(n - 1), atol=1e-14)
    assert np.allclose(rows @ np.ones(n), 0.0, atol=1e-14)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6).filter(lambda f: sum(f) > 0.01))
def test_contrasts_are_undone(given_: list[float]) -> None:
    """Back from contrasts come the same fractions: softmax(B'u)(1 + 0.01 n) - 0.01."""
    fractions = np.array(given_) / sum(given_)
    assert np.allclose(fractions_of(log_contrasts(fractions)), fractions, atol=1e-12)


def test_the_kernel_is_one_at_home_symmetric_and_positive() -> None:
    """K(p, p) = 1, K(p, q) = K(q, p), no negative eigenvalue, and words that differ cost their factors."""
    some = [
        settled(carbonyl_equivalents=e, temperature_C=t, reductant=r)
        for e, t, r in [(0.9, 0, "STAB"), (1.2, 25, "STAB"), (1.2, 25, "NaBH3CN"), (2.0, 40, "NaBH3CN")]
    ]
    shared = kernel(some, some)
    assert np.allclose(np.diag(shared), 1.0)
    assert np.allclose(shared, shared.T)
    assert np.linalg.eigvalsh(shared).min() > -1e-12
    here = settled(carbonyl_equivalents=1.0)
    assert kernel([here], [replace(here, quench="borohydride")])[0, 0] == pytest.approx(0.5)
    warmer = replace(here, temperature_C=here.temperature_C + 25.0)
    assert kernel([here], [warmer])[0, 0] == pytest.approx(np.exp(-0.5))


@settings(max_examples=60)
@given(st.integers(2, 6), st.floats(0.0, 6.0), st.integers(0, 2**16))
def test_tilting_keeps_the_carbon_book(n: int, most: float, seed: int) -> None:
    """Alkyl groups never exceed what there is, fractions stay within 0 and 1, what is within stays as it was."""
    fractions = np.random.default_rng(seed).dirichlet(np.full(n, 0.7), size=5)
    found = tilted(fractions, np.full(5, most))
    alkyls = np.arange(n)
    assert np.all(found @ alkyls <= most + 1e-9)
    assert np.all(found >= 0.0)
    assert np.allclose(found.sum(axis=-1), 1.0)
    within = fractions @ alkyls <= most
    assert np.array_equal(found[within], fractions[within])
    over = (fractions @ alkyls > most) & (most > 1e-3)
    assert np.allclose((found @ alkyls)[over], most, atol=1e-6)


@pytest.mark.parametrize("equivalents", [0.05, 0.5, 1.0, 2.0, 5.0])
def test_books_hold_under_discrepancy(equivalents: float) -> None:
    """No fraction leaves 0 to 1, degrees and fates sum to 1, isomers to their degrees, for little and much carbonyl."""
    p = predict(AMINE, CARBONYL, model=child(spread=1.0), draws=128, carbonyl_equivalents=equivalents)
    assert sum(product.fraction for product in p.products) == pytest.approx(1.0)
    fate = p.carbonyl_fate
    assert fate.product + fate.alcohol + fate.unreacted + sum(n for _, n in fate.other) == pytest.approx(1.0)
    bounds = [b for product in p.products for b in (product.low, product.high)]
    assert min(bounds) >= 0.0
    assert max(bounds) <= 1.0
    assert sum(i * product.fraction for i, product in enumerate(p.products)) <= equivalents * 1.3
    many = predict("NCCN", CARBONYL, model=child(spread=1.0), draws=64, carbonyl_equivalents=equivalents)
    for product in many.products:
        if product.isomers:
            assert sum(isomer.fraction for isomer in product.isomers) == pytest.approx(product.fraction)


def test_a_run_pins_its_own_procedure_and_little_else() -> None:
    """At the procedure that was run the answer is what was seen, within its noise; far away it stays wide."""
    seen = np.array([0.30, 0.60, 0.10])
    model = child(observed=seen, spread=0.2)
    draws = draw_parameters(model, 64, 0)
    here = log_contrasts(predict_outcomes(PAIR, model, [RUN], draws).degrees[0])
    wanted = log_contrasts(seen)
    assert np.all(np.abs(here.mean(axis=0) - wanted) < 3.0 * noise(draws).max())
    far = settled(reductant="NaBH4", solvent="methanol", carbonyl_equivalents=2.0, temperature_C=0.0)
    close = replace(RUN, carbonyl_equivalents=1.05)
    spreads = [
        log_contrasts(predict_outcomes(PAIR, model, [p], draws).degrees[0]).std(axis=0).max()
        for p in (RUN, close, far)
    ]
    assert spreads[0] < spreads[1] < spreads[2]


def test_runs_of_another_pair_pin_nothing() -> None:
    """Discrepancy of a pair that was not run keeps its whole width, with the draws of its numbers."""
    seen = np.array([0.30, 0.60, 0.10])
    pair = read_pair(AMINE, "CCC=O", PARENT)
    with_run, without = child(observed=seen), child()
    drawn = [draw_parameters(model, 64, 0) for model in (with_run, without)]
    found = [
        predict_outcomes(pair, m, [RUN], d).degrees for m, d in zip((with_run, without), drawn, strict=True)
    ]
    assert np.array_equal(*found)


def test_without_discrepancy_the_mechanism_is_taken_as_right() -> None:
    """Draws of a model without discrepancy give what the engine computes, isomers untouched."""
    model = child(has_discrepancy=False)
    draws = draw_parameters(model, 32, 0)
    outcome = predict_outcomes(PAIR, model, [RUN], draws)
    prior = replace(model, calibration=None)
    weighed = draws.normals[:, draws.names.index("weighing.amine")]
    assert not np.any(weighed)  # bottles are what their labels say
    assert np.array_equal(outcome.degrees, predict_outcomes(PAIR, prior, [RUN], draws).degrees)
    same = {"C": (0, np.ones((1, 2, 1)))}
    assert shared_out(same, outcome.degrees, outcome.degrees) is same


def test_a_calibrated_model_is_its_file(tmp_path: Path) -> None:
    """What is saved and read again answers the same numbers, is named the same and keeps runs and draws."""
    model = child(observed=np.array([0.3, 0.6, 0.1]), spread=0.5)
    file = tmp_path / "my.toml"
    model.save(file)
    again = load_model(file)
    assert is_calibrated(file)
    assert not is_calibrated(tmp_path)
    assert (again.name, again.sha256, again.parent) == (model.name, model.sha256, "default")
    assert hash(again) == hash(model)
    assert again.calibration is not None
    assert again.calibration.runs == model.calibration.runs
    answers = [predict(AMINE, CARBONYL, model=m, draws=96) for m in (model, again)]
    answers.append(predict(AMINE, CARBONYL, models=file, draws=96))
    assert len({a.target_fraction for a in answers}) == 1
    assert answers[0].target_fraction != predict(AMINE, CARBONYL, draws=96).target_fraction


def test_draws_that_were_kept_come_first_and_again() -> None:
    """The first N draws are the kept ones in their order, then they come again with fresh ones beside them."""
    model = child(spread=0.5, n=32)
    kept = model.calibration
    assert kept is not None
    draws = draw_parameters(model, 80, 0)
    name = kept.names[0]
    column = draws.normals[:, draws.names.index(name)]
    assert np.array_equal(column, 1.5 * kept.column(name)[np.arange(80) % 32])
    other = next(p.name for p in PARENT.parameters if p.name not in kept.names and not p.part)
    fresh = draws.normals[:, draws.names.index(other)]
    prior = draw_parameters(PARENT, 80, 0)
    assert np.array_equal(fresh, 1.5 * prior.normals[:, prior.names.index(other)])
    weighing = draws.normals[:, draws.names.index("weighing.amine")]
    assert np.array_equal(weighing, prior.normals[:, prior.names.index("weighing.amine")])
    middle = central_draws(model)
    assert middle.normals[0, middle.names.index(name)] == pytest.approx(1.5 * np.median(kept.column(name)))


def test_draws_of_another_parent_are_refused(tmp_path: Path) -> None:
    """A parent of another hash is met with what to do; so is a file that was cut, and a set that learned nothing."""
    file = tmp_path / "my.toml"
    child().save(file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(PARENT.sha256, "f" * 64), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"planner calibrate OLD\.toml --out NEW\.toml"):
        load_model(file)
    file.write_text(text.replace("mono = 0.8", "mono = 0.3"), encoding="utf-8")
    with pytest.raises(ParameterError, match="were changed since they were fitted"):
        load_model(file)
    file.write_text(text.replace("has_discrepancy = true\n", ""), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"my\.toml: key 'has_discrepancy' is missing"):
        load_model(file)
    file.write_text(text.replace(f'{DISCREPANCY} = "', f'{DISCREPANCY} = "nan '), encoding="utf-8")
    with pytest.raises(ParameterError, match="finite numbers"):
        load_model(file)
    with pytest.raises(ParameterError, match="has learned from no runs"):
        PARENT.save(tmp_path / "set.toml")
    with pytest.raises(ParameterError, match="there"):
        load_model(tmp_path / "absent.toml")


def test_the_record_of_a_calibrated_model_names_its_runs() -> None:
    """Runs, parent and diagnostics of a calibrated model stand in its record and its words; a set has none."""
    model = child(observed=np.array([0.3, 0.6, 0.1]))
    record = model_record(model)
    assert record["calibration"]["runs"] == [{"run": "a", "amine": AMINE, "carbonyl": CARBONYL, "mono": 0.8}]
    assert record["calibration"]["parent"]["sha256"] == PARENT.sha256
    assert model.calibration is not None
    table = model.calibration.identifiability
    assert list(table)[:5] == ["name", "prior_sd", "posterior_sd", "ratio", "verdict"]
    assert table["verdict"].tolist() == ["partly"]
    words = model_text(record)
    assert "learned from 1 run of NCc1ccccc1 + CCCC=O" in words
    assert "written by hand" in words
    assert model_record(PARENT)["calibration"] is None
    assert "learned" not in model_text(model_record(PARENT))[:200]


def test_what_a_prediction_rests_on_is_said() -> None:
    """Runs of this pair, of another pair, and a reductant that no run has used are told apart in the caveats."""
    model = child(observed=np.array([0.3, 0.6, 0.1]))
    own = predict(AMINE, CARBONYL, model=model, draws=32).caveats
    assert own[0].startswith("Learned from 1 run of this pair.")
    assert not any("not been tried" in words for words in own)
    new = predict(AMINE, CARBONYL, model=model, draws=32, reductant="NaBH4").caveats
    assert any("NaBH4 has not been tried with this pair yet (the runs used STAB)" in words for words in new)
    other = predict(AMINE, "CCC=O", model=model, draws=32).caveats
    assert any(
        words.startswith("Learned on NCc1ccccc1 + CCCC=O (1 run), not on this pair") for words in other
    )
