"""Properties: what decides where a compound goes: its pKaH one after the other, acid groups, log P, boiling point.

The pKaH of a nitrogen is the additive one of the structures; a proton on another nitrogen lowers it by what
``separation.toml`` says for the bonds between (sites taken in the order of their basicity)::

    pKaH_k = site_k - sum over protonated sites i < k of drop(bonds(i, k))

The first proton has all sites to choose from: theirs are added up.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import fsum, hypot, log10

from rdkit import Chem

from planner.mixtures.partition import log_p_of
from planner.mixtures.phases import Array, Solute, charge
from planner.mixtures.separation import Craft, Extractant
from planner.model.model import Model
from planner.model.site_classes import pattern
from planner.structures.aromatics import ring_nitrogens
from planner.structures.basicity import basicity, skeleton_for
from planner.structures.structure import molecule

AMINE = "[NX3;!$(N-[CX3]=[O,S,N,C]);!$(N-[SX3,SX4]=O);!$(N-P);!$(N-C#N);!$(N~[!#6;!#1])]"
OXIDE = "[NX4+]-[O-]"
OXIDE_PKAH, OXIDE_SD = 4.7, 0.5
"""Of trialkylamine oxides; recalled, B."""
ODD = "[NX4+]"
"""N-oxides, borane adducts, salts: log P from atoms says little of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Properties:
    """What decides where a compound goes."""

    pKaH: tuple[float, ...]
    """Of the first, second, ... proton, falling; empty without a basic nitrogen."""
    pKaH_sd: tuple[float, ...]
    pKa: tuple[float, ...]
    """Of acid groups, rising."""
    pKa_sd: tuple[float, ...]
    log_p: float
    log_p_sd: float
    is_salt: bool
    """Whether it is an ion at any pH, which stays in water."""

    def solute(self, solvent: Extractant, craft: Craft) -> Solute:
        """Take the central numbers for one solvent."""
        return Solute(
            bases=self.pKaH,
            acids=self.pKa,
            log_p=(-99.0 if self.is_salt else self.log_p) + solvent.shift,
            ion_shift=craft.number("ion_shift"),
        )

    def drawn(self, solvent: Extractant, craft: Craft, normals: Array, common: Array) -> Solute:
        """Draw the numbers: ``normals`` (n, 5) of its own, ``common`` (n, 2) of solvent and ions, alike for all."""
        shifts = [sd * normals[:, 1 + (i % 2)] for i, sd in enumerate(self.pKaH_sd)]
        return Solute(
            bases=tuple(value + shift for value, shift in zip(self.pKaH, shifts, strict=True)),
            acids=tuple(v + sd * normals[:, 3] for v, sd in zip(self.pKa, self.pKa_sd, strict=True)),
            log_p=(-99.0 if self.is_salt else self.log_p)
            + self.log_p_sd * normals[:, 0]
            + solvent.shift
            + solvent.sd * common[:, 0],
            ion_shift=craft.number("ion_shift") + craft.number("ion_shift_sd") * common[:, 1],
        )

    def charge(self, pH: float) -> float:
        """Mean charge in water of a pH."""
        plain = Solute(bases=self.pKaH, acids=self.pKa, log_p=self.log_p)
        return float(charge(plain, pH)) + (1.0 if self.is_salt else 0.0)


@lru_cache(maxsize=1024)
def properties_of(smiles: str, model: Model, craft: Craft) -> Properties:
    """Estimate what decides where a compound goes."""
    mol = molecule(smiles)
    values = protonations(smiles, model, craft)
    acids = sorted(
        (group.pKa, group.sd) for group in craft.acids for _ in mol.GetSubstructMatches(pattern(group.smarts))
    )
    is_odd = mol.HasSubstructMatch(pattern(ODD))
    partition, width = log_p_of(smiles, craft.number("log_p_sd_odd" if is_odd else "log_p_sd"))
    return Properties(
        pKaH=tuple(value for value, _ in values),
        pKaH_sd=tuple(sd for _, sd in values),
        pKa=tuple(value for value, _ in acids),
        pKa_sd=tuple(sd for _, sd in acids),
        log_p=partition,
        log_p_sd=width,
        is_salt=Chem.GetFormalCharge(mol) > 0,
    )


def protonations(smiles: str, model: Model, craft: Craft) -> tuple[tuple[float, float], ...]:
    """List pKaH and width of the first, second, ... proton; see the module."""
    mol = molecule(smiles)
    sites = [(*basicity(smiles, atom, model), atom) for (atom,) in mol.GetSubstructMatches(pattern(AMINE))]
    sites += [(value, sd, atom) for atom, value, sd in ring_nitrogens(skeleton_for(smiles, model))]
    sites += [(OXIDE_PKAH, OXIDE_SD, match[0]) for match in mol.GetSubstructMatches(pattern(OXIDE))]
    sites = sorted(set(sites), reverse=True)
    bonds = Chem.GetDistanceMatrix(mol)
    rings = [{*ring} for ring in mol.GetRingInfo().AtomRings()]
    found: list[tuple[float, float]] = []
    left, taken = sites, list[int]()
    while left:
        lowered = [(value - _lowered(atom, taken, bonds, rings, craft), sd, atom) for value, sd, atom in left]
        value, sd, atom = max(lowered)
        alike = log10(fsum(10.0 ** (other[0] - value) for other in lowered)) if not taken else 0.0
        width = hypot(sd, craft.number("drop_sd")) if taken else sd
        found.append((min(value + alike, found[-1][0]) if found else value + alike, width))
        taken.append(atom)
        left = [site for site in left if site[2] != atom]
    return tuple(found)


def _lowered(atom: int, taken: list[int], bonds: Array, rings: list[set[int]], craft: Craft) -> float:
    """Add up what the protons that are there do to a site."""
    return sum(
        craft.drop(int(bonds[atom, other]), in_ring=any({atom, other} <= ring for ring in rings))
        for other in taken
    )
