"""Purification: phases by hand and by mass action, constants against the books, safety of the order, difficulty."""

import json
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st
from scipy.optimize import brentq

import planner
from planner.cli import main
from planner.errors import ParameterError, PlannerError
from planner.files.tables import read_csv
from planner.mixtures.by_products import check_words
from planner.mixtures.crude import difficulty
from planner.mixtures.phases import Solute, acid_to_reach, charge, distribution, extracted
from planner.mixtures.properties import Properties, properties_of
from planner.mixtures.purification import Purification
from planner.mixtures.residues import base_of
from planner.mixtures.scheme import choose, shares
from planner.mixtures.separation import FLAGS, load_separation
from planner.mixtures.solubility import isoelectric, words
from planner.mixtures.words import purification_text
from planner.model.parameters import load_model
from planner.structures.structure import canonical_smiles, molecule

DIAZEPANE, THIOPHENE = "C1CNCCCN1", "O=Cc1cccs1"
CRAFT = load_separation()
EXAMPLE = {
    "diazepane": ((10.2, 6.5), -0.43, (0.0, 0.0, 0.0, 0.2, 2.2, 12.6, 26.8)),
    "mono": ((9.8, 5.5), 1.54, (0.0, 1.2, 6.0, 35.5, 82.6, 95.5, 97.2)),
    "di": ((8.4, 4.5), 3.52, (22.0, 93.0, 99.0, 100.0, 100.0, 100.0, 100.0)),
}
"""pKaH, log P and per cent in the solvent at pH 4, 6, 7, 8, 9, 10, 12: one portion of one volume, by hand."""


@cache
def found(amine: str, carbonyl: str, **procedure: object) -> Purification:
    """Purify, with few draws."""
    return planner.purification(amine, carbonyl, draws=8, **procedure)


def test_the_worked_example_by_hand() -> None:
    """The table of diazepane, mono and di: di leaves at pH 6, mono at pH 9, the diazepane stays in the water."""
    for name, (bases, log_p, per_cent) in EXAMPLE.items():
        solute = Solute(bases=bases, acids=(), log_p=log_p)
        got = [100 * float(extracted(solute, pH)) for pH in (4.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0)]
        assert got == pytest.approx(per_cent, abs=0.7), name


@pytest.mark.parametrize(
    ("solute", "pH", "n", "v", "expected"),
    [
        (Solute(bases=(), acids=(), log_p=1.0), 7.0, 1, 1.0, 10 / 11),  # a neutral: P = 10
        (Solute(bases=(), acids=(), log_p=1.0), 7.0, 3, 1 / 3, 1 - (3 / 13) ** 3),  # the same in three thirds
        (Solute(bases=(), acids=(), log_p=0.0), 2.0, 2, 1.0, 0.75),
        (
            Solute(bases=(9.0,), acids=(), log_p=2.0, ion_shift=-99),
            9.0,
            1,
            1.0,
            50 / 51,
        ),  # half is base: D = 50
        (
            Solute(bases=(9.0,), acids=(), log_p=2.0, ion_shift=-99),
            7.0,
            1,
            1.0,
            (100 / 101) / (1 + 100 / 101),
        ),
        (Solute(bases=(4.6,), acids=(), log_p=0.9, ion_shift=-99), 1.0, 1, 1.0, 0.00199),  # aniline in acid
        (
            Solute(bases=(), acids=(4.2,), log_p=1.87, ion_shift=-99),
            4.2,
            1,
            1.0,
            37.07 / 38.07,
        ),  # benzoic acid
        (
            Solute(bases=(), acids=(4.2,), log_p=1.87, ion_shift=-99),
            9.2,
            1,
            1.0,
            0.000741,
        ),  # the same in bicarbonate
        (Solute(bases=(10.0, 6.0), acids=(), log_p=1.0, ion_shift=-99), 8.0, 1, 1.0, 0.0892),  # 10/(1+100+1)
        (
            Solute(bases=(9.0,), acids=(), log_p=2.0, ion_shift=-3.5),
            5.0,
            1,
            1.0,
            0.039956,
        ),  # the ion pair too
    ],
)
def test_ten_extractions_by_hand(solute: Solute, pH: float, n: int, v: float, expected: float) -> None:
    """Neutrals, an amine at its pKaH, acids and bases out of reach, a diamine, an ion pair."""
    assert float(extracted(solute, pH, portions=n, volume=v)) == pytest.approx(expected, rel=2e-3)


