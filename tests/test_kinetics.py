"""Rate constants, rule by rule, against the numbers that the default model was published with."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from parts_set import shipped_with
from planner.flask.acidity import acidity, acidity_of
from planner.flask.conditions import conditions_of
from planner.flask.flask import central_batch, constants_and_charges, prepare
from planner.flask.procedure import Procedure
from planner.flask.settling import settle
from planner.model.draws import draw_parameters
from planner.model.parameters import load_model
from planner.model.quantities import is_later
from planner.structures.pairs import read_pair

BUTYLAMINE, BUTANAL = "CCCCN", "CCCC=O"
MODEL = shipped_with()

PUBLISHED = load_model(Path(__file__).parent / "data" / "models_reference")
"""The constants that the published sums are of."""


def constants(amine: str, carbonyl: str, **fields) -> dict[str, float]:
    """Median constant of every reaction, by the words of the reaction."""
    pair = read_pair(amine, carbonyl)
    settled, _ = settle(Procedure(**fields), PUBLISHED, pair)
    flask = prepare(pair, PUBLISHED)
    batch = central_batch(flask, PUBLISHED, settled)
    return {
        str(reaction): float(k)
        for reaction, k in zip(flask.network.reactions, batch.rate_constants[0, 0], strict=True)
    }


def step(found: dict[str, float], start: str, end: str) -> float:
    """The constant of the one reaction that starts and ends like this."""
    (k,) = [k for words, k in found.items() if words.startswith(start) and words.endswith(end)]
    return k


def logs(found: dict[str, float], name: str, h: int) -> dict[str, float]:
    """log10 of k_c, K and k_r of the rungs of one ladder."""
    values = {}
    for a in range(h):
        free, bound = f"{name}{h}({a})", f"{name}{h}({a}=)"
        forward = step(found, f"{free} + carbonyl", "water")
        values[f"kc{a}"] = math.log10(forward)
        values[f"K{a}"] = math.log10(forward / step(found, f"{bound} + water", "carbonyl"))
        values[f"kr{a}"] = math.log10(step(found, f"{bound} + hydride", f"{name}{h}({a + 1})"))
    return values


ACID = math.log10(5)
RULES = [
    # amine, carbonyl, fields, class, N-H, expected log10 values at 25 C
    (BUTYLAMINE, BUTANAL, {"reductant": "STAB"}, "n_alkyl", 2,
     {"kc0": -0.30, "K0": 3.48, "kr0": -1.70, "kc1": -0.30 - 0.82, "K1": 3.48 - 5.48, "kr1": -1.70 + 3.5}),
    (BUTYLAMINE, BUTANAL, {"reductant": "NaBH3CN"}, "n_alkyl", 2,
     {"kc0": ACID, "kr0": -2.0, "kc1": ACID - 0.82, "kr1": -2.0 + 3.5}),
    (BUTYLAMINE, BUTANAL, {"reductant": "NaBH3CN", "acid_equivalents": 0.0}, "n_alkyl", 2,
     {"kc0": 0.0, "kr0": -3.0, "kr1": 1.5}),
    ("NCc1ccccc1", "O=Cc1ccccc1", {"reductant": "STAB"}, "benzyl", 2,
     {"kc0": -1.40 - 0.22 - 0.30, "K0": 2.70, "kc1": -1.40 - 0.22 - 0.30 - 1.52 - 0.15, "K1": 2.70 - 5.22,
      "kr1": -1.70 + 3.5 - 0.52}),
    ("CC(C)N", "O=C1CCCCC1", {"reductant": "STAB"}, "sec_alkyl", 2,
     {"kc0": -2.52 - 0.70 - 0.30 + ACID, "K0": 1.18, "kr0": -1.70 - 0.82, "K1": 1.18 - 5.2 - 0.70,
      "kc1": -2.52 - 0.70 - 0.30 + ACID - 3.0 - 0.70, "kr1": -1.70 - 0.82 + 3.5 - 1.52}),
    ("C1CCNCC1", "O=C1CCCCC1", {"reductant": "STAB"}, "piperidine", 1,
     {"kc0": -2.52 - 1.0 + 0.7 - 0.30 + ACID, "K0": 1.18 - 5.2, "kr0": -1.70 - 0.82 + 3.5}),
    ("CC(C)NC(C)C", "O=C1CCCCC1", {"reductant": "STAB"}, "di_sec_alkyl", 1,
     {"kc0": -2.52 - 1.0 - 2.5 - 0.30 + ACID, "K0": 1.18 - 5.2, "kr0": -1.70 - 0.82 + 3.5 - 1.52}),
    ("Nc1ccccc1", "C=O", {"reductant": "STAB"}, "aryl", 2,
     {"kc0": 0.48 - 0.52 - 0.30, "K0": 2.48 - 0.52, "kc1": 0.48 - 0.52 - 0.30 + 1.0 - 0.52, "K1": 2.48 - 3.0 - 0.79}),
    ("Nc1ccccc1", BUTANAL, {"reductant": "STAB"}, "aryl", 2,
     {"kc1": -0.52 - 0.30 - 0.82 - 1.0, "K1": 3.48 - 5.48 - 1.52}),
    ("N", "O=Cc1ccccc1", {"reductant": "STAB"}, "ammonia", 3,
     {"kc0": -1.40 - 1.0 - 0.30, "K0": 2.70 - 2.0, "kr0": -1.70 + 1.5, "kc1": -1.40 - 0.22 - 0.30, "K1": 2.70,
      "kr1": -1.70, "kc2": -1.40 - 0.22 - 0.30 - 1.52 - 0.15, "K2": 2.70 - 5.22, "kr2": -1.70 + 3.5 - 0.52}),
    ("N", "CC(C)=O", {"reductant": "STAB"}, "ammonia", 3,
     {"kc1": -3.52 - 0.70 - 0.30 + ACID, "K2": 0.70 - 5.2 - 0.70, "kr2": -1.70 - 0.82 + 3.5 - 1.52}),
]  # fmt: skip


@pytest.mark.parametrize(("amine", "carbonyl", "fields", "name", "h", "expected"), RULES)
def test_rules(amine, carbonyl, fields, name, h, expected) -> None:
    """Each constant is the sum of its published contributions, to the rounding of two decimals each."""
    found = logs(constants(amine, carbonyl, **fields), name, h)
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=0.03)


def test_exchange_runs_downhill_at_the_reference() -> None:
    """Iminium + primary amine -> imine at 10^3; uphill slower by the ratio of the equilibrium constants."""
    found = constants(BUTYLAMINE, BUTANAL, reductant="STAB")
    downhill = step(found, "n_alkyl2(0) + n_alkyl2(1=)", "n_alkyl2(1)")
    uphill = step(found, "n_alkyl2(1) + n_alkyl2(0=)", "n_alkyl2(0)")
    assert downhill == pytest.approx(1e3)
    assert math.log10(uphill / downhill) == pytest.approx(-5.48, abs=0.02)


@pytest.mark.parametrize(
    ("fields", "reduction", "loss"),
    [
        ({"reductant": "STAB"}, -4.7, -6.0),
        ({"reductant": "STAB", "acid_equivalents": 2.0}, -4.7, -5.4),
        ({"reductant": "STAB", "solvent": "MeOH"}, -4.7, -3.0),
        ({"reductant": "STAB", "water": "wet"}, -4.7, -4.7),
        ({"reductant": "NaBH4"}, 0.6, -2.96),
        ({"reductant": "NaBH4", "solvent": "EtOH"}, 0.6, -4.0),
        ({"reductant": "2-picoline borane"}, -5.0, -5.0),
    ],
)
def test_what_the_hydride_loses(fields, reduction, loss) -> None:
    """Carbonyl reduction and hydride loss of n-alkanals by reductant, solvent, acid and water."""
    found = constants(BUTYLAMINE, BUTANAL, **fields)
    assert math.log10(step(found, "carbonyl + hydride", "alcohol")) == pytest.approx(reduction, abs=0.03)
    assert math.log10(step(found, "hydride", "lost hydrogen")) == pytest.approx(loss, abs=0.03)


@pytest.mark.parametrize(
    ("amine", "acid", "pH"),
    [
        (BUTYLAMINE, 0.5, 10.65),
        (BUTYLAMINE, 1.0, 7.70),
        (BUTYLAMINE, 2.0, 4.76),
        (BUTYLAMINE, 3.0, 4.46),
        ("NCc1ccccc1", 1.0, 7.05),
        ("Nc1ccccc1", 1.0, 4.68),
    ],
)
def test_acidity(amine, acid, pH) -> None:
    """PH of amine and acetic acid at 0.2 M, cut to 2-9."""
    asked = Procedure(reductant="NaBH3CN", acid_equivalents=acid, concentration_M=0.2)
    settled, _ = settle(asked, MODEL)
    assert acidity_of(read_pair(amine, BUTANAL), MODEL, settled) == pytest.approx(min(pH, 9.0), abs=0.011)


@pytest.mark.parametrize("amine", [BUTYLAMINE, "NCCN", "Nc1ccccc1", "C1COCCN1"])
@pytest.mark.parametrize("acid", [0.0, 0.3, 1.0, 1.5, 8.0])
def test_the_pH_is_the_root_that_another_solver_finds(amine: str, acid: float) -> None:
    """In every draw the charges balance at the pH, by bracketing the balance as it is written."""
    pair = read_pair(amine, BUTANAL, MODEL)
    asked = Procedure(reductant="NaBH3CN", acid_equivalents=acid, concentration_M=0.2)
    settled, _ = settle(asked, MODEL)
    at = conditions_of(pair, MODEL, [settled], draw_parameters(MODEL, 16, 3))
    acid_pair = 10.0 ** at.drawn.named("protonation.acetic_acid")
    bases = [(10.0 ** at.drawn.classed("protonation", at.chain(x.site_class)), n) for x, n in at.amines]
    for draw, found in enumerate(acidity(at)[0]):

        def balance(pH: float, i: int = draw) -> float:
            h = 10.0**-pH
            held = sum(n * h * pairs[i] / (1.0 + h * pairs[i]) for pairs, n in bases)
            return float(0.2 * acid / (1.0 + acid_pair[i] * h) + 1e-14 / h - 0.2 * held - h)

        assert found == pytest.approx(np.clip(brentq(balance, 0.0, 14.0, xtol=1e-12), 2.0, 9.0), abs=1e-9)


def test_what_is_kept_of_a_pair_depends_on_no_procedure() -> None:
    """Constants are the same to the last digit whatever was asked of the pair before with the same draws."""
    pair, draws = read_pair("NCCNC", BUTANAL, MODEL), draw_parameters(MODEL, 8, 5)
    flask = prepare(pair, MODEL)
    asked = [
        Procedure(reductant=reductant, acid_equivalents=acid, temperature_C=celsius, solvent=solvent)
        for reductant, acid, celsius, solvent in (
            ("STAB", 0.0, 0.0, "DCE"), ("NaBH3CN", 1.0, 40.0, "MeOH"), ("NaBH4", 0.0, 25.0, "EtOH"),
        )
    ]  # fmt: skip
    settled = [settle(one, MODEL, pair)[0] for one in asked]
    fresh = [
        constants_and_charges(flask, MODEL, [one], replace(draws, normals=draws.normals.copy()))[0]
        for one in settled
    ]
    for one, alone in (*zip(settled, fresh, strict=True), *zip(settled[::-1], fresh[::-1], strict=True)):
        assert np.array_equal(constants_and_charges(flask, MODEL, [one], draws)[0], alone)


def test_cyanoborohydride_follows_the_pH() -> None:
    """k_o rises and k_d rises tenfold per pH unit down: log k_o = -5 + 6.5 - pH, log k_d = log 0.02 - pH."""
    found = constants(BUTYLAMINE, BUTANAL, reductant="NaBH3CN", acid_equivalents=2.0)
    assert math.log10(step(found, "carbonyl + hydride", "alcohol")) == pytest.approx(
        -5 + 6.5 - 4.76, abs=0.02
    )
    assert math.log10(step(found, "hydride", "lost hydrogen")) == pytest.approx(
        math.log10(0.02) - 4.76, abs=0.02
    )


def test_temperature() -> None:
    """k(T) = k exp(-Ea/R (1/T - 1/298.15)): 28, 50, 47, 65 kJ/mol, and -20 kJ/mol for the equilibrium."""
    cold, warm = (constants(BUTYLAMINE, BUTANAL, reductant="STAB", temperature_C=t) for t in (25.0, 45.0))
    inverse = (1 / 318.15 - 1 / 298.15) / 8.314462618e-3
    for start, end, energy in (
        ("n_alkyl2(0) + carbonyl", "water", 28),
        ("n_alkyl2(0=) + water", "carbonyl", 28 + 20),
        ("n_alkyl2(0=) + hydride", "n_alkyl2(1)", 50),
        ("n_alkyl2(0) + n_alkyl2(1=)", "n_alkyl2(1)", 40),
        ("carbonyl + hydride", "alcohol", 47),
        ("hydride", "lost hydrogen", 65),
    ):
        ratio = step(warm, start, end) / step(cold, start, end)
        assert ratio == pytest.approx(math.exp(-energy * inverse), rel=1e-6)


def test_sieves_take_water_and_nothing_else_does() -> None:
    """Molecular sieves bind water at 1e-3 /s; without them it stays."""
    assert step(constants(BUTYLAMINE, BUTANAL, water="sieves"), "water", "bound water") == pytest.approx(1e-3)
    assert step(constants(BUTYLAMINE, BUTANAL), "water", "bound water") == 0


def test_draws_are_normal_and_seeded() -> None:
    """Each column has mean 0 and sd 1; columns are independent; same seed, same draws."""
    first, again, other = (draw_parameters(MODEL, 1024, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.normals, again.normals)
    assert not np.array_equal(first.normals, other.normals)
    assert np.abs(first.normals.mean(axis=0)).max() < 0.01
    assert np.abs(first.normals.std(axis=0) - 1).max() < 0.02
    correlations = np.corrcoef(first.normals[:, ::20].T) - np.eye(len(first.names[::20]))
    assert np.abs(correlations).max() < 0.2
    names = sorted(p.name for p in MODEL.parameters)
    later = [name for name in names if is_later(name)]
    assert list(first.names) == [*sorted({*names} - {*later}), *later]


def test_a_later_number_moves_no_column_of_the_first_ones() -> None:
    """A set without the numbers that came later draws the same worlds."""
    first = draw_parameters(MODEL, 64, 3)
    early = replace(MODEL, parameters=tuple(p for p in MODEL.parameters if not is_later(p.name)))
    drawn = draw_parameters(early, 64, 3)
    assert drawn.names == first.names[: len(drawn.names)]
    assert np.array_equal(drawn.normals, first.normals[:, : len(drawn.names)])


def test_a_later_number_moves_no_column_of_the_others() -> None:
    """A set without one of the numbers that came later draws all other numbers as before."""
    first = draw_parameters(MODEL, 64, 3)
    name = next(p.name for p in MODEL.parameters if is_later(p.name))
    drawn = draw_parameters(
        replace(MODEL, parameters=tuple(p for p in MODEL.parameters if p.name != name)), 64, 3
    )
    kept = [n for n in first.names if n != name]
    assert list(drawn.names) == kept
    assert np.array_equal(drawn.normals, first.normals[:, [first.names.index(n) for n in kept]])
