"""Salts: acids, cations and solvents that amines and carbonyl compounds are sold with; ``salts.csv`` lists them."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class SaltPartner:
    """An acid, a base's cation or a solvent that compounds are sold with."""

    name: str
    """Word used for the salt, e.g. ``hydrochloride``."""
    smiles: str
    """Neutral acid, bare metal cation or solvent."""
    protons: int
    """Protons that one molecule holds on an amine; negative for a cation that replaces one."""
    strong: int
    """Of these, protons of an acid that stays fully ionised in methanol or water (pKa below about 2.5)."""
    aliases: tuple[str, ...] = ()
    """What else stands behind the name of a compound on a bottle, such as ``HCl``."""


@lru_cache(maxsize=1)
def salt_partners() -> tuple[SaltPartner, ...]:
    """Read the salt partners, in the order in which they are looked for; first names win."""
    with Path(__file__).with_name("salts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            SaltPartner(
                name=r["name"],
                smiles=r["smiles"],
                protons=int(r["protons"]),
                strong=int(r["strong"]),
                aliases=tuple(filter(None, r["aliases"].split("; "))),
            )
            for r in csv.DictReader(file, strict=True)
        )
