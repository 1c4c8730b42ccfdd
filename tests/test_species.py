"""Species to expect: masses by another library, balances, the worked example, conditions."""

import json
from collections import Counter
from functools import cache
from itertools import product

import pytest
from click.testing import CliRunner
from pyteomics import mass
from rdkit import Chem

import planner
from planner.cli import main
from planner.errors import ParameterError
from planner.files.tables import read_csv
from planner.flask.outcomes import predict_outcomes
from planner.mixtures.by_products import FLAGS, check_words, load_by_products, read_formula
from planner.mixtures.making import make, reaction_of
from planner.mixtures.masses import ions_of, isotope_lines
from planner.mixtures.purification import purify
from planner.mixtures.species import ExpectedSpecies, notes_of, species_of
from planner.model.draws import draw_parameters
from planner.predictions.besides import amounts_besides
from planner.structures.structure import molecule

ELECTRON = 0.000548579909
DIAZEPANE, THIOPHENE = "C1CNCCCN1", "O=Cc1cccs1"
EXAMPLE = {
    "amine": (100.1000, 101.1073, 51.0573, 123.0893, 142.1339, 201.2074),
    "carbonyl": (111.9983, 113.0056, None, 134.9875, 154.0321, 225.0038),
    "alcohol": (114.0139, 115.0212, None, 137.0032, 156.0478, 229.0351),
    "acid of the aldehyde": (127.9932, 129.0005, None, 150.9824, 170.0270, 256.9937),
    "mono": (196.1034, 197.1107, 99.0590, 219.0926, 238.1372, 393.2141),
    "di": (292.1068, 293.1141, 147.0607, 315.0960, 334.1406, 585.2209),
    "imidazolidine or bridged aminal": (194.0878, 195.0950, 98.0512, 217.0770, 236.1216, 389.1828),
    "aminal of two amines": (294.1878, 295.1951, 148.1012, 317.1770, 336.2216, 589.3829),
    "mono N-oxide": (212.0983, 213.1056, 107.0564, 235.0876, 254.1322, 425.2039),
    "hemiaminal of the amine": (212.0983, 213.1056, 107.0564, 235.0876, 254.1322, 425.2039),
    "di N-oxide": (308.1017, 309.1090, 155.0581, 331.0909, 350.1355, 617.2107),
    "di bis-N-oxide": (324.0966, 325.1039, 163.0556, 347.0858, 366.1304, 649.2005),
    "aminonitrile of the amine": (221.0987, 222.1059, 111.5566, 244.0879, 263.1325, 443.2046),
    "aminonitrile of mono": (317.1020, 318.1093, 159.5583, 340.0913, 359.1359, 635.2114),
    "mono.BH3, isomer 1": (210.1362, 211.1435, None, 233.1254, None, None),
    "di.BH3": (306.1396, 307.1468, None, 329.1288, None, None),
    "mono.BH2CN, isomer 1": (235.1314, 236.1387, None, 258.1207, None, None),
    "N-formyl mono": (224.0983, 225.1056, None, 247.0876, None, None),
    "N-acetyl mono": (238.1140, 239.1213, None, 261.1032, None, None),
    "N-ethyl mono": (224.1347, 225.1420, None, 247.1239, None, None),
    "N-methyl mono": (210.1191, 211.1263, None, 233.1083, None, None),
}
"""M, [M+H]+, [M+2H]2+, [M+Na]+, [M+MeCN+H]+, [2M+H]+: computed by two libraries that are not this one's."""
COLUMNS = ("[M+H]+", "[M+2H]2+", "[M+Na]+", "[M+MeCN+H]+", "[2M+H]+")
FLASKS: tuple[tuple[str, str, dict[str, object]], ...] = (
    (DIAZEPANE, THIOPHENE, {}),
    (DIAZEPANE, THIOPHENE, {"reductant": "NaBH3CN", "solvent": "MeOH", "acid_equivalents": 1.0}),
    (DIAZEPANE, THIOPHENE, {"solvent": "DMF"}),
    (DIAZEPANE, THIOPHENE, {"solvent": "DCM"}),
    ("NCc1ccccc1", "CCCC=O", {}),
    ("NCCCN", "C=O", {}),
    ("NCC1CCCCC1", "C=O", {"reductant": "NaBH3CN"}),
    ("N", "O=C1CCCCC1", {}),
    ("CCOC(=O)CN", "CC(C)C=O", {"reductant": "NaBH4", "solvent": "MeOH"}),
    ("CC(C)(C)OC(=O)N1CCC(N)CC1", "CC(=O)C", {}),
    ("CC(C)(C)OC(=O)C(C)N", "O=Cc1ccccc1", {}),
    ("CC(C)(C)[Si](C)(C)OCCN", "O=Cc1ccccc1", {}),
    ("COC(OC)CNC", "O=Cc1ccccc1", {}),
    ("CNCCCCCl", "O=Cc1ccncc1", {}),
    ("CNCCCCCCNC", "O=Cc1ccc(C=O)cc1", {}),
    ("NCCNCCN", "O=Cc1cc(Br)ccc1OC", {"reductant": "2-picoline borane"}),
)


