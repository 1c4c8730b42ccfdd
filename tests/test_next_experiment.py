"""The next run: what runs teach in worlds that can be counted, surfaces held to what was seen, and when to stop."""

from dataclasses import replace

import numpy as np
import pytest

from planner import next_experiment
from planner.calibration.next_experiment import REPEATED, TEACHES_MORE, gain, run_like
from planner.calibration.worlds import Worlds, surfaces, worlds_of
from planner.engine import Array
from planner.errors import ProcedureError
from planner.flask.discrepancy import discrepancies, discrepancy, kernel, noise
from planner.model.draws import draw_parameters
from planner.plans.aims import Aim, Bench
from tests.test_discrepancy import AMINE, CARBONYL, PAIR, RUN, calibration, child, settled

MONO = Aim(degree=1, smiles=None, basis="amine", max_over_alkylation=None)


def two_kinds(*, told: float, n: int = 64, noise: float = 0.05) -> Worlds:
    """Half of the worlds are best at procedure 0, half at 1; a run at 2 tells which by ``told`` log units."""
    kind = np.arange(n) % 2
    wanted = np.stack([0.9 - 0.4 * kind, 0.5 + 0.3 * kind, 0.1 + 0.0 * kind], axis=1)
    seen = np.zeros((n, 3, 1))
    seen[:, 2, 0] = told * kind
    return Worlds(wanted=wanted, contrasts=seen, noise=np.full(n, noise))


def test_a_run_that_tells_the_kinds_apart_is_worth_what_knowing_is() -> None:
    """Deciding by the mean takes 0 (0.70 on average); knowing the kind gives 0.9 or 0.8: a gain of 0.15."""
    worlds = two_kinds(told=5.0)
    assert gain(worlds, [2], [0, 1]) == pytest.approx(0.15, abs=1e-12)
    assert worlds.wanted[:, :2].max(axis=1).mean() - worlds.wanted.mean(axis=0).max() == pytest.approx(0.15)


@pytest.mark.parametrize("told", [0.0, 0.01])
def test_a_run_that_tells_nothing_gains_nothing(told: float) -> None:
    """Where noise hides the difference nothing is gained, and leaving the own world out keeps that honest."""
    assert gain(two_kinds(told=told, noise=1.0), [2], [0, 1]) < 0.04
    assert gain(two_kinds(told=5.0), [0], [0, 1]) < 0.04


def test_what_tells_more_gains_more() -> None:
    """The gain rises with what the run tells over its noise."""
    gains = [gain(two_kinds(told=told, noise=0.5), [2], [0, 1]) for told in (0.1, 1.0, 4.0)]
    assert gains[0] < gains[1] < gains[2]


def test_worlds_that_agree_leave_nothing_to_learn() -> None:
    """Where every world has the same best procedure no run gains anything."""
    worlds = Worlds(
        wanted=np.tile([0.9, 0.4], (32, 1)),
        contrasts=np.random.default_rng(0).standard_normal((32, 2, 1)),
        noise=np.full(32, 0.05),
    )
    assert gain(worlds, [0], [0, 1]) == 0.0


def bench(n: int, *, observed: Array | None) -> Bench:
    """Set the pair up with a model whose noise and discrepancy are the same in all draws."""
    model = child(observed=observed, n=n)
    return Bench(pair=PAIR, model=model, aim=MONO, draws=draw_parameters(model, n, 0))


def test_joint_surfaces_have_the_moments_of_single_ones() -> None:
    """Matheron's rule gives at each procedure the mean and the spread of the conditional normal distribution."""
    here = bench(2048, observed=np.array([0.3, 0.6, 0.1]))
    some = [RUN, replace(RUN, carbonyl_equivalents=1.1), settled(carbonyl_equivalents=2.0, temperature_C=0.0)]
    joint = surfaces(here, some, here.draws, 1)
    kept = here.model.calibration
    assert kept is not None
    single = discrepancies(kept, some, here.draws, 3, is_pair=True)
    assert np.allclose(joint.mean(axis=1), single.mean(axis=1), atol=0.03)
    assert np.allclose(joint.std(axis=1), single.std(axis=1), rtol=0.12, atol=0.01)


def test_surfaces_are_shared_by_like_procedures() -> None:
    """Without runs errors have the sd t, and go together for procedures that are alike."""
    here = bench(2048, observed=None)
    t = discrepancy(here.draws)[0]
    joint = surfaces(
        here, [RUN, replace(RUN, carbonyl_equivalents=1.02), settled(reductant="NaBH3CN")], here.draws, 1
    )
    assert joint.std() == pytest.approx(t, rel=0.05)
    close = np.corrcoef(joint[0, :, 0], joint[1, :, 0])[0, 1]
    other = np.corrcoef(joint[0, :, 0], joint[2, :, 0])[0, 1]
    assert close > 0.98
    assert other < 0.4


