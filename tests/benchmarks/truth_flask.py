"""Reactions of a truth: N(a) free with a new alkyl groups, X(a) imine or iminium, C carbonyl, W water, H hydride.

::

    ladder     N(a) + C <=> X(a) + W;  X(a) + H -> N(a + 1);  N(a) + X(b) -> X(a) + N(b);  C + H -> alcohol;  H -> lost
    acid       N(a) + acid <=> N(a) acid, the tertiary amine too;  N(a) + C + count <=> X(a) + W + count;
               with STAB every hydride spent is borate:  borate + W -> acid + count;  H + W -> lost + W + borate;
               H + acid -> lost + acid + borate
    aldol      C + X(a) -> aldol + N(a);  2 X(a) -> azadiene(a) + N(a), imines only
    store      bound -> C, of paraformaldehyde
    left out   N(a) + C <=> G(a), hemiaminals;  N(0) + X(0) <=> aminal, of aldehydes and amines with two N-H;
               solid -> H, of STAB in DCE;  hydrate <=> C, of formalin

Charges and the cycle of part 5 change amounts and constants only. Only the reactive nitrogen of the amine is counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import planner
from benchmarks.truth import LEFT_OUT, Case, is_imine, table

Formula = Mapping[str, int]
Written = list[tuple[list[str], list[str], list[str]]]
"""(reactants, products, names of the factors of the rate constant)."""

CARBONYLS: dict[str, Formula] = {
    "formaldehyde": {"C": 1, "H": 2, "O": 1},
    "n_alkanal": {"C": 4, "H": 8, "O": 1},
    "branched": {"C": 4, "H": 8, "O": 1},
    "aryl": {"C": 7, "H": 6, "O": 1},
    "cyclic_ketone": {"C": 6, "H": 10, "O": 1},
    "acyclic_ketone": {"C": 5, "H": 10, "O": 1},
}
WATER: Formula = {"H": 2, "O": 1}
HYDRIDE: Formula = {"H": 2}
ACETIC_ACID: Formula = {"C": 2, "H": 4, "O": 2}
BORATE: Formula = {"C": 2, "H": 2, "O": 1}
"""The acetyl that becomes acetic acid with water."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flask:
    """A case with the parts that its truth holds, written out."""

    case: Case
    parts: frozenset[str]
    """Some of ``PARTS``, and ``LEFT_OUT``."""
    network: planner.Network


def write_flask(case: Case, parts: frozenset[str]) -> Flask:
    """Write species and reactions of a case."""
    carbonyl = CARBONYLS[case.carbonyl_class]
    book = {"C": carbonyl, "W": WATER, "H": HYDRIDE, "alcohol": _sum(carbonyl, HYDRIDE), "lost": HYDRIDE}
    for a in range(case.h + 1):
        book[f"N{a}"] = _sum({"N": 1, "H": case.h}, *[_sum(carbonyl, HYDRIDE, minus=WATER)] * a)
        if a < case.h:
            book[f"X{a}"] = _sum(book[f"N{a}"], carbonyl, minus=WATER)
    reactions = [*_ladder(case), *_hydride(case, parts, book)]
    if "acid" in parts:
        reactions += _acid(case, book)
    if "aldol" in parts and f"aldol.imine_{case.carbonyl_class}" in table():
        reactions += _aldol(case, book)
    if "store" in parts and case.carbonyl_class == "formaldehyde" and not case.is_formalin:
        book["bound"] = carbonyl
        reactions.append((["bound"], ["C"], ["store"]))
    if LEFT_OUT in parts:
        reactions += _left_out(case, book)
    species = [planner.Species(name=name, formula=tuple(sorted(f.items()))) for name, f in book.items()]
    listed = [
        planner.Reaction(reactants=tuple(left), products=tuple(right), constants=tuple(k))
        for left, right, k in reactions
    ]
    network = planner.Network(species=tuple(species), reactions=tuple(listed))
    return Flask(case=case, parts=parts, network=network)


def _sum(*formulas: Formula, minus: Formula | None = None) -> Formula:
    """Add formulas, less one; elements that cancel are left away."""
    total: Counter[str] = Counter()
    for one in formulas:
        total.update(one)
    total.subtract(minus or {})
    return {element: n for element, n in total.items() if n}