@cache
def found(number: int) -> tuple[ExpectedSpecies, ...]:
    """List the species of a flask."""
    amine, carbonyl, procedure = FLASKS[number]
    return planner.expected_species(amine, carbonyl, draws=8, **procedure)


def counted(smiles: str) -> Counter[str]:
    """Count atoms without any function of the planner."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    return Counter(atom.GetSymbol() for atom in mol.GetAtoms())


def exact(counts: Counter[str]) -> float:
    """Monoisotopic mass by another library."""
    return float(mass.calculate_mass(composition=mass.Composition(dict(counts))))


def test_the_worked_example_to_a_tenth_of_a_millidalton() -> None:
    """Diazepane and thiophenecarbaldehyde: every mass of the published table, over four flasks."""
    by_name = {s.name: s for n in range(4) for s in found(n)}
    for name, (neutral, *ions) in EXAMPLE.items():
        species = by_name[name]
        assert species.monoisotopic_mass == pytest.approx(neutral, abs=1e-4), name
        for column, mz in zip(COLUMNS, ions, strict=True):
            if mz is not None:
                assert species.adducts[column] == pytest.approx(mz, abs=1e-4), (name, column)
    assert by_name["iminium of the amine"].adducts == {"M+": pytest.approx(195.0950, abs=1e-4)}
    assert by_name["iminium of mono"].adducts == {"M+": pytest.approx(291.0984, abs=1e-4)}
    assert by_name["arylmethyl ion from mono"].adducts == {"M+": pytest.approx(97.0106, abs=1e-4)}
    assert by_name["alcohol"].adducts["[M+H-H2O]+"] == pytest.approx(97.0106, abs=1e-4)


def test_masses_agree_with_another_library() -> None:
    """Three hundred structures and their ions, charges and adducts, agree to 0.1 mDa with a library of proteomics."""
    adducts = {"[M+H]+": "H", "[M+2H]2+": "H2", "[M+Na]+": "Na", "[M+K]+": "K", "[M+NH4]+": "NH4"}
    adducts |= {"[M+MeCN+H]+": "C2H4N", "[2M+H]+": "H"}
    seen = set()
    for species in (s for n in range(len(FLASKS)) for s in found(n)):
        counts, charge = counted(species.smiles), Chem.GetFormalCharge(Chem.MolFromSmiles(species.smiles))
        seen.add(species.smiles)
        assert species.monoisotopic_mass == pytest.approx(exact(counts) - charge * ELECTRON, abs=1e-4)
        for ion in species.ions:
            if ion.adduct == "M+":
                assert ion.mz == pytest.approx(exact(counts) - ELECTRON, abs=1e-4)
                continue
            added = mass.calculate_mass(formula=adducts.get(ion.adduct, "H"))
            lost = mass.calculate_mass(formula="H2O") if ion.adduct == "[M+H-H2O]+" else 0.0
            whole = exact(counts) * (2 if ion.adduct.startswith("[2M") else 1) + added - lost
            assert ion.mz == pytest.approx((whole - ion.charge * ELECTRON) / ion.charge, abs=1e-4), species
    assert len(seen) >= 300


def test_every_row_is_met_and_keeps_its_balance() -> None:
    """Each row makes something in one of these flasks, a sound closed-shell molecule with the stated elements."""
    rows = load_by_products().by_products
    made = {s.kind for n in range(len(FLASKS)) for s in found(n)}
    assert {row.kind for row in rows} <= made
    for species in (s for n in range(len(FLASKS)) for s in found(n)):
        mol = Chem.MolFromSmiles(species.smiles)
        assert mol is not None
        assert Chem.MolToSmiles(mol)
        assert sum(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()) == 0
        assert Chem.GetFormalCharge(mol) in (0, 1)


@pytest.mark.parametrize(
    ("kind", "origin", "change"),
    [
        ("N-oxide", ("CCN(CC)CC",), "O"),
        ("N-acetyl", ("CCNCC",), "C2H2O"),
        ("borane adduct", ("CCNCC",), "BH3"),
        ("aminonitrile", ("CCNCC", "CC=O"), "CN-HO"),
        ("hemiaminal", ("CCNCC", "CC=O"), ""),
        ("imine", ("CCN", "CC(C)=O"), "-H2O"),
    ],
)
def test_balances_by_hand(kind: str, origin: tuple[str, ...], change: str) -> None:
    """What is made holds what it was made of and the change that a chemist writes."""
    row = next(r for r in load_by_products().by_products if r.kind == kind)
    (smiles,) = make(row, origin, [None] * len(origin))
    total = Counter({"C": 0})
    for one in origin:
        total += counted(one)
    gained, _, lost = change.partition("-")
    total.update(read_formula(gained))
    total.subtract(read_formula(lost))
    assert +total == counted(smiles)


def test_reactions_have_a_reactant_for_every_origin() -> None:
    """The number of reactants is the number of words in ``from``."""
    for row in load_by_products().by_products:
        assert reaction_of(row.reaction).GetNumReactantTemplates() == len(row.made_from), row.kind


@pytest.mark.parametrize("formula", ["C10H17N2S", "C10H20BN2S", "C6H5Cl2", "C7H8BrN", "C30H40N4O6"])
def test_isotope_patterns_are_the_convolution_of_their_elements(formula: str) -> None:
    """Lines by mass number are those of elements convolved one atom at a time, by another library's abundances."""
    pattern = {0: 1.0}
    for symbol, n in read_formula(formula).items():
        isotopes = {
            number: share for number, (_, share) in mass.nist_mass[symbol].items() if number and share
        }
        for _ in range(n):
            step: Counter[int] = Counter()
            for (a, x), (b, y) in product(pattern.items(), isotopes.items()):
                step[a + b] += x * y
            pattern = {number: share for number, share in step.items() if share > 1e-9}
    most = {
        s: max(mass.nist_mass[s].items(), key=lambda i: i[1][1] if i[0] else 0)[0]
        for s in read_formula(formula)
    }
    start = sum(most[symbol] * n for symbol, n in read_formula(formula).items())
    strongest = max(pattern.values())
    for line in isotope_lines(formula, 1):
        assert line.intensity == pytest.approx(pattern[start + line.shift] / strongest, abs=0.004)


