"""Structures: text in, one canonical, neutral, salt-free molecule out. The only reader of user chemistry.

A molecule is kept as its canonical SMILES; the RDKit object is made again from that text by
``molecule``. Acids and bases that were given with it are taken off and named, charges are
neutralised by moving protons (ammonium -> amine, zwitterion -> neutral), isotopes are kept; the
tautomers of N-H azoles are written one way.

Assumptions: one covalent organic compound of at most 100 heavy atoms, closed shell, of the
elements H B C N O F Si P S Cl Se Br I. Masses are RDKit's (IUPAC atomic weights).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors, rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from planner.errors import StructureError
from planner.model.parameters import load_model
from planner.structures.names import read_name
from planner.structures.salts import SaltPartner, salt_partners
from planner.structures.spelling import reject, shown, smiles_text, syntax_advice
from planner.structures.tautomers import settled

MAX_HEAVY_ATOMS = 100
PROTON_MASS = 1.007276  # u, CODATA 2018, less the electron

_ELEMENTS = frozenset({"H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"})
_BONDS = frozenset({"SINGLE", "DOUBLE", "TRIPLE", "AROMATIC"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """One neutral organic compound."""

    smiles: str
    """Canonical SMILES; atom indices elsewhere count its atoms from 0."""
    formula: str
    """Hill formula; labelled atoms count as their element."""
    molar_mass: float
    """[g mol-1] of the free compound."""
    exact_mass: float
    """[u], monoisotopic."""
    counter_ions: tuple[str, ...]
    """Names of what was stripped, e.g. ``("dihydrochloride", "hydrate")``."""
    strong_acid_equivalents: float
    """Strong acid that came along [mol per mol of free compound]; weak acids (acetate) count 0."""
    salt_equivalents: float
    """Protons that a base must take up to set the free compound free [mol per mol]."""
    water_equivalents: float
    """Water of a hydrate [mol per mol]."""
    n_heavy: int
    """Number of atoms other than hydrogen."""


def _parse(text: str) -> Any:
    """Read a SMILES into an RDKit molecule without atom maps; say what is wrong with one that cannot be."""
    reader = Chem.SmilesParserParams()
    reader.sanitize = False
    reader.removeHs = False
    reader.allowCXSMILES = False
    reader.parseName = False
    raw = Chem.MolFromSmiles(text, reader)
    if raw is None:
        raise reject(text, "not a readable SMILES", syntax_advice(text))
    _check_atoms(text, raw)
    problems = Chem.DetectChemistryProblems(raw)
    if problems:
        raise reject(text, _problem(problems[0]), "mend the structure")
    reader.sanitize = True
    reader.removeHs = True
    mol = Chem.MolFromSmiles(text, reader)
    if mol is None:
        raise reject(text, "not a sound molecule", "check valences and aromatic rings")
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)  # labels of reaction files are no chemistry
    return mol


def _problem(problem: Any) -> str:
    """Put RDKit's finding about a molecule into our words."""
    if problem.GetType() == "AtomValenceException":
        return f"too many bonds on an atom ({str(problem.Message()).removesuffix(', is greater than permitted')})"
    if "Kekulize" in problem.GetType():
        return "an aromatic ring without alternating double bonds (a pyrrole-type nitrogen is written [nH])"
    return "not a sound molecule"


def _check_atoms(text: str, mol: Any) -> None:
    """Refuse placeholders, metals, unknown isotopes, odd bonds and sizes."""
    table = Chem.GetPeriodicTable()
    if mol.GetNumHeavyAtoms() == 0:
        raise reject(text, "no heavy atom", "give an amine or a carbonyl compound")
    if mol.GetNumHeavyAtoms() > 3 * MAX_HEAVY_ATOMS:
        raise reject(
            text,
            f"{mol.GetNumHeavyAtoms()} heavy atoms",
            f"at most {MAX_HEAVY_ATOMS}: give a smaller molecule",
        )
    for atom in mol.GetAtoms():
        symbol, isotope = atom.GetSymbol(), atom.GetIsotope()
        if atom.GetAtomicNum() == 0 or atom.HasQuery():
            raise reject(text, "a placeholder atom (*, R, polymer)", "draw the real group in its place")
        lone_cation = atom.GetDegree() == 0 and any(
            f"[{symbol}+" in partner.smiles and atom.GetFormalCharge() > 0 for partner in salt_partners()
        )
        if symbol not in _ELEMENTS and not lone_cation:
            raise reject(
                text,
                f"the element {symbol}",
                "only H B C N O F Si P S Cl Se Br I are covered: draw a salt as ions, leave metals out",
            )
        if isotope and table.GetMassForIsotope(atom.GetAtomicNum(), isotope) <= 0:
            raise reject(text, f"the isotope {isotope}{symbol}", "there is none: give a real mass number")
    if any(bond.HasQuery() or bond.GetBondType().name not in _BONDS for bond in mol.GetBonds()):
        raise reject(text, "a bond of no stated order", "write single, double or triple bonds")


