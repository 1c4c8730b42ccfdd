"""Sensitive groups: what acid, base and hydride harm, each with a near structure that they leave alone."""

from pathlib import Path

import pytest

from planner.errors import ParameterError
from planner.model.parameters import load_model
from planner.structures.sensitive import harmed_by, log_p, sensitive_groups
from planner.structures.structure import read_structure

MODEL = load_model()


def groups(text: str, harm: str) -> list[str]:
    """Names of the groups of a molecule that are harmed."""
    return [group.name for group in harmed_by(harm, read_structure(text).smiles, MODEL)]


@pytest.mark.parametrize(
    ("harm", "smiles", "near"),
    [
        ("acid", "C(c1ccccc1)(c1ccccc1)(c1ccccc1)NCCN", "C(c1ccccc1)(c1ccccc1)NCCN"),
        ("acid", "NCC(OC)OC", "NCCOCCOC"),
        ("acid", "C1CC2(CCN1)OCCO2", "NCc1ccc2OCOc2c1"),
        ("acid", "NCCCOC1CCCCO1", "NCCCOC1CCCCC1"),
        ("acid", "CC(C)(C)[Si](C)(C)OCCN", "C[Si](C)(C)CCN"),
        ("acid", "C=COCCN", "C=CCOCCN"),
        ("acid", "COC=CCN", "COC=CC(=O)NCCN"),
        ("acid", "C1CCC(=CC1)N1CCN(C)CC1", "CC(=O)C=CN1CCNCC1"),
        ("acid", "CC(C)(C)[S+]([O-])NCCN", "CS(=O)(=O)NCCN"),
        ("acid", "CC(C)(C)OC(=O)N1C(CN)COC1(C)C", "CC(C)(C)OC(=O)N1CCOCC1"),
        ("strong acid", "CC(C)(C)OC(=O)N1CCNCC1", "CC(C)COC(=O)N1CCNCC1"),
        ("strong acid", "CC(C)(C)OC(=O)CN", "CC(C)OC(=O)CN"),
        ("base", "O=C(OCC1c2ccccc2-c2ccccc12)N1CCNCC1", "O=C(OCc1ccccc1)N1CCNCC1"),
        ("base", "CC(=O)Oc1ccc(CN)cc1", "COc1ccc(CN)cc1"),
        ("base", "NCCNC(=O)C(F)(F)F", "NCCNC(=O)C"),
        ("strong base", "CCOC(=O)CN", "CCNC(=O)CN"),
        ("strong base", "NCc1ccc(O)cc1", "NCc1ccc(CO)cc1"),
        ("base extraction", "NCCC(=O)O", "NCCC(=O)OC"),
        ("hydride", "NC1CCC(=O)CC1", "NC1CCC(O)CC1"),
        ("hydride", "NCCSSCCN", "NCCSCCN"),
        ("hydride", "NCC(=O)C", "NCC(=O)N"),
    ],
)
def test_a_group_and_its_neighbour(harm: str, smiles: str, near: str) -> None:
    """The group is found where it is, and not in a structure that differs by what makes it sensitive."""
    assert groups(smiles, harm)
    assert not groups(near, harm)


def test_boc_survives_the_acid_of_a_work_up() -> None:
    """An hour at pH 1 to 2 leaves Boc and tert-butyl esters alone; only strong acid harms them."""
    for smiles in ("CC(C)(C)OC(=O)N1CCCNCC1", "CC(C)(C)OC(=O)[C@@H](N)CC"):
        assert not groups(smiles, "acid")
        assert groups(smiles, "strong acid")


@pytest.mark.parametrize(
    "smiles", ["NCc1ccccc1", "CCCCN", "C1CNCCNC1", "NCc1ccco1", "NCc1c[nH]c2ccccc12", "N"]
)
def test_plain_amines_are_sturdy(smiles: str) -> None:
    """An amine without functional groups has none that acid, base or hydride harms; hydrogenation is another matter."""
    found = sensitive_groups(read_structure(smiles).smiles, MODEL)
    assert {harm for group in found for harm in group.to} <= {"hydrogenation"}


def test_what_hydrogen_would_take() -> None:
    """Benzyl, nitro, alkenes, aryl bromides and sulfur do not go with hydrogen over palladium; alkyl amines do."""
    for smiles in ("NCc1ccccc1", "Nc1ccc([N+](=O)[O-])cc1", "C=CCN", "Nc1ccc(Br)cc1", "NCc1cccs1", "CSCCN"):
        assert groups(smiles, "hydrogenation"), smiles
    for smiles in ("CCCCN", "C1CNCCN1", "NC1CCCCC1", "CC(=O)NCCN", "Nc1ccccc1"):
        assert not groups(smiles, "hydrogenation"), smiles


def test_every_group_says_why_and_from_where() -> None:
    """Each group has a reason and a citation in full."""
    for group in MODEL.sensitive:
        assert len(group.why.split()) > 3
        assert "(recalled)" in group.source


def test_log_p_follows_the_chain() -> None:
    """Every CH2 of an alkylamine adds to log P."""
    values = [log_p("C" * n + "N") for n in range(1, 10)]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = ["acid"]', 'to = ["lye"]', "some of acid"),
        ('to = ["acid"]', "to = []", "some of acid"),
        ('name = "disulfide"', 'name = "phenol"', "stands twice"),
        ('"[#6]-[SX2]-[SX2]-[#6]"', '"[#6"', "cannot be read"),
        ("[[group]]", "[[groups]]", "unknown key 'groups'"),
    ],
)
def test_damaged_lists_are_named(old: str, new: str, said: str, folder: Path) -> None:
    """What is wrong in the file is one line with its name."""
    text = (folder / "sensitive.toml").read_text(encoding="utf-8")
    (folder / "sensitive.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError, match=said) as caught:
        load_model(folder)
    assert "sensitive.toml" in str(caught.value)