def test_amounts_are_those_of_the_prediction() -> None:
    """What all degrees hold adds up to the amine charged; by-products have a rank and no number."""
    for n in range(len(FLASKS)):
        degrees = [s for s in found(n) if s.kind in ("amine", "product")]
        assert sum(s.amount.mean for s in degrees if s.amount) == pytest.approx(1.0, abs=1e-6)
        assert all((s.amount is None) == (s.rank != "computed") for s in found(n))


def test_conditions_decide() -> None:
    """Cyanide, acetate, formaldehyde, amides and dichloromethane bring what they bring, and nothing else does."""
    kinds = [{s.kind for s in found(n)} for n in range(len(FLASKS))]
    assert "aminonitrile" in kinds[1]
    assert "aminonitrile" not in kinds[0]
    assert "cyanoborane adduct" in kinds[6]
    assert "N-formyl" in kinds[2]
    assert "N-formyl" not in kinds[0]
    assert "chloromethyl salt" in kinds[3]
    assert "chloromethyl salt" not in kinds[0]
    assert "hexahydrotriazine" in kinds[5] & kinds[6]
    assert "hexahydrotriazine" not in kinds[4]
    assert {"aldol", "enal", "amine of the enal", "imine of the enal"} <= kinds[4]
    assert not {"aldol", "enal"} & (kinds[0] | kinds[7])
    assert "quaternary salt" in kinds[13]
    assert all("quaternary salt" not in k for i, k in enumerate(kinds) if i != 13)
    assert "oligomer" in kinds[14]
    assert all("oligomer" not in k for i, k in enumerate(kinds) if i != 14)
    assert "diketopiperazine" in kinds[8]