@given(
    st.lists(st.floats(2, 12), max_size=3),
    st.lists(st.floats(2, 12), max_size=2),
    st.floats(-3, 6),
    st.floats(0, 14),
)
def test_a_charge_is_the_slope_of_the_binding(
    bases: list[float], acids: list[float], log_p: float, pH: float
) -> None:
    """Mean charge = number of protons bound - acids given off, as the binding polynomial's derivative has it."""
    solute = Solute(bases=tuple(sorted(bases, reverse=True)), acids=tuple(sorted(acids)), log_p=log_p)

    def log_z(x: float) -> float:
        up, terms = 0.0, [0.0]
        for pK in solute.bases:
            up += float(pK) - x
            terms.append(up)
        down, more = 0.0, [0.0]
        for pK in solute.acids:
            down += x - float(pK)
            more.append(down)
        return float(
            np.logaddexp.reduce(np.log(10) * np.array(terms))
            + np.logaddexp.reduce(np.log(10) * np.array(more))
        )

    slope = -(log_z(pH + 1e-4) - log_z(pH - 1e-4)) / 2e-4 / np.log(10)
    assert float(charge(solute, pH)) == pytest.approx(slope, abs=1e-4)


def test_phases_close_their_balances_by_mass_action() -> None:
    """Two amines, water, solvent and acid: mass, charge and every equilibrium hold at the pH that the acid gives."""
    amines = [
        (0.01, Solute(bases=(10.2, 6.5), acids=(), log_p=-0.43)),
        (0.02, Solute(bases=(8.4,), acids=(), log_p=3.5)),
    ]
    water, solvent = 0.1, 0.05
    for pH in (2.0, 6.0, 9.0, 11.0):
        acid = acid_to_reach(amines, pH, water_L=water, solvent_L=solvent)

        def off(x: float, acid: float = acid) -> float:
            h, total = 10.0**-x, 0.0
            for n, solute in amines:
                states = [1.0]
                for pKaH in solute.bases:
                    states.append(states[-1] * h / 10.0 ** -float(pKaH))
                logs = [float(solute.log_p), float(solute.log_p) - 3.5]
                held = [
                    s * (water + (10 ** logs[k] * solvent if k < 2 else 0.0)) for k, s in enumerate(states)
                ]
                base = n / sum(held)
                assert sum(base * x for x in held) == pytest.approx(n)
                total += sum(k * base * x for k, x in enumerate(held))
            return total + water * (h - 1e-14 / h) - acid

        assert brentq(off, 0.0, 14.0, xtol=1e-10) == pytest.approx(pH, abs=1e-6)


@given(st.floats(3, 12), st.floats(3, 12), st.floats(6, 11), st.floats(-2, 5))
def test_three_phases_hold_everything(a: float, b: float, pKaH: float, log_p: float) -> None:
    """A, B and W add up to what was there."""
    parts = shares(Solute(bases=(pKaH,), acids=(), log_p=log_p), min(a, b), max(a, b), CRAFT)
    assert float(sum(parts)) == pytest.approx(1.0)
    assert all(float(part) >= 0.0 for part in parts)


def test_more_base_takes_more_amine_out() -> None:
    """An amine's distribution rises with pH, an acid's falls, a neutral's stays."""
    pH = np.linspace(0, 14, 57)
    amine, acid = Solute(bases=(9.5, 5.0), acids=(), log_p=2.0), Solute(bases=(), acids=(4.0,), log_p=2.0)
    assert (np.diff(distribution(amine, pH)) >= -1e-12).all()
    assert (np.diff(distribution(acid, pH)) <= 1e-12).all()
    assert np.ptp(distribution(Solute(bases=(), acids=(), log_p=1.0), pH)) < 1e-12


