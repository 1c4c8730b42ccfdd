"""Read every pair of a library as a screen does, up to its judging, and count by kind what has no plan.

    python tests/benchmarks/library_refusals.py FOLDER [--share 3] [--seed 1] [--record FILE]
    python tests/benchmarks/library_refusals.py --screen OUT

FOLDER holds library_amines.smi and library_carbonyls.smi; of all their pairs one in SHARE is taken by chance. The
second line counts what a screen has found, whose folder is OUT. Structures and names of a message are left out to make
its kind. The record has a row a kind: how many pairs and partners of each list, and up to five examples. To read a pair
takes some 3 ms of processor time, 850,000 of them three quarters of an hour.
"""

import argparse
import csv
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import PlannerError
from planner.library.lists import read_list
from planner.library.partners import PLANNED, Partner, read_amines, read_carbonyls, status_of
from planner.library.parts import read_list_of
from planner.library.screened import open_screen
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.aims import read_aim
from planner.plans.request import Request
from planner.structures.pairs import pair_of

EXAMPLES = 5
COLUMNS = ("status", "kind", "pairs", "amines", "carbonyls", "examples")
TOLD_EVERY = 10_000
_STRUCTURE = re.compile(r"'[^']*'|(?<=^regulated: )\S+")
_DEGREE = re.compile(r"(?<=degree )\d+")
_CLASS = re.compile(r"(?<=ketone |mpound )\((?:[^()]|\([^()]*\))*\)")


@dataclass(kw_only=True, slots=True)
class Kind:
    """Pairs that were refused in the same words."""

    pairs: int = 0
    amines: set[int] = field(default_factory=set)
    carbonyls: set[int] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)


def read(amine: Partner, carbonyl: Partner, request: Request, model: Model) -> tuple[str, str]:
    """Read a pair, gate and aim and all: status and message."""
    unfit = next((p for p in (amine, carbonyl) if p.status != PLANNED), None)
    if unfit is not None:
        return unfit.status, unfit.message
    try:
        pair = pair_of(amine.text, carbonyl.text, model, amine.entry, carbonyl.entry)
        read_aim(request.target, pair, request.basis, request.max_over_alkylation)
    except PlannerError as error:
        return status_of(error) or "error", str(error)
    except Exception as error:  # what nobody foresaw is what is looked for
        return "error", f"{type(error).__name__}: {error}"
    return PLANNED, ""


def kind_of(message: str, *structures: str) -> str:
    """Leave structures, degrees and classes of carbonyls out of a message."""
    message = _CLASS.sub("(...)", _DEGREE.sub("n", _STRUCTURE.sub("...", message)))
    for text in structures:
        message = message.replace(text, "...")
    return message


def numbers(n_pairs: int, share: int, seed: int) -> Iterator[int]:
    """Take one in so many pairs by chance, in order."""
    chance = random.Random(seed)
    return (n for n in range(n_pairs) if share == 1 or chance.randrange(share) == 0)


def count(folder: Path, share: int, seed: int, record: Path) -> None:
    """Read the pairs, count, and write the record as often as something is said."""
    model, request = load_model(), Request(amine="", carbonyl="")
    amines = read_amines(read_list(folder / "library_amines.smi", "amines"), model)
    carbonyls = read_carbonyls(read_list(folder / "library_carbonyls.smi", "carbonyls"), model)
    found: dict[tuple[str, str], Kind] = {}
    statuses: Counter[str] = Counter()
    start, n_all = time.process_time(), len(amines) * len(carbonyls)
    for n, number in enumerate(numbers(n_all, share, seed), start=1):
        a, c = divmod(number, len(carbonyls))
        status, message = read(amines[a], carbonyls[c], request, model)
        statuses[status] += 1
        if status != PLANNED:
            texts = (amines[a].smiles, carbonyls[c].smiles, amines[a].listed.text, carbonyls[c].listed.text)
            key = (status, kind_of(message, *filter(None, texts)))
            note(found.setdefault(key, Kind()), a, c, f"{texts[2]} + {texts[3]}")
        if n % TOLD_EVERY == 0:
            spent = time.process_time() - start
            print(f"{n} pairs, {1e3 * spent / n:.2f} ms each, {dict(statuses)}", file=sys.stderr, flush=True)
            write(record, found)
    write(record, found)
    print(f"{sum(statuses.values())} of {n_all} pairs, {time.process_time() - start:.0f} s: {dict(statuses)}")


def count_rows(out: Path, record: Path) -> None:
    """Count what a screen has found, and write the record."""
    found: dict[tuple[str, str], Kind] = {}
    screen = open_screen(out)
    both = [read_list_of(out / f"{role}s.parquet") for role in ("amine", "carbonyl")]
    numbers = ("amine_number", "carbonyl_number")
    for table in screen.tables(["status", "message", *numbers]):
        for row in table.to_pylist():
            if row["status"] == PLANNED:
                continue
            amine, carbonyl = (listed[row[number]] for listed, number in zip(both, numbers, strict=True))
            texts = (amine["smiles"], carbonyl["smiles"], amine["given"], carbonyl["given"])
            key = (row["status"], kind_of(row["message"], *filter(None, texts)))
            note(found.setdefault(key, Kind()), row[numbers[0]], row[numbers[1]], f"{texts[2]} + {texts[3]}")
    write(record, found)
    print(f"{screen.manifest.n_rows} of {screen.manifest.n_pairs} pairs: {screen.counts}")


def note(kind: Kind, amine: int, carbonyl: int, example: str) -> None:
    """Count a pair; its example is kept where it brings an amine and a carbonyl compound that none has brought."""
    kind.pairs += 1
    if len(kind.examples) < EXAMPLES and (
        not kind.examples or (amine not in kind.amines and carbonyl not in kind.carbonyls)
    ):
        kind.examples.append(example)
    kind.amines.add(amine)
    kind.carbonyls.add(carbonyl)


def write(record: Path, found: dict[tuple[str, str], Kind]) -> None:
    """Write the kinds, the most frequent first."""
    with record.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (status, words), kind in sorted(found.items(), key=lambda item: (-item[1].pairs, item[0])):
            examples = " | ".join(kind.examples)
            writer.writerow([status, words, kind.pairs, len(kind.amines), len(kind.carbonyls), examples])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--screen", type=Path)
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, default=Path(__file__).with_name("library_refusals.csv"))
    given = parser.parse_args()
    if given.screen:
        count_rows(given.screen, given.record)
    else:
        count(given.folder, given.share, given.seed, given.record)


if __name__ == "__main__":
    main()
