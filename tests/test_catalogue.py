"""The catalogue of reagents: identities that hold, and nothing that was guessed."""

from collections import Counter

import pytest
from rdkit import Chem, RDLogger

from planner.errors import StructureError
from planner.model.catalogue import (
    Entry,
    entry_of,
    find_entry,
    load_catalogue,
    nearest_name,
    resolve_name,
    spelling,
)
from planner.model.folders import read_shelf
from planner.model.parameters import load_model
from planner.sheets.supplies import read_supply
from planner.structures.pairs import read_pair

CATALOGUE = load_catalogue(read_shelf())
ENTRIES = CATALOGUE.entries
NAMES = [(e, alias) for e in ENTRIES for alias in (e.name, *e.aliases)]


def test_large_enough_to_be_useful() -> None:
    """It holds some two hundred reagents, each role among them."""
    assert len(ENTRIES) >= 200
    assert set(Counter(e.role for e in ENTRIES)) == {
        "amine",
        "carbonyl",
        "reductant",
        "acid",
        "base",
        "solvent",
    }


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.cas], ids=lambda e: e.name)
def test_cas_check_digit(entry: Entry) -> None:
    """The last digit of a CAS number is the weighted sum of the others, counted from the right, modulo ten."""
    digits = entry.cas.replace("-", "")
    assert sum(i * int(d) for i, d in enumerate(reversed(digits[:-1]), start=1)) % 10 == int(digits[-1])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_structure_is_canonical(entry: Entry) -> None:
    """Every structure reads, and is written as RDKit writes it."""
    mol = Chem.MolFromSmiles(entry.smiles)
    assert mol is not None
    assert Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(mol))) == Chem.MolToSmiles(mol)


def test_a_name_means_one_thing() -> None:
    """No name or alias stands in two rows, however it is spelt; two spellings of one row may be one by rule."""
    rows = [(key, i) for i, e in enumerate(ENTRIES) for key in {spelling(a) for a in (e.name, *e.aliases)}]
    assert not [name for name, n in Counter(key for key, _ in rows).items() if n > 1]


def test_names_are_not_smiles() -> None:
    """No name can be mistaken for the SMILES of something else."""
    RDLogger.DisableLog("rdApp.*")
    try:
        read = [alias for _, alias in NAMES if Chem.MolFromSmiles(alias) is not None]
    finally:
        RDLogger.EnableLog("rdApp.*")
    assert not read


def test_densities_are_sourced_and_plausible() -> None:
    """A density or molarity has a source; none lies outside of what liquids have; what is not known is blank."""
    for e in ENTRIES:
        if e.density_g_per_mL is not None or e.stock_M is not None:
            assert e.density_source, e.name
        assert e.density_g_per_mL is None or 0.6 < e.density_g_per_mL < 1.7, e.name
        assert e.stock_M is None or 0.1 < e.stock_M <= 15.0, e.name
    assert find_entry("piperazine", CATALOGUE).density_g_per_mL is None  # type: ignore[union-attr]  # a solid


@pytest.mark.parametrize(
    ("name", "smiles"),
    [
        ("benzaldehyde", "O=Cc1ccccc1"),
        ("Benzaldehyde", "O=Cc1ccccc1"),
        (" benzyl amine ", "NCc1ccccc1"),
        ("37 % formalin", "C=O"),
        ("37% Formalin", "C=O"),
        ("1,4-diazepane", "C1CNCCNC1"),
        ("N-Boc-4-piperidone", "CC(C)(C)OC(=O)N1CCC(=O)CC1"),
        ("MEK", "CCC(C)=O"),
        ("benzylamine hydrochloride", "Cl.NCc1ccccc1"),
        ("CCCC=O", "CCCC=O"),
        ("no such thing", "no such thing"),
        ("", ""),
    ],
)
def test_names_resolve(name: str, smiles: str) -> None:
    """A name gives its structure; whatever is no name comes back as it is."""
    assert resolve_name(name, CATALOGUE) == smiles


def test_near_misses_are_named() -> None:
    """A misspelt name is met with the nearest one."""
    assert "benzaldehyde" in nearest_name("benzaldehide", CATALOGUE)
    assert nearest_name("nonsense", CATALOGUE) == ""
    with pytest.raises(StructureError, match="did you mean 'benzaldehyde'"):
        read_pair("NCc1ccccc1", "benzaldehide")
    with pytest.raises(StructureError, match="did you mean 'ethyl glyoxylate"):
        read_pair("NCc1ccccc1", "ethyl glyoxylat")


def test_solvents_and_reductants_of_the_model_are_there() -> None:
    """Everything that the model may charge has an entry of the same name."""
    model = load_model()
    for name in [*(r.name for r in model.reductants), "MeOH", "DCE", "THF", "MeCN"]:
        assert find_entry(name, CATALOGUE) is not None, name


def test_salts_weigh_more_than_their_base() -> None:
    """What is weighed counts its counter-ions, and says how much base frees the amine."""
    salt = read_supply("NCc1ccccc1.NCc1ccccc1.OS(=O)(=O)O")
    assert salt.molar_mass == pytest.approx(107.156 + 98.079 / 2, abs=0.01)
    assert salt.base_equivalents == 1.0
    twin = read_supply("CC(=O)O.NCCN.CC(=O)O")
    assert twin.molar_mass == pytest.approx(60.100 + 2 * 60.052, abs=0.01)


def test_solution_of_the_same_compound_is_not_its_density() -> None:
    """A structure finds the pure compound, never a stock solution of it."""
    assert entry_of("C=O", CATALOGUE) is not None
    assert entry_of("C=O", CATALOGUE).stock_M is None  # type: ignore[union-attr]