def test_only_the_reactive_carbonyl_condenses() -> None:
    """An aldehyde beside a ketone: the imine is the aldehyde's."""
    imines = [
        s for s in planner.expected_species("NCc1ccccc1", "CC(=O)c1ccc(C=O)cc1", draws=4) if s.kind == "imine"
    ]
    assert len(imines) == 1
    assert molecule(imines[0].smiles).HasSubstructMatch(Chem.MolFromSmarts("c-[CH]=N"))


def test_the_repeat_unit_of_a_chain() -> None:
    """Chains of a diamine and a dialdehyde are one amine and one dialdehyde less two O apart."""
    by_kind = {s.kind: s for s in found(14)}
    unit = by_kind["longer oligomer"].monoisotopic_mass - by_kind["oligomer"].monoisotopic_mass
    amine, carbonyl = (by_kind[k].monoisotopic_mass for k in ("amine", "carbonyl"))
    assert unit == pytest.approx(amine + carbonyl - 2 * 15.994915, abs=1e-3)


def test_two_protons_want_two_nitrogens_and_distance() -> None:
    """[M+2H]2+ needs two amines, and is commoner where five bonds lie between them."""
    lore = load_by_products()

    def doubly(smiles: str) -> list[float]:
        return [ion.weight for ion in ions_of(smiles, lore) if ion.adduct == "[M+2H]2+"]

    assert doubly("CCN") == []
    assert doubly("CC(=O)NCCN") == []
    assert doubly("C1CNCCCN1") == [0.03]
    assert doubly("NCCCCCCN") == [0.3]


def test_what_ultraviolet_light_does_not_see() -> None:
    """The diamine without a chromophore is said to be invisible; its benzylic products are not."""
    by_name = {s.name: s for s in found(0)}
    assert by_name["amine"].uv
    assert not by_name["mono"].uv
    assert by_name["di"].chromophores == 2 * by_name["mono"].chromophores


def test_hazards_are_words() -> None:
    """Cyanide and nitrosamines are named where they matter, without a structure to look for."""
    plain = planner.predict("NCc1ccccc1", "CCCC=O", draws=4)
    cyanide = planner.predict("NCc1ccccc1", "CCCC=O", draws=4, reductant="NaBH3CN")
    assert not any("yanide" in note for note in notes_of(plain))
    assert any("yanide" in note for note in notes_of(cyanide))
    assert any("nitroso" in note for note in notes_of(plain))
    assert not any("nitroso" in s.name for s in species_of(plain))


def test_the_command_prints_table_csv_and_json() -> None:
    """Three forms of one list."""
    asked = ["species", "1,4-diazepane", THIOPHENE, "--draws", "8"]
    texts = [CliRunner().invoke(main, [*asked, "--format", form]) for form in ("table", "csv", "json")]
    assert all(t.exit_code == 0 for t in texts)
    assert "197.1107" in texts[0].output
    assert "not seen by UV" in texts[0].output
    rows = read_csv(texts[1].output, ("name", "ions"))
    record = json.loads(texts[2].output)
    assert [r["name"] for r in rows] == [s["name"] for s in record["species"]]


