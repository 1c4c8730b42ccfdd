"""Loosened patterns: SMARTS that fit wherever a stricter one fits a part of a molecule.

A nitrogen that bears one more alkyl group, or an oxygen that bears a protecting group, has fewer hydrogens and more
neighbours, and may have come into a ring; the carbons keep what they bear. Whatever could differ for that is dropped
from a pattern. One look at a whole molecule then tells that no part of it can be what the pattern names.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase

NEGATED = re.compile(r"[;&]?!\$\((?:[^()]|\([^()]*\))*\)")
HYDROGENS = re.compile(r"((?:[NOPSnops]|Se|#\d+)(?:X\d+)?)[;&]?!?H(?![a-z])\d*")
"""Hydrogens on what is no carbon: a carbon keeps its own, whatever nitrogen, oxygen or sulfur bears."""
NEIGHBOURS = re.compile(r"[;&]?!?[hD]\d+")
UNCLEAR = re.compile(r"!\$|\[H|,[^\[\]$]*[;&]!?H")
"""What makes a pattern one that cannot be loosened: a "not" around a "not", drawn hydrogens, counts of a list."""
RINGS = re.compile(r"[;&]?!?(?:@|R(?![a-z])\d*|(?<![A-Z])[rx]\d+)")
"""Ring membership of atoms and bonds: an acetal that comes off opens its ring."""


def _rest(smarts: str) -> str:
    """Drop from a pattern what one more group may change; empty where what is left is no looser for sure.

    These are hydrogens of heteroatoms, neighbours, rings and all "is not".
    """
    rest = NEIGHBOURS.sub("", NEGATED.sub("", smarts))
    return "" if UNCLEAR.search(rest) else RINGS.sub("", HYDROGENS.sub(r"\1", rest))


@lru_cache(maxsize=512)
def loosened(smarts: str) -> Any:
    """Loosen a pattern: what is dropped only narrows it, so the rest fits wherever it does. None where none is left."""
    with rdBase.BlockLogs():
        return Chem.MolFromSmarts(_rest(smarts)) if _rest(smarts) else None


@lru_cache(maxsize=512)
def skeleton(smarts: str) -> Any:
    """Loosen a pattern to atoms and bonds, each ``$(...)`` to its first atom: it is quick to look for."""
    with rdBase.BlockLogs():
        return Chem.MolFromSmarts("".join(_plain_atoms(_rest(smarts)))) if _rest(smarts) else None


def _plain_atoms(smarts: str) -> Iterator[str]:
    """Write the atoms of a pattern without what surrounds them."""
    depth, start = 0, 0
    for place, letter in enumerate(smarts):
        if letter == "[":
            start = start if depth else place
            depth += 1
        elif letter == "]":
            depth -= 1
            if not depth:
                inner = smarts[start + 1 : place]
                yield f"[{','.join(_first_atoms(inner))}]" if "$" in inner else f"[{inner}]"
        elif not depth:
            yield letter


def _first_atoms(inner: str) -> list[str]:
    """List what an atom with surroundings may be; of conditions that hold together the first says enough."""
    found: dict[str, None] = {}
    for choice in _split(_split(inner, ";")[0], ","):
        head = _split(choice, "&")[0]
        if head.startswith("$("):
            first = re.match(r"\[|[A-Z][a-z]?|[a-z*]", head[2:])
            plain = first.group() if first else "*"
            if plain == "[":
                atom = next(_plain_atoms(head[2:]))
                found |= dict.fromkeys(_first_atoms(atom[1:-1]))
            else:
                found[plain if plain[1:] in ("", "l", "r") else plain[0]] = None
        else:
            found[head] = None
    return list(found)


def _split(text: str, mark: str) -> list[str]:
    """Split a text at a mark that stands in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == mark and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