def test_worlds_at_a_run_show_what_was_seen() -> None:
    """Where a run was made every world shows it within the noise."""
    seen = np.array([0.3, 0.6, 0.1])
    here = bench(64, observed=seen)
    worlds = worlds_of(here, [RUN], 64, 0)
    assert abs(float(worlds.wanted.mean()) - 0.6) < 3.0 * float(noise(here.draws)[0])
    assert float(worlds.wanted.std()) < float(noise(here.draws)[0])


def test_before_any_run_the_recommendation_is_proposed_and_nothing_stops() -> None:
    """Without runs the proposal is the first rank of a plan; it says that none was learned from."""
    found = next_experiment(AMINE, CARBONYL, reductant="STAB", effort=0.1)
    assert not found.stop
    assert "No run of this pair" in found.reasons[-1]
    if found.teaches_more is not None:
        assert found.teaches_more != found.procedure
    again = next_experiment(AMINE, CARBONYL, reductant="STAB", effort=0.1)
    assert again.procedures == found.procedures
    assert again.gain == found.gain


def test_a_batch_is_made_at_one_temperature() -> None:
    """Several runs share a bath, are different, and all of them together teach what is stated."""
    model = child(observed=np.array([0.3, 0.6, 0.1]), n=64)
    found = next_experiment(AMINE, CARBONYL, model=model, n=3, reductant="STAB", effort=0.1)
    assert len(set(found.procedures)) == 3
    assert len({p.temperature_C for p in found.procedures}) == 1
    assert found.procedure is found.procedures[0]
    with pytest.raises(ProcedureError, match="n 9 is not usable"):
        next_experiment(AMINE, CARBONYL, model=model, n=9)


def test_sure_draws_stop() -> None:
    """Draws that all but agree, after a run, leave nothing to be learned: stop."""
    sure = replace(
        calibration(observed=np.array([0.02, 0.96, 0.02]), n=32), has_discrepancy=False, width=1e-3
    )
    model = replace(child(), calibration=sure)
    found = next_experiment(AMINE, CARBONYL, model=model, reductant="NaBH4", effort=0.1)
    assert found.ceiling < 3.0
    assert found.stop
    assert any(reason.startswith("Stop:") for reason in found.reasons)


def test_every_proposal_is_in_the_numbers_of_a_notebook() -> None:
    """What is proposed, and what teaches more, is rounded as a recommendation is: no long decimals at the bench."""
    model = child(observed=np.array([0.3, 0.6, 0.1]), n=64)
    found = next_experiment(AMINE, CARBONYL, model=model, n=4, effort=0.2)
    for p in (*found.procedures, *([found.teaches_more] if found.teaches_more else [])):
        assert p.temperature_C % 5.0 == 0.0
        assert round(p.carbonyl_equivalents, 2) == p.carbonyl_equivalents
        assert round(p.reductant_equivalents, 2) == p.reductant_equivalents
        assert (4.0 * p.hold_time_h).is_integer()


def test_a_run_that_was_made_is_not_proposed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the recommended procedure is all but a run that was made, the run that tells most is, if it tells more."""
    model = child(observed=np.array([0.08, 0.87, 0.05]), n=128, spread=0.3)
    held: dict[str, object] = {"reductants": ["STAB", "NaBH4"], "effort": 0.3, "max_time_h": 16.0}
    found = next_experiment(AMINE, CARBONYL, model=model, **held)
    assert "is all but run a, which was made" in found.reasons[0]
    assert found.teaches_more is None
    monkeypatch.setattr("planner.calibration.next_experiment.REPEATED", 1.1)  # nothing is a repeat
    usual = next_experiment(AMINE, CARBONYL, model=model, **held)
    assert kernel([usual.procedure], [RUN])[0, 0] > REPEATED
    assert found.procedure == usual.teaches_more
    assert found.gain == pytest.approx(usual.largest_gain)
    assert usual.largest_gain >= usual.gain + TEACHES_MORE


def test_what_is_foreseen_to_give_more_than_the_run_it_resembles_is_no_repeat() -> None:
    """A little more carbonyl, where amine was left, is an attempt of its own; less, or the same again, is none."""
    here = bench(128, observed=np.array([0.25, 0.70, 0.05]))
    more, less = (replace(RUN, carbonyl_equivalents=e) for e in (1.05, 0.95))
    shorter = replace(RUN, hold_time_h=14.0)
    assert min(kernel([more, less, shorter], [RUN])) > REPEATED
    assert run_like(here, more) == ""
    assert [run_like(here, p) for p in (RUN, less, shorter)] == ["a", "a", "a"]
    assert run_like(here, settled(carbonyl_equivalents=2.0)) == ""


def test_a_batch_has_as_many_runs_as_were_asked_for() -> None:
    """Procedures of the search are brought to the temperature of the first, so that a batch can be made."""
    model = child(observed=np.array([0.3, 0.6, 0.1]), n=64)
    for n in (2, 4):
        found = next_experiment(AMINE, CARBONYL, model=model, n=n, effort=0.2)
        assert len(found.procedures) == n
        assert len({p.temperature_C for p in found.procedures}) == 1