@pytest.mark.parametrize(
    ("smiles", "constants"),
    [
        ("NCCN", (9.9, 6.9)),
        ("NCCCN", (10.5, 8.8)),
        ("NCCCCN", (10.7, 9.4)),
        ("C1CNCCN1", (9.7, 5.4)),
        (DIAZEPANE, (10.2, 6.5)),
        ("NCCNCCN", (9.9, 9.1, 4.3)),
        ("NCc1ccccc1", (9.35,)),
        ("CCN(CC)CC", (10.7,)),
        ("c1ccncc1", (5.2,)),
        ("Nc1ccccc1", (4.6,)),
        ("C[N+](C)(C)[O-]", (4.65,)),
    ],
)
def test_constants_against_the_books(smiles: str, constants: tuple[float, ...]) -> None:
    """First and further pKaH of simple amines lie within 0.8 of the textbooks' (recalled)."""
    own = properties_of(canonical_smiles(molecule(smiles)), load_model(), CRAFT)
    assert own.pKaH[: len(constants)] == pytest.approx(constants, abs=0.8)
    assert all(first >= second for first, second in pairwise(own.pKaH))


def test_what_is_neutral_and_what_is_a_salt() -> None:
    """Amides and borane adducts take no proton, salts are charged at any pH, an amino acid is neutral at pH 7."""
    model = load_model()
    assert properties_of("CC(=O)NCC", model, CRAFT).pKaH == ()
    assert properties_of("C[N+](C)(C)Cc1ccccc1", model, CRAFT).charge(12.0) == pytest.approx(1.0)
    assert properties_of("NCC(=O)O", model, CRAFT).charge(7.0) == pytest.approx(0.0, abs=0.1)
    assert properties_of("C[N+](C)(C)[O-]", model, CRAFT).log_p_sd == 2.0


def test_the_diazepane_comes_apart_as_a_chemist_would_have_it() -> None:
    """Di leaves in acid, mono with base, the diazepane stays in the water: the windows stand in that order."""
    run = found(DIAZEPANE, THIOPHENE)
    share = {part.name: [s[0] for s in part.shares] for part in run.parts}
    assert 5.5 <= run.scheme.low <= 7.5
    assert 8.5 <= run.scheme.high <= 11.0
    assert run.scheme.kept == "B"
    assert share["di"][0] > 0.8
    assert share["mono"][1] > 0.6
    assert share["amine"][2] > 0.6
    assert run.difficulty < 0.2
    assert list(run.species.columns)[:2] == ["name", "smiles"]
    assert {"pKaH", "logP", "charge_pH2", "charge_pH7", "charge_pH10", "charge_pH12"} <= set(
        run.species.columns
    )


FLASKS = [
    (amine, carbonyl, reductant.name, quench)
    for reductant in load_model().reductants
    for amine, carbonyl in (
        (DIAZEPANE, THIOPHENE),
        ("NCc1ccccc1", "CCCC=O"),
        ("N", "O=C1CCCCC1"),
        ("CNC", "CCCC=O"),
        ("CCOC(=O)CN", "CC(C)C=O"),
        ("COC(OC)CN", "O=Cc1ccccc1"),
        ("NCC(=O)O", "O=Cc1ccccc1"),
    )
    for quench in ("aqueous", "borohydride")
]


@pytest.mark.parametrize(("amine", "carbonyl", "reductant", "quench"), FLASKS)
def test_the_order_of_the_steps_is_safe(amine: str, carbonyl: str, reductant: str, quench: str) -> None:
    """The quench is first; cyanide meets no acid before it is gone, and none where aminonitriles are; heat is last."""
    run = found(amine, carbonyl, reductant=reductant, quench=quench, solvent="MeOH")
    kinds = {
        s.kind
        for s in planner.expected_species(amine, carbonyl, draws=8, reductant=reductant, solvent="MeOH")
    }
    steps, model = run.steps, load_model()
    assert steps[0].words.startswith("Quench")
    assert sum(step.words.startswith("Quench") for step in steps) == 1
    has_cyanide = model.reductant(reductant).holds_cyanide
    is_clean = not has_cyanide
    for step in steps:
        if not is_clean and step.pH is not None:
            assert step.pH[0] >= 10.0, step.words
        if has_cyanide and "aminonitrile" in kinds:
            assert step.pH is None or step.pH[0] >= 10.0, step.words
            assert not step.heats
            assert "SCX" not in step.words
            assert "hydrochloride" not in step.words
        is_clean |= step.clears == "cyanide"
    if has_cyanide and "aminonitrile" in kinds and any(step.clears == "cyanide" for step in steps):
        assert any("aminonitrile" in step.words for step in steps)
    if "N-oxide" in kinds:
        cleared = next(n for n, step in enumerate(steps) if step.clears == "oxide")
        assert all(n > cleared for n, step in enumerate(steps) if step.heats)
    bisulfite = [n for n, step in enumerate(steps) if "hydrogensulfite" in step.words]
    based = [n for n, step in enumerate(steps) if step.pH is not None and step.pH[1] > 9.5]
    assert not bisulfite or min(based, default=99) > bisulfite[0]