def test_formulas_that_are_none() -> None:
    """A formula with brackets or words is refused."""
    with pytest.raises(ValueError, match="formula"):
        read_formula("C2(H4)")


def test_a_condition_that_means_nothing_is_refused() -> None:
    """A misspelt condition is an error that names the nearest, not a by-product that is never met."""
    with pytest.raises(ParameterError, match="cyanide"):
        check_words("row", (("cyanid",), FLAGS), where="file")


@pytest.mark.parametrize(
    ("amine", "carbonyl", "procedure"),
    [
        ("NCc1ccccc1", "CCCC=O", {}),
        ("NC1CCCCC1", "CC(C)=O", {"hold_time_h": 1.0}),
        ("C1CNCCCN1", "O=Cc1cccs1", {"hold_time_h": 0.5}),
        ("CCCCN", "CC(C)C=O", {"reductant": "NaBH3CN", "acid_equivalents": 1.0, "hold_time_h": 1.0}),
    ],
)
def test_imines_and_aldols_have_the_amounts_of_the_flask(
    amine: str, carbonyl: str, procedure: dict[str, object]
) -> None:
    """Imines by molecule sum to the imine groups of the time course's end, fates to those of the carbonyl, no more."""
    prediction = planner.predict(amine, carbonyl, draws=16, **procedure)
    besides = amounts_besides(prediction)
    groups = float(prediction.profile_frame()["imine"].iloc[-1])
    single = sum(found.mean for (word, _), found in besides.items() if word == "imine")
    assert single <= groups + 1e-6
    if not prediction.pair.amine.smiles.startswith("C1CNCC"):  # two nitrogens may bear two imines
        assert single == pytest.approx(groups, abs=1e-6)
    pair, model, settled = prediction.pair, prediction.model, prediction.procedure
    outcome = predict_outcomes(pair, model, [settled], draw_parameters(model, 16, prediction.seed))
    charged = settled.carbonyl_equivalents * outcome.ratio[0]
    for (fate, _), share in zip(prediction.carbonyl_fate.other, outcome.other[0].T, strict=True):
        assert besides[fate, None].mean == pytest.approx((share * charged).mean(), abs=1e-6)
    listed = species_of(prediction)
    assert not [s.name for s in listed if s.is_passing and s.amount is None]
    for s in listed:
        if s.kind in ("aldol", "imine of the enal") and s.amount is not None:
            word = "aldol" if s.kind == "aldol" else "azadiene"
            assert 2.0 * s.amount.mean == pytest.approx(besides[word, None].mean)


def test_an_amount_that_several_species_share_is_given_to_none() -> None:
    """A primary and a secondary nitrogen in one amine: its imine and its iminium ion are one number in the model."""
    listed = planner.expected_species("NCCNC", "CCC=O", draws=8)
    first = [s for s in listed if s.kind in ("imine", "iminium") and s.degree == 0]
    assert {s.kind for s in first} == {"imine", "iminium"}
    assert all(s.amount is None and s.rank == "likely" for s in first)


def test_a_borohydride_quench_leaves_no_imine_to_be_counted() -> None:
    """What the quench reduces is in the products."""
    prediction = planner.predict("NC1CCCCC1", "CC(C)=O", draws=8, hold_time_h=1.0, quench="borohydride")
    assert not [key for key in amounts_besides(prediction) if key[0] == "imine"]
    assert not [s.name for s in species_of(prediction) if s.kind == "imine" and s.amount is not None]


def test_what_the_work_up_sets_free_is_not_purified_away() -> None:
    """Imines are before the work-up: the table of a purification does not hold them, whatever their amount."""
    prediction = planner.predict("NC1CCCCC1", "CC(C)=O", draws=16, hold_time_h=1.0)
    imine = next(s for s in species_of(prediction) if s.kind == "imine")
    assert imine.amount is not None
    assert imine.amount.mean > 0.01
    assert imine.smiles not in {part.smiles for part in purify(prediction).parts}
