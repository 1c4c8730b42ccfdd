"""Salts: acids, cations and solvents that amines and carbonyl compounds are sold with."""

from dataclasses import dataclass


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


SALT_PARTNERS = tuple(
    SaltPartner(name=name, smiles=smiles, protons=protons, strong=strong)
    for name, smiles, protons, strong in (
        ("hydrochloride", "Cl", 1, 1),
        ("hydrobromide", "Br", 1, 1),
        ("hydroiodide", "I", 1, 1),
        ("hydrofluoride", "F", 1, 0),
        ("trifluoroacetate", "OC(=O)C(F)(F)F", 1, 1),
        ("trichloroacetate", "OC(=O)C(Cl)(Cl)Cl", 1, 1),
        ("tosylate", "Cc1ccc(S(=O)(=O)O)cc1", 1, 1),
        ("besylate", "OS(=O)(=O)c1ccccc1", 1, 1),
        ("mesylate", "CS(=O)(=O)O", 1, 1),
        ("esylate", "CCS(=O)(=O)O", 1, 1),
        ("edisylate", "OS(=O)(=O)CCS(=O)(=O)O", 2, 2),
        ("isethionate", "OCCS(=O)(=O)O", 1, 1),
        ("napsylate", "OS(=O)(=O)c1ccc2ccccc2c1", 1, 1),
        ("camsylate", "CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2", 1, 1),
        ("triflate", "OS(=O)(=O)C(F)(F)F", 1, 1),
        ("sulfate", "OS(=O)(=O)O", 2, 2),
        ("methyl sulfate", "COS(=O)(=O)O", 1, 1),
        ("nitrate", "O[N+](=O)[O-]", 1, 1),
        ("perchlorate", "[O-][Cl+3]([O-])([O-])O", 1, 1),
        ("tetrafluoroborate", "F[B-](F)(F)F", 1, 1),
        ("hexafluorophosphate", "F[P-](F)(F)(F)(F)F", 1, 1),
        ("phosphate", "OP(=O)(O)O", 2, 1),
        ("oxalate", "OC(=O)C(=O)O", 2, 1),
        ("maleate or fumarate", "OC(=O)C=CC(=O)O", 2, 0),
        ("succinate", "OC(=O)CCC(=O)O", 2, 0),
        ("malonate", "OC(=O)CC(=O)O", 2, 0),
        ("malate", "OC(=O)CC(O)C(=O)O", 2, 0),
        ("tartrate", "OC(=O)C(O)C(O)C(=O)O", 2, 0),
        ("citrate", "OC(=O)CC(O)(CC(=O)O)C(=O)O", 3, 0),
        ("formate", "OC=O", 1, 0),
        ("acetate", "CC(=O)O", 1, 0),
        ("propionate", "CCC(=O)O", 1, 0),
        ("lactate", "CC(O)C(=O)O", 1, 0),
        ("glycolate", "OCC(=O)O", 1, 0),
        ("benzoate", "OC(=O)c1ccccc1", 1, 0),
        ("salicylate", "OC(=O)c1ccccc1O", 1, 0),
        ("mandelate", "OC(=O)C(O)c1ccccc1", 1, 0),
        ("carbonate", "OC(=O)O", 1, 0),
        ("picrate", "Oc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]", 1, 1),
        ("sodium", "[Na+]", -1, -1),
        ("potassium", "[K+]", -1, -1),
        ("lithium", "[Li+]", -1, -1),
        ("caesium", "[Cs+]", -1, -1),
        ("calcium", "[Ca+2]", -2, -2),
        ("magnesium", "[Mg+2]", -2, -2),
        ("zinc", "[Zn+2]", -2, -2),
        ("proton", "[H+]", 0, 0),
        ("hydrate", "O", 0, 0),
        ("methanol solvate", "CO", 0, 0),
        ("ethanol solvate", "CCO", 0, 0),
        ("dichloromethane solvate", "ClCCl", 0, 0),
    )
)
"""Named in the order in which they are looked for; first names win."""