def test_acid_labile_groups_keep_acid_away() -> None:
    """An acetal is quenched mildly and meets no water below pH 7."""
    run = found("COC(OC)CN", "O=Cc1ccccc1", reductant="NaBH4", solvent="MeOH")
    assert all(step.pH is None or step.pH[0] >= 7.0 for step in run.steps)


def test_a_volatile_target_is_distilled_after_the_tests() -> None:
    """Cyclohexylamine boils at 134 C: it is distilled, and peroxides and N-oxides were looked for before."""
    steps = found("N", "O=C1CCCCC1").steps
    (hot,) = [n for n, step in enumerate(steps) if step.heats]
    assert "peroxides" in steps[hot].words
    assert any(step.clears == "oxide" for step in steps[:hot])


def test_the_difficulty_is_zero_one_and_between() -> None:
    """Nothing beside it: 0. A twin: 1. More distance never makes it harder."""
    own = Solute(bases=(9.5,), acids=(), log_p=2.0)
    assert choose((1.0, own), {}, (3.0, 12.0), CRAFT).difficulty == 0.0
    assert choose((1.0, own), {"twin": (1.0, own)}, (3.0, 12.0), CRAFT).difficulty == 1.0
    assert choose((1.0, own), {"trace": (0.04, own)}, (3.0, 12.0), CRAFT).difficulty == 0.0
    hard = [
        choose(
            (1.0, own), {"x": (1.0, Solute(bases=(9.5 - d,), acids=(), log_p=2.0 + d))}, (3.0, 12.0), CRAFT
        ).difficulty
        for d in np.arange(0.0, 3.1, 0.5)
    ]
    assert all(a >= b - 1e-6 for a, b in pairwise(hard))
    assert hard[-1] < 0.1


def test_the_cost_is_five_points_at_most() -> None:
    """The difficulty is between 0 and 1 and would cost at most 0.05."""
    for amine, carbonyl, reductant, quench in FLASKS[::5]:
        run = found(amine, carbonyl, reductant=reductant, quench=quench, solvent="MeOH")
        assert 0.0 <= run.difficulty <= 1.0
        assert 0.0 <= run.cost <= 0.05
        assert run.cost == pytest.approx(0.05 * run.difficulty)


@pytest.mark.parametrize(("amine", "carbonyl", "reductant", "quench"), FLASKS)
def test_the_difficulty_alone_is_that_of_the_purification(
    amine: str, carbonyl: str, reductant: str, quench: str
) -> None:
    """What a ranking takes without by-products and steps is the number that the whole scheme has."""
    run = found(amine, carbonyl, reductant=reductant, quench=quench, solvent="MeOH")
    assert difficulty(run.prediction) == (run.difficulty if run.has_target else None)


def test_a_flag_that_means_nothing_is_refused() -> None:
    """A misspelt flag of the file is an error that names the nearest."""
    with pytest.raises(ParameterError, match="cyanide"):
        check_words("[[step]]", (["cyanid"], FLAGS), where="file")


def test_the_command_prints_table_csv_and_json() -> None:
    """Three forms of one scheme."""
    asked = ["purify", "1,4-diazepane", THIOPHENE, "--draws", "8"]
    texts = [CliRunner().invoke(main, [*asked, "--format", form]) for form in ("table", "csv", "json")]
    assert [t.exit_code for t in texts] == [0, 0, 0]
    assert "1. Quench" in texts[0].output
    assert "Difficulty" in texts[0].output
    rows, record = read_csv(texts[1].output, ("name", "pKaH")), json.loads(texts[2].output)
    assert [r["name"] for r in rows] == [s["name"] for s in record["species"]]