def _check_electrons(text: str, mol: Any) -> None:
    """Refuse radicals and charged carbon."""
    for atom in mol.GetAtoms():
        if atom.GetNumRadicalElectrons():
            raise reject(
                text,
                f"a radical or carbene on {atom.GetSymbol()}",
                "give a closed-shell molecule: check brackets",
            )
        balanced = any(n.GetFormalCharge() for n in atom.GetNeighbors())
        cyanide = any(n.GetSymbol() == "N" and n.GetDegree() == 1 for n in atom.GetNeighbors())
        if atom.GetSymbol() == "C" and atom.GetFormalCharge() and not (balanced or cyanide):
            raise reject(text, "a carbocation or carbanion", "give the neutral molecule")


def canonical_smiles(mol: Any) -> str:
    """Write a molecule as the SMILES that reads back as itself."""
    seen = [str(Chem.MolToSmiles(mol))]
    while len(seen) < 6:
        written = str(Chem.MolToSmiles(molecule(seen[-1])))
        if written in seen:
            return min(seen[seen.index(written) :])
        seen.append(written)
    return min(seen)


def _key(mol: Any) -> str:
    """Spell a fragment without stereo and isotopes, to look it up among the salt partners."""
    bare = Chem.Mol(mol)
    for atom in bare.GetAtoms():
        atom.SetIsotope(0)
    return str(Chem.MolToSmiles(Chem.RemoveHs(bare), isomericSmiles=False))


@lru_cache(maxsize=1)
def _partners() -> dict[str, SaltPartner]:
    """Salt partners by key."""
    listed: dict[str, SaltPartner] = {}
    for partner in salt_partners():
        listed.setdefault(_key(Chem.MolFromSmiles(partner.smiles)), partner)
    return listed


@lru_cache(maxsize=1)
def _largest_partner() -> int:
    """Count the heavy atoms of the largest salt partner: what is larger is none and need not be looked up."""
    return max(int(Chem.MolFromSmiles(p.smiles).GetNumHeavyAtoms()) for p in salt_partners())


def _fragments(mol: Any) -> list[tuple[SaltPartner | None, str]]:
    """Name each neutralised fragment that is a salt partner; a bare proton belongs to its anion."""
    uncharger = rdMolStandardize.Uncharger()
    named = []
    for fragment in Chem.GetMolFrags(mol, asMols=True):
        is_small = fragment.GetNumHeavyAtoms() <= _largest_partner()
        partner, neutral = _partners().get(_key(fragment)) if is_small else None, fragment
        if partner is None:
            neutral = uncharger.uncharge(fragment)
            partner = _partners().get(_key(neutral)) if is_small else None
        if partner is None or partner.name != "proton":
            named.append((partner, canonical_smiles(settled(neutral))))
    return named


def _split(text: str, mol: Any) -> tuple[Any, int, Counter[SaltPartner]]:
    """Separate the compound (and how often it is written) from its salt partners."""
    named = _fragments(mol)
    if all(partner for partner, _ in named):  # a lone organic partner may be meant, such as acetic acid
        organic = {partner for partner, _ in named if partner and _is_organic(partner)}
        if len(organic) != 1:
            raise reject(text, "only counter-ions or solvents", "give the amine or carbonyl compound itself")
        named = [(None if partner in organic else partner, smiles) for partner, smiles in named]
    main = Counter(smiles for partner, smiles in named if partner is None)
    if len(main) > 1:
        names = " and ".join(shown(smiles) for smiles in sorted(main)[:2])
        raise reject(text, f"a mixture of {names}", "give one compound at a time")
    ((smiles, count),) = main.items()
    return molecule(smiles), count, Counter(partner for partner, _ in named if partner)


def _is_organic(partner: SaltPartner) -> bool:
    """Whether a salt partner holds carbon."""
    return any(atom.GetAtomicNum() == 6 for atom in Chem.MolFromSmiles(partner.smiles).GetAtoms())


_MULTIPLES = {0.5: "hemi", 1.0: "", 1.5: "sesqui", 2.0: "di", 3.0: "tri", 4.0: "tetra"}


def _salt_names(stripped: Counter[SaltPartner], n_main: int) -> Iterable[str]:
    """Name the partners with their number: hydrochloride, dihydrochloride, hemisulfate, 5 x hydrochloride."""
    for partner, count in stripped.items():
        ratio = count / n_main
        yield _MULTIPLES.get(ratio, f"{ratio:g} x ") + partner.name


