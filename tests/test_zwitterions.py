"""Zwitterions: an amine with an acid of its own dissolves in protic solvents only, and is planned in these."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from planner.errors import InfeasibleError
from planner.library.lists import read_list
from planner.library.partners import read_amines
from planner.library.screening import screen
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.request import build_request
from planner.plans.rooms import room_of
from planner.plans.search import Trial
from planner.structures.pairs import read_pair

MODEL = load_model()
ZWITTERIONS = {
    "an amino acid": "NC(Cc1ccccc1)C(=O)O",
    "a ring amino acid": "O=C(O)C1CCNCC1",
    "an omega amino acid": "NCCCCCC(=O)O",
    "as its inner salt": "[NH3+]CC([O-])=O",
    "as its sodium salt": "[Na+].NC(C)C([O-])=O",
    "a sulfonic acid": "NCCS(=O)(=O)O",
    "a phosphonic acid": "NCCCP(=O)(O)O",
    "a tetrazole": "NCCc1nn[nH]n1",
}
FREE = {
    "an ester": "NC(Cc1ccccc1)C(=O)OC",
    "an amide": "NC(Cc1ccccc1)C(N)=O",
    "an aniline too weak for its acid": "Nc1ccc(C(=O)O)cc1",
    "an N-methyl tetrazole": "NCCc1nnn(C)n1",
    "a sulfonamide": "NCCS(=O)(=O)N(C)C",
}


def solvents_of(amine: str, **asked: object) -> dict[str, set[str]]:
    """List what may be proposed for an amine with cyclohexanone, by reductant."""
    request = build_request(amine, "O=C1CCCCC1", asked)
    pair = read_pair(amine, "O=C1CCCCC1", MODEL)
    room, _ = room_of(request, pair, MODEL, read_aim("mono", pair, "amine", None))
    found: dict[str, set[str]] = {}
    for cell in room.cells:
        trial = Trial(cell=cell, procedure=cell.procedure([0.5] * len(cell.knobs)))
        found.setdefault(cell.asked.reductant, set()).update([cell.asked.solvent, *room.solvents(trial)])
    return found


@pytest.mark.parametrize("amine", ZWITTERIONS.values(), ids=list(ZWITTERIONS))
def test_a_zwitterion_is_planned_in_protic_solvents(amine: str) -> None:
    """Nothing else is proposed for it, first or in exchange; what lasts in none of them is left out."""
    found = solvents_of(amine)
    assert {"NaBH3CN", "NaBH4"} <= set(found)
    assert "STAB" not in found
    assert all(MODEL.solvent(name).protic for names in found.values() for name in names)


@pytest.mark.parametrize("amine", FREE.values(), ids=list(FREE))
def test_its_neighbours_have_all_solvents(amine: str) -> None:
    """An ester, an amide, or an acid beside a nitrogen that does not take its proton, binds nothing."""
    plain = solvents_of("NCCC")
    assert all(names == plain[reductant] for reductant, names in solvents_of(amine).items())
    assert "toluene" in solvents_of(amine)["STAB"]


def test_what_is_named_is_taken_all_the_same() -> None:
    """A reductant that lasts in no protic solvent is planned in its own where it, or a solvent, is named."""
    amine = ZWITTERIONS["a ring amino acid"]
    assert solvents_of(amine, reductants=("STAB",)) == {"STAB": solvents_of("NCCC")["STAB"]}
    assert all(MODEL.solvent(s).protic for s in solvents_of(amine, reductants=("NaBH3CN",))["NaBH3CN"])
    assert solvents_of(amine, solvents=("THF",))["STAB"] == {"THF"}


def test_where_nothing_is_left_the_reason_is_said() -> None:
    """One line says that it is a zwitterion, and what to do."""
    others = [r.name for r in MODEL.reductants if r.name != "STAB"]
    with pytest.raises(InfeasibleError, match=r"STAB: the amine is a zwitterion.*the ester") as caught:
        solvents_of(ZWITTERIONS["an amino acid"], exclude_reductants=tuple(others))
    assert "\n" not in str(caught.value)


def test_a_library_keeps_them_apart(tmp_path: Path) -> None:
    """An ester and its acid have the same classes, and are other problems: no recipe crosses over."""
    amines = ["COC(=O)C1CCNCC1", ZWITTERIONS["a ring amino acid"]]
    kinds = [a.kind for a in read_amines(read_list(amines, "amines"), MODEL)]
    assert kinds[1] == f"{kinds[0]} zwitterion"
    with ThreadPoolExecutor(1) as executor:
        found = screen(amines, ["CCC(C)=O"], out=tmp_path / "out", executor=executor, effort=0.1)
    rows = found.to_frame(["reductant", "solvent"])
    assert [MODEL.solvent(s).protic for s in rows["solvent"]] == [False, True]
