"""Libraries: both lists of a screen, or its list of pairs, read and sorted into problems."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from planner.errors import ProcedureError
from planner.library.lists import Listed, ListedPair, read_list, read_pairs
from planner.library.partners import Partner, read_amines, read_carbonyls
from planner.library.parts import write_list
from planner.library.problems import Numbers, Problem, find_problems
from planner.model.model import Model


@dataclass(frozen=True, kw_only=True, eq=False)
class Library:
    """Both lists, read and sorted into problems."""

    amines: tuple[Partner, ...]
    carbonyls: tuple[Partner, ...]
    problems: list[Problem]
    sha256: str
    """Of the lists as they were read."""
    pairs: tuple[ListedPair, ...] = ()
    """Where a list of pairs was given."""

    @cached_property
    def numbers(self) -> list[range]:
        """Number the pieces of every problem, in their order."""
        ends = list(accumulate((p.n_chunks for p in self.problems), initial=0))
        return [range(start, end) for start, end in pairwise(ends)]


def read_library(amines: object, carbonyls: object, pairs: object, model: Model) -> Library:
    """Read what was given."""
    if (pairs is None) is (amines is None) or (amines is None) is not (carbonyls is None):
        raise ProcedureError("give amines and carbonyls, or pairs; not both, and neither list alone")
    if pairs is None:
        first, second = read_list(amines, "amines"), read_list(carbonyls, "carbonyls")
        digest = _digest([(one.id, one.text, one.extra) for one in (*first, *second)], len(first))
        some, more = read_amines(first, model), read_carbonyls(second, model)
        return Library(amines=some, carbonyls=more, problems=find_problems(some, more), sha256=digest)
    listed = read_pairs(pairs)
    left_list, left = _distinct([pair.amine for pair in listed])
    right_list, right = _distinct([pair.carbonyl for pair in listed])
    some, more = read_amines(left_list, model), read_carbonyls(right_list, model)
    numbers: Numbers = np.stack([left, right], axis=1)
    digest = _digest(
        [(p.amine.id, p.amine.text, p.carbonyl.id, p.carbonyl.text, p.extra) for p in listed], -1
    )
    problems = find_problems(some, more, numbers)
    return Library(amines=some, carbonyls=more, problems=problems, sha256=digest, pairs=listed)


def _digest(lines: Sequence[object], kind: int) -> str:
    """Sum up what was given."""
    return hashlib.sha256(json.dumps([kind, *lines], ensure_ascii=False).encode()).hexdigest()


def _distinct(listed: Sequence[Listed]) -> tuple[list[Listed], Numbers]:
    """List each partner of a list of pairs once, with the place of each line's."""
    places: dict[tuple[str, str], int] = {}
    kept: list[Listed] = []
    numbers = []
    for one in listed:
        key = (one.id, one.text)
        if key not in places:
            places[key] = len(kept)
            kept.append(one)
        numbers.append(places[key])
    return kept, np.array(numbers, dtype=np.int64)


def write_lists(folder: Path, library: Library) -> None:
    """Write the lists as they were given, so that ids and extra columns stay with the rows."""
    for name, partners in (("amines", library.amines), ("carbonyls", library.carbonyls)):
        lines = [_line(partner) for partner in partners]
        write_list(folder / f"{name}.parquet", _beside(lines, [one.listed.extra for one in partners]))
    if library.pairs:
        lines = [
            {"pair": i, "amine_id": p.amine.id, "carbonyl_id": p.carbonyl.id}
            for i, p in enumerate(library.pairs)
        ]
        write_list(folder / "pairs.parquet", _beside(lines, [p.extra for p in library.pairs]))


def _line(partner: Partner) -> dict[str, object]:
    """Write a partner as a row."""
    own = {name: getattr(partner, name) for name in ("number", "smiles", "status", "message", "kind")}
    return own | {"id": partner.listed.id, "given": partner.listed.text}


def _beside(
    lines: Sequence[Mapping[str, object]], extras: Sequence[Iterable[tuple[str, str]]]
) -> list[dict[str, object]]:
    """Set further columns beside ours, none in the place of ours or of another."""
    given = dict.fromkeys(title for extra in extras for title, _ in extra)
    headings = _headings({title for line in lines for title in line}, given)
    return [
        {**line, **{headings[title]: cell for title, cell in extra}}
        for line, extra in zip(lines, extras, strict=True)
    ]


def _headings(ours: Collection[str], given: Iterable[str]) -> dict[str, str]:
    """Name further columns as they are, but one that is called as ours ``status (given)``, the same in every line."""
    found = {title: title for title in given}
    for title in [title for title in found if title in ours]:
        heading = f"{title} (given)"
        while heading in ours or heading in found.values():
            heading = f"{heading} (given)"
        found[title] = heading
    return found
