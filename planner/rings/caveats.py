"""Caveats: what the numbers of a ring closure leave out, and what its partners can do to people."""

from planner.model.model import Model
from planner.rings.book import Caveat, load_book
from planner.rings.closures import FAR, OWN, Closure
from planner.rings.options import AT_ONCE, B_INTO_A, BOTH_FED
from planner.rings.pairs import RingPair, fits, twice_closed
from planner.rings.procedure import RingProcedure
from planner.rings.unmasking import masked, unmasking_caveat
from planner.structures.sensitive import harmed_by

ISOBARIC = "the rings {sizes} have one mass ({mz:.4f} as the cation): tell them apart by NMR or a standard, not by MS"
LARGEST_MEASURED = 7
OF_SULFONAMIDES = ("DMF", "DMSO", "EtOH")
"""Solvents that dissolve a sulfonamide's salt."""
SLOW_C = 2.0
"""Above the boiling point [C] that a bath cannot hold."""
CARBON = {"tether.secondary_carbon": "secondary", "tether.activated_carbon": "benzylic or allylic"}
UNLIKE = (
    "{what} differ in rate: the first bond is taken at either, mostly the faster, the ring's closure and all chain "
    "growth at the slower one that is left, and the rate that is shown is that one's."
)
UNLIKE_BY_HYDRIDE = (
    "The ends of a partner differ; the rate is that of the first amine end and the first carbonyl end."
)
AMINAL_RING = "[NX3;!$(N-[#6,#16]=[O,S])]-[CX4]-[NX3;!$(N-[#6,#16]=[O,S])]"


def opened_by_acid(pair: RingPair, p: RingProcedure, ring_smiles: str, model: Model) -> frozenset[str]:
    """Say why acid must not meet a ring: "aminal" for what water opens too, "acid-sensitive" for other groups of it."""
    held = pair.is_reductive and p.reductant is None
    if held or fits(ring_smiles, (AMINAL_RING,)):
        return frozenset({"aminal"})
    return frozenset({"acid-sensitive"}) if harmed_by("acid", ring_smiles, model) else frozenset()


def ring_hazards(pair: RingPair) -> tuple[str, ...]:
    """List the dangers of the partners."""
    smiles = (pair.b or pair.a).smiles
    found = [
        h
        for h in load_book().hazards
        if fits(smiles, h.smarts)
        and not (h.exclude and fits(smiles, h.exclude))
        and (not h.kinds or pair.kind in h.kinds)
    ]
    return tuple(f"{h.sentence} ({', '.join(h.codes)})" if h.codes else h.sentence for h in found)


def ring_caveats(
    pair: RingPair, best: Closure, p: RingProcedure, model: Model
) -> tuple[tuple[str, ...], bool]:
    """List what the numbers leave out; whether one of them voids the numbers."""
    met = _met(pair, best)
    said = [f"{c.sentence}; {c.remedy}." for c in sorted(met, key=lambda c: not c.voids)]
    said += _of_rings(pair, best)
    said += _of_flask(pair, p, model)
    if "acid-sensitive" in opened_by_acid(pair, p, best.smiles, model):
        groups = harmed_by("acid", best.smiles, model)
        said.append(
            f"Acid opens the ring's {groups[0].name} ({groups[0].why}): no acid in its work-up, and none on the way."
        )
    return tuple(said), any(c.voids for c in met)


def _met(pair: RingPair, best: Closure) -> list[Caveat]:
    """List the caveats of the book that hold."""
    smiles = (pair.b or pair.a).smiles
    return [
        c
        for c in load_book().caveats
        if pair.kind in c.kinds
        and (not c.smarts or fits(smiles, c.smarts))
        and not (c.exclude and fits(smiles, c.exclude))
        and (not c.amine or fits(pair.a.smiles, c.amine))
        and (not c.sizes or best.size in c.sizes)
        and best.size >= c.from_size
    ]


def voiding(pair: RingPair, best: Closure) -> str:
    """Say why the numbers of a pair do not hold; empty where they do."""
    return next((f"{c.sentence}; {c.remedy}" for c in _met(pair, best) if c.voids), "")


def spared(pair: RingPair, best: Closure) -> str:
    """Say where practice needs less dilution than the numbers ask for; empty elsewhere."""
    return next((f"{c.sentence}; {c.remedy}" for c in _met(pair, best) if c.spares_dilution), "")


def _of_rings(pair: RingPair, best: Closure) -> list[str]:
    """Say which ring wins and what cannot be told apart."""
    said = []
    far = pair.far
    if best.at == OWN and far:
        way = (
            "take the dihalide or disulfonate with the bis-sulfonamide (no hydride joins a sulfonamide and a carbonyl)"
            if pair.is_reductive
            else "use the bis-sulfonamide, whose nitrogens have one N-H each"
        )
        said.append(
            f"The nitrogen that was alkylated closes first, to {best.size} atoms: the {far[0].size}-membered ring is "
            f"not the product, whatever the dilution; for it {way}."
        )
    if (both := twice_closed(pair, best)) is not None:
        said.append(
            f"Each nitrogen of the diamine can close with a partner of its own: two of it give {both.smiles} "
            f"([M+H]+ {both.mz:.4f}), which the numbers do not tell from chains; an excess of diamine keeps it down."
        )
    open_ones = [c for c in pair.closures if not c.is_on_the_way]
    sizes = sorted({c.size for c in open_ones})
    if len({round(c.mz, 3) for c in open_ones}) == 1 and len(open_ones) > 1 and len(sizes) > 1:
        said.append(
            "The "
            + ISOBARIC.format(sizes=" and ".join(map(str, sizes)), mz=open_ones[0].mz).removeprefix("the ")
            + "."
        )
    if any(c.is_on_the_way for c in pair.closures):
        said.append(
            "A strained small ring (aziridine, aziridinium or azetidinium ion) forms on the way and opens again: it is "
            "counted as the adduct that it opens to, and is itself an alkylating agent."
        )
    if best.at == FAR and best.size > LARGEST_MEASURED and not spared(pair, best):
        said.append(
            f"Effective molarities of rings of {best.size} atoms rest on lactones; expect the number to hold within a "
            "factor of five."
        )
    return said