def read_structure(text: str) -> Structure:
    """Read one compound from SMILES text: salts off and named, charges neutralised, canonical.

    Parameters
    ----------
    text
        SMILES of one compound, with or without counter-ions and solvent, or a name of the shipped list.

    Returns
    -------
    Structure
        Independent of atom order and spelling of the text.

    Raises
    ------
    StructureError
        If the text is not one usable closed-shell organic molecule.

    Examples
    --------
    >>> read_structure("Cl.[NH3+]Cc1ccccc1.[Cl-]").counter_ions
    ('dihydrochloride',)
    >>> read_structure("C(c1ccccc1)N").smiles
    'NCc1ccccc1'
    """
    with rdBase.BlockLogs():
        try:
            return _build(smiles_text(text))
        except (RuntimeError, ValueError) as error:
            if isinstance(text, str) and (known := read_name(text, load_model().catalogue)) is not text:
                return read_structure(known)
            if isinstance(error, StructureError):
                raise
            # RDKit reports broken invariants of odd inputs in its own exception types
            raise reject(text, "not a usable molecule", "check the SMILES") from error


def _build(text: str) -> Structure:
    """Read, check, strip and measure."""
    mol = _parse(text)
    _check_electrons(text, mol)
    main, n_main, stripped = _split(text, mol)
    if Chem.GetFormalCharge(main):
        raise reject(
            text,
            "a permanent charge (quaternary ammonium, pyridinium, borate)",
            "only compounds that can be written neutral are covered",
        )
    if main.GetNumHeavyAtoms() > MAX_HEAVY_ATOMS:
        raise reject(
            text,
            f"{main.GetNumHeavyAtoms()} heavy atoms",
            f"at most {MAX_HEAVY_ATOMS}: give a smaller molecule",
        )
    strong = sum(partner.strong * count for partner, count in stripped.items())
    protons = sum(partner.protons * count for partner, count in stripped.items())
    return Structure(
        smiles=str(Chem.MolToSmiles(main)),
        formula=str(rdMolDescriptors.CalcMolFormula(main)),
        molar_mass=float(Descriptors.MolWt(main)),
        exact_mass=float(Descriptors.ExactMolWt(main)),
        counter_ions=tuple(sorted(_salt_names(stripped, n_main))),
        strong_acid_equivalents=max(0.0, strong / n_main),
        salt_equivalents=max(0.0, protons / n_main),
        water_equivalents=sum(n for partner, n in stripped.items() if partner.smiles == "O") / n_main,
        n_heavy=int(main.GetNumHeavyAtoms()),
    )


@lru_cache(maxsize=4096)
def molecule(smiles: str) -> Any:
    """Make the RDKit molecule of a SMILES that ``read_structure`` or ``alkylated`` wrote.

    The molecule is shared: callers must not change it.
    """
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise reject(smiles, "not a readable SMILES", "use read_structure first")
    return mol


def as_structure(structure: Structure | str) -> Structure:
    """Read a text; pass a structure on."""
    return structure if isinstance(structure, Structure) else read_structure(structure)


def symmetry_ranks(smiles: str) -> list[int]:
    """Give each atom a number that it shares with those that the symmetry of the molecular graph exchanges it with."""
    return list(Chem.CanonicalRankAtoms(molecule(smiles), breakTies=False, includeChirality=False))


def elements(structure: Structure | str) -> tuple[tuple[str, int], ...]:
    """Count the atoms of each element, hydrogen included, sorted by symbol; isotopes count as their element."""
    return _elements(structure.smiles if isinstance(structure, Structure) else structure)


@lru_cache(maxsize=4096)
def _elements(smiles: str) -> tuple[tuple[str, int], ...]:
    """Count them once."""
    mol = molecule(smiles)
    counts = Counter(str(atom.GetSymbol()) for atom in mol.GetAtoms())
    counts["H"] += sum(int(atom.GetTotalNumHs()) for atom in mol.GetAtoms())
    return tuple(sorted((symbol, count) for symbol, count in counts.items() if count))


def protonated_mass(smiles: str) -> float:
    """Monoisotopic mass of [M+H]+ [u]."""
    return float(Descriptors.ExactMolWt(molecule(smiles))) + PROTON_MASS


def bottle_mass(text: str, structure: Structure) -> float:
    """Mass of what is weighed per mole of compound [g mol-1], counter-ions and solvates included."""
    if not structure.counter_ions:
        return structure.molar_mass
    mol = _parse(smiles_text(text))
    uncharger = rdMolStandardize.Uncharger()
    neutral = [canonical_smiles(settled(uncharger.uncharge(f))) for f in Chem.GetMolFrags(mol, asMols=True)]
    n_compound = neutral.count(structure.smiles)
    return float(Descriptors.MolWt(mol)) / max(1, n_compound)


def as_charged(text: str) -> str:
    """Write a SMILES canonically with its counter-ions and solvates; empty where it cannot be read."""
    try:
        with rdBase.BlockLogs():
            return canonical_smiles(_parse(smiles_text(text)))
    except StructureError:
        return ""
