"""Cautions: what a chemist would say on seeing two structures, before any number is computed.

Most are rules of ``models/sites.toml`` ([[caution]]): patterns or site classes of the amine, of
the carbonyl compound or of both, and one sentence that says what to expect. Three need more than
a pattern and stand here: salts, stereocentres that epimerise, and N-H on the carbonyl compound.
Source of the list: textbook side reactions; see the sentences.
"""

from collections.abc import Iterable
from typing import Any

from rdkit import Chem

from planner.model.model import Model
from planner.model.parameters import load_model
from planner.structures.sites import all_carbonyls, matching_atoms, reactive_nitrogens
from planner.structures.structure import Structure, molecule, read_structure


def cautions(
    amine: Structure | str,
    carbonyl: Structure | str,
    model: Model | None = None,
) -> tuple[str, ...]:
    """Say what the two structures warn of.

    Parameters
    ----------
    amine, carbonyl
        SMILES or Structure; only from text or from ``read_structure`` are salts known.
    model
        Whose perception rules and caution rules are used; the shipped ones when absent.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    first = amine if isinstance(amine, Structure) else read_structure(amine)
    second = carbonyl if isinstance(carbonyl, Structure) else read_structure(carbonyl)
    known = model or load_model()
    amine_names = _with_likes((c.name for c in reactive_nitrogens(first, known).values()), known)
    carbonyl_names = _with_likes((c.carbonyl_class for c in all_carbonyls(second, known)), known)
    said = [
        *_salt(first, "amine"),
        *_salt(second, "carbonyl compound"),
        *_epimerises(second, known),
        *_own_nitrogen(second, known),
    ]
    for rule in known.cautions:
        if (
            _meets(first, rule.amine)
            and _meets(second, rule.carbonyl)
            and (not rule.amine_classes or amine_names.intersection(rule.amine_classes))
            and (not rule.carbonyl_classes or carbonyl_names.intersection(rule.carbonyl_classes))
        ):
            said.append(rule.text)
    return tuple(dict.fromkeys(said))


def product_risks(said: Iterable[str], model: Model) -> tuple[str, ...]:
    """List those of some cautions that foretell another main product than the one that is planned."""
    grave = {rule.text for rule in model.cautions if rule.changes_product}
    return tuple(text for text in said if text in grave)


def _with_likes(names: Any, model: Model) -> set[str]:
    """Classes and whatever they are like."""
    return {like for name in names for like in model.class_chain(name)}


def _meets(structure: Structure, patterns: tuple[str, ...]) -> bool:
    """Whether any pattern is there; no patterns ask for nothing."""
    return not patterns or bool(matching_atoms(molecule(structure.smiles), patterns))


def _salt(structure: Structure, role: str) -> list[str]:
    """Say of acid that came as a salt whether a base must take it up, or it stays and counts."""
    if not structure.salt_equivalents:
        return []
    names = " and ".join(structure.counter_ions)
    strong = min(structure.strong_acid_equivalents, structure.salt_equivalents)
    weak = structure.salt_equivalents - strong
    said = [f"The {role} was given as its {names} and is planned as the free compound"]
    said += [f"add {strong:g} eq base (a tertiary amine) per mole of it"] if strong else []
    said += [f"its {weak:g} eq of weak acid per mole counts in acid_equivalents"] if weak else []
    return [f"{said[0]}: {'; '.join(said[1:])}."]


def _epimerises(carbonyl: Structure, model: Model) -> list[str]:
    """Warn of a stated stereocentre with a hydrogen beside the carbonyl: it enolises."""
    mol = molecule(carbonyl.smiles)
    for site in all_carbonyls(carbonyl, model):
        for atom in mol.GetAtomWithIdx(site.atom_index).GetNeighbors():
            if atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED and atom.GetTotalNumHs(True):
                return [
                    "The carbonyl compound has a stereocentre with a hydrogen next to the carbonyl: "
                    "expect some epimerisation through enol or enamine, more with time, acid and heat."
                ]
    return []


def _own_nitrogen(carbonyl: Structure, model: Model) -> list[str]:
    """Warn of a reactive N-H on the carbonyl compound: it takes part too."""
    labels = dict.fromkeys(c.label for c in reactive_nitrogens(carbonyl, model).values())
    if not labels:
        return []
    return [
        f"The carbonyl compound carries a reactive N-H ({', '.join(labels)}): "
        "expect self-condensation and oligomers, which the model does not count."
    ]