def _of_flask(pair: RingPair, p: RingProcedure, model: Model) -> list[str]:
    """Say what the procedure brings."""
    said = []
    if pair.is_sulfonamide and p.solvent not in OF_SULFONAMIDES:
        said.append(
            f"The rate of a sulfonamide anion is that in {', '.join(OF_SULFONAMIDES[:-1])} or hot {OF_SULFONAMIDES[-1]}"
            f"; in {p.solvent} its salt hardly dissolves."
        )
    salts = {ion for x in (pair.a, pair.b) if x is not None for ion in x.structure.counter_ions}
    if salts:
        said.append(
            f"Given as a salt ({', '.join(sorted(salts))}): free the amine first, or add a mole of base for each acid."
        )
    if (acetal := masked(pair)) is not None:
        said.append(unmasking_caveat(acetal, p.reductant, model))
    if not pair.is_reductive and p.base is None:
        said.append(
            "Without a base each bond's acid holds one nitrogen: the reaction stops at half conversion unless amine "
            "is in excess; add carbonate."
        )
    if pair.kind == "diamine and carbonyl":
        said.append(
            "The cyclic aminal is in equilibrium with the open imine: acid and water open it, and hydride takes "
            "it to the alkylated diamine; isolate it dry, without acid: distil or crystallise it."
        )
    elif pair.is_reductive and p.reductant is None:
        said.append(
            "Nothing reduces: the ring is an imine or aminal in equilibrium with chains (n to -5/2), which acid "
            "and water open and hydride changes; isolate it dry, without acid. Structures and masses are written as "
            "after hydride."
        )
    if any(end.is_secondary for end in pair.ends) and not pair.is_reductive:
        said.append("A secondary halide or sulfonate eliminates beside substitution, which is not counted.")
    if pair.kind == "diamine and dihalide" and any(n.n_hydrogens > 1 for n in pair.a.nitrogens):
        said.append(
            "A free primary diamine is a poor substrate, and high dilution alone does not rescue it: the ring's N-H is "
            "more nucleophilic than its ends and takes the halide first, and branching at chain nitrogens, not "
            "counted, makes it worse; take excess diamine, a benzyl diamine, the bis-sulfonamide, or buy the ring."
        )
    said += _of_unlike_ends(pair, p)
    for solvent in model.solvents:
        boils = solvent.boiling_point_C
        if solvent.name == p.solvent and boils is not None and p.temperature_C > boils + SLOW_C:
            said.append(
                f"{p.temperature_C:g} C is above the boiling point of {p.solvent} ({boils:g} C): a pressure vessel, "
                "and no syringe into reflux."
            )
    said += _of_leak(pair, p)
    if p.pump_ratio != 1.0 and p.addition != AT_ONCE and pair.b is not None:
        said.append("The pumps run unequally: what comes alone meets no partner, or only the other's chains.")
    return said


def _of_unlike_ends(pair: RingPair, p: RingProcedure) -> list[str]:
    """Say what is taken where the two ends of a partner differ."""
    if pair.is_reductive:
        kinds = [(n.kind, n.traits) for n in pair.a.nitrogens]
        alike = len(set(kinds)) == 1 and len({end.is_secondary for end in pair.ends}) == 1
        return [] if alike else [UNLIKE_BY_HYDRIDE]
    is_own = p.leaving_group == pair.leaving_groups
    names = [(end.name if is_own else str(p.leaving_group), end.traits) for end in pair.ends]
    amines = [(n.traits, n.is_in_ring and n.n_hydrogens == 1) for n in pair.a.nitrogens]
    said = []
    if len(set(names)) > 1:
        words = [" ".join((*(CARBON[t] for t in traits), name)) for name, traits in names]
        said.append(UNLIKE.format(what=f"The two ends that leave ({', '.join(words)})"))
    if len(set(amines)) > 1:
        said.append(UNLIKE.format(what="The two nitrogens"))
    if said and len(pair.far) > 1:
        said.append(
            "Rings that differ only in which ends met are shared evenly; expect more of that from the faster two."
        )
    return said


def _of_leak(pair: RingPair, p: RingProcedure) -> list[str]:
    """Say what a leak does, or that there is nothing to leak."""
    if pair.b is None or not p.leak:
        return []
    if p.addition_time_h <= 0 or p.addition not in (BOTH_FED, B_INTO_A):
        return ["The leak changes nothing here: b is not fed."]
    return [
        f"{p.leak:.0%} of b's feed never reaches the flask: shares are of the limiting partner as charged, "
        "amine ends are left over and chains end in amines; weigh the flask against the syringe."
    ]
