"""Masses: of a structure, of the ions that it gives, and the pattern of their isotopes.

    m/z = (n M + added - lost - z m_e) / z

with M the monoisotopic mass (of the most common isotopes, labels kept) and m_e the electron's, which a cation lacks.
Masses are RDKit's; isotope patterns are ``molmass``'s, peaks of one mass number joined.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from molmass import Formula
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolDescriptors

from planner.mixtures.by_products import TWO_NITROGENS, Adduct, Lore, read_formula
from planner.model.site_classes import pattern
from planner.structures.structure import molecule

ELECTRON_MASS = 0.000548579909065
"""[u], CODATA 2018."""
PROTON_MASS = 1.007276466621
"""[u], CODATA 2018."""
FAR = 5
"""Bonds between two nitrogens from which two protons do not disturb each other."""
CATION = "M+"
"""Name of the ion that a salt is already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ion:
    """An ion of a compound."""

    adduct: str
    mz: float
    """Monoisotopic."""
    charge: int
    weight: float
    """How often it is seen beside [M+H]+ = 1."""
    formula: str
    """Of the ion, without its charge, Hill order; two ions of one formula and charge are the same to any instrument."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of an isotope pattern."""

    shift: int
    """Mass number against that of the monoisotopic line."""
    mz: float
    """Mean of what is joined."""
    intensity: float
    """Against the strongest line = 1."""


@lru_cache(maxsize=4096)
def formula_of(smiles: str) -> tuple[tuple[str, int], ...]:
    """Count the atoms of a structure, isotopes that it states apart (``13C``), sorted."""
    mol = molecule(smiles)
    counts: Counter[str] = Counter()
    for atom in mol.GetAtoms():
        label = str(atom.GetIsotope()) if atom.GetIsotope() else ""
        counts[f"{label}{atom.GetSymbol()}"] += 1
        counts["H"] += int(atom.GetTotalNumHs())
    return tuple(sorted((symbol, n) for symbol, n in counts.items() if n))


def hill(counts: dict[str, int]) -> str:
    """Write counts as a formula: C, H, then by symbol; labelled atoms in brackets."""
    first = [symbol for symbol in ("C", "H") if "C" in counts and symbol in counts]
    order = first + sorted(symbol for symbol in counts if symbol not in first)
    return "".join(
        (f"[{symbol}]" if symbol[0].isdigit() else symbol) + (str(n) if n != 1 else "")
        for symbol, n in ((symbol, counts[symbol]) for symbol in order)
        if n
    )


@lru_cache(maxsize=256)
def mass_of(text: str) -> float:
    """Monoisotopic mass of a formula without charge [u]."""
    table = Chem.GetPeriodicTable()
    return sum(float(table.GetMostCommonIsotopeMass(s)) * n for s, n in read_formula(text).items())


@lru_cache(maxsize=4096)
def neutral_masses(smiles: str) -> tuple[str, float, float]:
    """Return formula, monoisotopic and average mass of a structure; of an ion without its charge.

    Examples
    --------
    >>> formula, exact, average = neutral_masses("C1CNCCN1")
    >>> formula, round(exact, 4), round(average, 2)
    ('C4H10N2', 86.0844, 86.14)
    """
    mol = molecule(smiles)
    formula = str(rdMolDescriptors.CalcMolFormula(mol)).split("+", 1)[0].split("-", 1)[0]
    return formula, float(Descriptors.ExactMolWt(mol)), float(Descriptors.MolWt(mol))


@lru_cache(maxsize=4096)
def ions_of(smiles: str, lore: Lore) -> tuple[Ion, ...]:
    """List the ions that a compound gives in positive electrospray, the file's order.

    Parameters
    ----------
    smiles
        A neutral compound, or a cation, which is its own and only ion.
    lore
        Whose adducts are used.
    """
    mol = molecule(smiles)
    charge = Chem.GetFormalCharge(mol)
    exact = float(Descriptors.ExactMolWt(mol))
    counts = dict(formula_of(smiles))
    if charge:
        return (Ion(adduct=CATION, mz=exact / charge, charge=charge, weight=1.0, formula=hill(counts)),)
    seen = 1.0 if counts.get("N") else lore.number("without_nitrogen")
    found = []
    for adduct in lore.adducts:
        weight = _weight(smiles, adduct, lore)
        if weight is None:
            continue
        total = Counter({symbol: n * adduct.molecules for symbol, n in counts.items()})
        total.update(read_formula(adduct.adds))
        total.subtract(read_formula(adduct.loses))
        mass = exact * adduct.molecules + mass_of(adduct.adds) - mass_of(adduct.loses)
        found.append(
            Ion(
                adduct=adduct.name,
                mz=(mass - adduct.charge * ELECTRON_MASS) / adduct.charge,
                charge=adduct.charge,
                weight=weight * seen,
                formula=hill(total),
            )
        )
    return tuple(found)


def _weight(smiles: str, adduct: Adduct, lore: Lore) -> float | None:
    """Tell how often a compound gives an ion; None where it does not."""
    mol = molecule(smiles)
    if adduct.needs == TWO_NITROGENS:
        apart = _furthest(smiles, lore)
        if apart is None:
            return None
        return adduct.weight_far if adduct.weight_far is not None and apart >= FAR else adduct.weight
    if adduct.needs and not mol.HasSubstructMatch(pattern(adduct.needs)):
        return None
    if adduct.where and adduct.weight_where is not None and mol.HasSubstructMatch(pattern(adduct.where)):
        return adduct.weight_where
    return adduct.weight


def _furthest(smiles: str, lore: Lore) -> int | None:
    """Count the bonds between the two protonable nitrogens that are furthest apart; None where there are not two."""
    mol = molecule(smiles)
    smarts = (lore.patterns["amine"], "[NX4+]-[O-]")
    atoms = sorted({match[0] for s in smarts for match in mol.GetSubstructMatches(pattern(s))})
    if len(atoms) < 2:
        return None
    distances = Chem.GetDistanceMatrix(mol)
    return int(max(distances[a, b] for a in atoms for b in atoms))


@lru_cache(maxsize=4096)
def isotope_lines(formula: str, charge: int, least: float = 0.005) -> tuple[Line, ...]:
    """List the lines of an ion's isotope pattern, joined by mass number.

    Parameters
    ----------
    formula
        Of the ion, as in ``Ion``.
    charge
        Of the ion.
    least
        Intensity, against the strongest, below which a line is left out.

    Examples
    --------
    >>> [(line.shift, round(100 * line.intensity, 1)) for line in isotope_lines("C10H17N2S", 1)][:3]
    [(0, 100.0), (1, 12.5), (2, 5.2)]
    """
    ion = Formula(f"[{formula}]{charge if charge > 1 else ''}+")
    spectrum = ion.spectrum(min_intensity=100.0 * least)
    strongest = max(entry.intensity for entry in spectrum.values())
    start = int(ion.isotope.massnumber)
    return tuple(
        Line(shift=number - start, mz=float(entry.mz), intensity=float(entry.intensity / strongest))
        for number, entry in sorted(spectrum.items())
        if entry.intensity >= least * strongest
    )