@pytest.mark.parametrize(
    ("amine", "carbonyl", "asked"),
    [
        ("NCc1ccccc1", "CCCC=O", {"carbonyl_equivalents": 0.0}),
        ("CC(C)(C)N", "O=C(C(C)(C)C)C(C)(C)C", {}),
        ("CC(C)(C)N", "O=C(C(C)(C)C)C(C)(C)C", {"reductant": "NaBH3CN"}),
    ],
)
def test_without_a_product_there_is_nothing_to_purify(
    amine: str, carbonyl: str, asked: dict[str, object]
) -> None:
    """No windows, columns or distillation of what is not there: the quench, and to look for it first."""
    run = found(amine, carbonyl, **asked)
    assert not run.has_target
    assert [step.title for step in run.steps] == ["Quench", "Look for it first"]
    assert "nothing to purify" in run.reasons[0]
    assert "hardly any target" in purification_text(run)


def test_one_window_is_one_extraction() -> None:
    """Where one pH does as well nothing is in A, and B and W are what that one extraction leaves."""
    run = found("NCc1ccccc1", "CCCC=O", reductant="NaBH4", solvent="MeOH")
    assert run.scheme.low is None
    assert "one window" in run.flags
    solvent = CRAFT.solvent(run.extractant)
    for part in run.parts:
        assert part.shares[0] == (0.0, 0.0, 0.0)
        taken = extracted(part.properties.solute(solvent, CRAFT), run.scheme.high, portions=3, volume=0.5)
        low, high = part.shares[1][1:]
        assert low - 1e-9 <= float(taken) <= high + 1e-9
        assert part.shares[1][0] + part.shares[2][0] == pytest.approx(1.0)
    assert "one window does" in purification_text(run)
    assert sum(step.pH == (run.scheme.high, run.scheme.high) for step in run.steps) == 1


def test_no_windows_are_better_than_those_that_are_chosen() -> None:
    """Over all pairs of pH, all phases and one extraction, none is worth more by the stated price of impurity."""
    price, wanted = CRAFT.number("impurity_price"), CRAFT.number("wanted_purity")
    dice = np.random.default_rng(3)
    for _ in range(12):
        target, other = (
            (
                float(dice.uniform(0.1, 1)),
                Solute(bases=(float(dice.uniform(4, 11)),), acids=(), log_p=float(dice.uniform(-1, 5))),
            )
            for _ in range(2)
        )
        chosen = choose(target, {"x": other}, (3.0, 12.0), CRAFT)
        best = -9.0
        grid = np.arange(3.0, 12.01, 0.5)
        for low in (None, *grid):
            for high in grid:
                if low is not None and low >= high:
                    continue
                own, beside = (n * np.array(shares(s, low, high, CRAFT)) for n, s in (target, other))
                for phase in (1,) if low is None else (0, 1, 2):
                    purity = own[phase] / max(own[phase] + beside[phase], 1e-300)
                    best = max(best, own[phase] / target[0] - price * max(0.0, wanted - purity))
        worth = chosen.recovery - price * max(0.0, wanted - chosen.purity)
        assert worth >= best - 0.0401


ZWITTERIONS = (
    ("NCC(=O)O", "O=Cc1ccccc1"),
    ("NCCC(=O)O", "CCCC=O"),
    ("C[C@H](N)C(=O)O", "O=C1CCCCC1"),
    ("NCc1ccccc1", "O=C(C)CCC(=O)O"),
)