def _ladder(case: Case) -> Written:
    """Condensation, hydrolysis and exchange."""
    found: Written = []
    for a in range(case.h):
        found.append(([f"N{a}", "C"], [f"X{a}", "W"], [f"condensation {a}"]))
        found.append(([f"X{a}", "W"], [f"N{a}", "C"], [f"hydrolysis {a}"]))
        for b in range(case.h):
            if a != b:
                found.append(([f"N{a}", f"X{b}"], [f"X{a}", f"N{b}"], [f"exchange {a} {b}"]))
    return found


def _hydride(case: Case, parts: frozenset[str], book: dict[str, Formula]) -> Written:
    """What the hydride does; that of STAB carries its borate while part 2 is on."""
    spent = []
    if "acid" in parts and case.reductant == "STAB":
        book["borate"] = BORATE
        book["H"] = _sum(HYDRIDE, BORATE)
        spent = ["borate"]
    found: Written = [([f"X{a}", "H"], [f"N{a + 1}", *spent], [f"transfer {a}"]) for a in range(case.h)]
    return [*found, (["C", "H"], ["alcohol", *spent], ["reduction"]), (["H"], ["lost", *spent], ["loss"])]


def _acid(case: Case, book: dict[str, Formula]) -> Written:
    """Acid that holds amines and speeds condensation; "count" is all acid, free or held, and is never used up."""
    book |= {"acid": ACETIC_ACID, "count": {}}
    found: Written = []
    for a in range(case.h + 1):
        book[f"N{a} acid"] = _sum(book[f"N{a}"], ACETIC_ACID)
        found.append(([f"N{a}", "acid"], [f"N{a} acid"], ["k_on"]))
        found.append(([f"N{a} acid"], [f"N{a}", "acid"], [f"k_off {a}"]))
    for a in range(case.h):
        found.append(([f"N{a}", "C", "count"], [f"X{a}", "W", "count"], [f"condensation {a}", "gamma"]))
        found.append(([f"X{a}", "W", "count"], [f"N{a}", "C", "count"], [f"hydrolysis {a}", "gamma"]))
    if case.reductant == "STAB":
        found.append((["borate", "W"], ["acid", "count"], ["k_b"]))
        found.append((["H", "W"], ["lost", "W", "borate"], ["k_dW"]))
        found.append((["H", "acid"], ["lost", "acid", "borate"], ["k_dA"]))
    return found


def _aldol(case: Case, book: dict[str, Formula]) -> Written:
    """Alkanals lost to themselves."""
    book["aldol"] = _sum(book["C"], book["C"], minus=WATER)
    found: Written = []
    for a in range(case.h):
        if is_imine(case, a):
            book[f"azadiene{a}"] = _sum(book[f"X{a}"], book[f"X{a}"], minus=book[f"N{a}"])
            found.append((["C", f"X{a}"], ["aldol", f"N{a}"], ["k_X"]))
            found.append(([f"X{a}", f"X{a}"], [f"azadiene{a}", f"N{a}"], ["k_X"]))
        else:
            found.append((["C", f"X{a}"], ["aldol", f"N{a}"], ["k_I"]))
    return found


def _left_out(case: Case, book: dict[str, Formula]) -> Written:
    """Steps that no model of the planner holds."""
    found: Written = []
    for a in range(case.h):
        book[f"G{a}"] = _sum(book[f"N{a}"], book["C"])
        found.append(([f"N{a}", "C"], [f"G{a}"], ["hemiaminal"]))
        found.append(([f"G{a}"], [f"N{a}", "C"], [f"hemiaminal back {a}"]))
    if case.h >= 2 and case.is_aldehyde:
        book["aminal"] = _sum(book["N0"], book["X0"])
        found.append((["N0", "X0"], ["aminal"], ["aminal"]))
        found.append((["aminal"], ["N0", "X0"], ["aminal back"]))
    if case.reductant == "STAB" and case.solvent == "DCE":
        book["solid"] = book["H"]
        found.append((["solid"], ["H"], ["dissolution"]))
    if case.is_formalin:
        book["hydrate"] = book["C"]  # the water or alcohol that it holds is not counted
        found.append((["hydrate"], ["C"], ["hydrate released"]))
        found.append((["C"], ["hydrate"], ["hydrate formed"]))
    return found