@pytest.mark.parametrize("pair", ZWITTERIONS)
@pytest.mark.parametrize(
    ("reductant", "solvent"),
    [("NaBH3CN", "MeOH"), ("NaBH4", "MeOH"), ("STAB", "DCE"), ("STAB", "THF"), ("2-picoline borane", "MeOH")],
)
def test_no_layer_is_treated_where_nothing_is_extracted(
    pair: tuple[str, str], reductant: str, solvent: str
) -> None:
    """An acid group keeps the target in the water: no step treats a layer that holds it, and one says how it is had."""
    run = found(*pair, reductant=reductant, solvent=solvent)
    if "base extraction" not in run.flags or not run.has_target:
        return
    titles = [step.title for step in run.steps]
    assert not {"First window", "Second window", "Extract", "Dry", "Column", "Scavenge primary amine"} & {
        *titles
    }
    for step in run.steps:
        assert "layer" not in step.words or "holds nothing that is wanted" in step.words, step.words
    assert {"Isoelectric point", "Anion exchanger", "Extract as the acid"} & {*titles}
    assert ("Anion exchanger" in titles) == ("acid" not in run.flags)
    assert any(f"{solvent} layer" in step.words for step in run.steps) == (solvent == "DCE")
    assert "Nothing is extracted" in purification_text(run)


@given(st.floats(6, 11), st.floats(1, 5), st.floats(-2, 2))
def test_a_zwitterion_is_said_to_stay_in_water(pKaH: float, pKa: float, log_p: float) -> None:
    """Where base and acid group charge each other no pH is named at which a solvent takes it."""
    own = Properties(
        pKaH=(pKaH,), pKaH_sd=(0.3,), pKa=(pKa,), pKa_sd=(0.3,), log_p=log_p, log_p_sd=0.8, is_salt=False
    )
    top = float(
        distribution(Solute(bases=(pKaH,), acids=(pKa,), log_p=log_p, ion_shift=-99), (pKaH + pKa) / 2)
    )
    assert words(own).startswith("water at any pH") == (top <= 1.0) or 0.9 < top < 1.1
    assert isoelectric(own) == pytest.approx((pKaH + pKa) / 2, abs=0.06)


@given(st.floats(2, 6), st.floats(0.5, 5))
def test_an_acid_leaves_the_solvent_where_its_distribution_is_one(pKa: float, log_p: float) -> None:
    """D = P / (1 + 10^(pH - pKa)) = 1 is the pH that the words name, to the rounding."""
    own = Properties(pKaH=(), pKaH_sd=(), pKa=(pKa,), pKa_sd=(0.3,), log_p=log_p, log_p_sd=0.8, is_salt=False)
    edge = pKa + np.log10(10.0**log_p - 1.0)
    said = float(words(own).removeprefix("solvent below pH ").partition(",")[0])
    assert said == pytest.approx(edge, abs=0.61)


SOLVENTS = [solvent.name for solvent in load_model().solvents if not solvent.refused]


@pytest.mark.parametrize("solvent", SOLVENTS)
@pytest.mark.parametrize(
    ("amine", "carbonyl", "reductant"),
    [
        ("NCc1ccccc1", "CCCC=O", "STAB"),
        ("NCc1ccccc1", "CCCC=O", "NaBH3CN"),
        ("CNC", "CCCC=O", "2-picoline borane"),
        ("NCC(=O)O", "O=Cc1ccccc1", "NaBH3CN"),
    ],
)
def test_a_solvent_that_mixes_with_water_is_dealt_with_first(
    amine: str, carbonyl: str, reductant: str, solvent: str
) -> None:
    """One step after the quench, before anything is shaken, and only there; nothing is stripped beside cyanide."""
    try:
        run = found(amine, carbonyl, reductant=reductant, solvent=solvent)
    except PlannerError:
        return
    steps = [n for n, step in enumerate(run.steps) if step.title in ("Strip the solvent", "Dilute")]
    mixes = solvent not in {*load_model().workup.immiscible, "water", "neat"}
    assert steps == ([1] if mixes and run.has_target else [])
    for n in steps:
        assert solvent in run.steps[n].words
        boils = load_model().solvent(solvent).boiling_point_C
        is_stripped = run.steps[n].title == "Strip the solvent"
        assert not (is_stripped and ("cyanide" in run.flags or (boils is not None and boils > 110)))
        assert is_stripped or boils > 110 or "cyanide" in run.flags or "leaves with solvent" in run.flags


WASHED = [
    (amine, carbonyl, reductant, solvent)
    for amine in (
        "CC(C)(C)OC(=O)N1CCNCC1",
        "Nc1ccccc1",
        "Nc1ccc([N+](=O)[O-])cc1",
        "NCc1ccccc1",
        "Nc1ccc(Br)cc1",
    )
    for carbonyl in ("O=Cc1ccccc1", "O=Cc1ccc(Cl)cc1")
    for reductant, solvent in (("STAB", "DCE"), ("2-picoline borane", "MeOH"))
]


@pytest.mark.parametrize("flask", WASHED)
def test_a_bisulfite_wash_keeps_what_it_says(flask: tuple[str, ...]) -> None:
    """It is made only where acid does not take the target and its own pH neither, and it says what is shaken."""
    amine, carbonyl, reductant, solvent = flask
    run = found(amine, carbonyl, reductant=reductant, solvent=solvent, carbonyl_equivalents=2.0)
    target = run.parts[0].properties.solute(CRAFT.solvent(run.extractant), CRAFT)
    kept = {pH: float(extracted(target, pH, portions=1, volume=1.0)) for pH in (0.0, 2.0, 4.0, 5.0)}
    wash = [step for step in run.steps if step.title == "Bisulfite wash"]
    assert bool(wash) == (
        "carbonyl left" in run.flags
        and "acid" in run.flags
        and kept[2.0] > 0.2
        and min(kept[4.0], kept[5.0]) > 0.8
    )
    for step in wash:
        assert (solvent if solvent == "DCE" else run.extractant) in step.words
        assert f"{min(kept[4.0], kept[5.0]):.0%}" in step.words
    assert any(step.clears == "neutrals" for step in run.steps) == (kept[2.0] <= 0.2)
    for step in run.steps:
        if wash and step.title in ("Extract", "First window", "Second window", "Neutrals stay with it"):
            assert "carbonyl" not in step.words
    stay = [step for step in run.steps if step.title == "Neutrals stay with it"]
    assert bool(stay) == (kept[2.0] > 0.2 and "neutrals left" in run.flags)
    for step in stay:
        assert f"{kept[2.0]:.0%}" in step.words
        assert f"{kept[0.0]:.0%}" in step.words


@pytest.mark.parametrize(
    ("smiles", "base"),
    [
        ("Cc1cccc[n+]1[BH3-]", "Cc1ccccn1"),
        ("[BH3-][n+]1ccccc1", "c1ccncc1"),
        ("[BH3-][N+](CC)(CC)CC", "CCN(CC)CC"),
        ("[BH3-][NH2+]C(C)(C)C", "CC(C)(C)N"),
        ("[BH3-][NH+]1CCOCC1", "C1COCCN1"),
        ("[Na+].[BH4-]", None),
        ("[Na+].[BH3-]C#N", None),
        ("[Na+].CC(=O)O[BH-](OC(C)=O)OC(C)=O", None),
    ],
)
def test_what_an_amine_borane_leaves(smiles: str, base: str | None) -> None:
    """The amine without its borane, whichever it is; hydrides of sodium leave none."""
    assert base_of(smiles) == (None if base is None else canonical_smiles(molecule(base)))


@pytest.mark.parametrize(
    ("amine", "carbonyl"),
    [("NCc1ccccc1", "CCCC=O"), ("Nc1ccccc1", "O=Cc1ccccc1"), ("NCC(=O)O", "O=Cc1ccccc1")],
)
def test_the_base_of_the_reductant_is_a_compound_of_the_mixture(amine: str, carbonyl: str) -> None:
    """One mole per mole of reductant, with its own constants and shares, named in a step; else there is none."""
    run = found(amine, carbonyl, reductant="2-picoline borane", reductant_equivalents=1.5)
    (part,) = [part for part in run.parts if part.smiles == "Cc1ccccn1"]
    assert part.amount == pytest.approx(1.5)
    assert part.properties.pKaH[0] == pytest.approx(5.9, abs=0.5)
    assert sum(share[0] for share in part.shares) == pytest.approx(1.0)
    (step,) = [step for step in run.steps if step.title == "Base of the reductant"]
    assert part.name in step.words
    assert "base extraction" in run.flags or f"{part.shares[1][0]:.0%}" in step.words
    other = found(amine, carbonyl, reductant="NaBH4", solvent="MeOH")
    assert all(part.smiles != "Cc1ccccn1" for part in other.parts)
    assert all(step.title != "Base of the reductant" for step in other.steps)
