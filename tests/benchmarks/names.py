"""Cut the table of identifiers of the package chemicals to what a reductive amination is made of: ``models/names.csv``.

    pip download chemicals==1.5.2 --no-deps && unzip chemicals-1.5.2-py3-none-any.whl
    python tests/benchmarks/names.py chemicals --opsin opsin-cli-2.9.0-jar-with-dependencies.jar

Kept are compounds of at most ``MOST_HEAVY`` heavy atoms (counter-ions not counted) in which the planner finds a
reactive N-H, an aldehyde or a ketone, and that belong to no regulated family. A name that OPSIN reads must be
read as the compound that it stands beside, and in one way only: the synonyms of the table, which are PubChem's, are
not all right. Names that OPSIN cannot read (trivial names) are kept where they stand first; one that says
something of stereochemistry needs a structure that has some, and one that several compounds have is kept for that
which is drawn without, or for all, which the planner then names.
"""

import argparse
import csv
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rdkit import Chem, RDLogger
from rdkit.Chem.MolStandardize import rdMolStandardize

from planner.errors import PlannerError
from planner.model.names import SMILES, cas_number, spelling
from planner.structures.carbonyls import all_carbonyls
from planner.structures.regulated import check_regulated
from planner.structures.sites import reactive_nitrogens
from planner.structures.structure import canonical_smiles, read_structure

TABLES = ("pubchem small.tsv", "example user db.tsv", "pubchem large.tsv")
HOME = Path(__file__).parents[2] / "models"
STOP = "qqxqq"
MOST_HEAVY, MOST_READ, MOST_TRIVIAL, LONGEST = 18, 4, 3, 60
EARLY = 4
"""Place up to which a name that several compounds have is believed to be theirs."""
WANTED = [Chem.MolFromSmarts(s) for s in ("[#7;!H0]", "[#6][CX3](=O)[#6]", "[CX3;!H0]=O")]
CODE = re.compile(
    r"^[a-z]{1,7}[ -]?[a-z]?\d{2,}[a-z]{0,3}$|\d{5}|[a-z]{14}-|^(?:einecs|unii|mfcd|nsc|zinc|chebi|chembl|schembl"
    r"|surecn|agn|akos|ccris|hsdb|brn|stk|bdbm|oprea|fema|ec|usaf|caswell|epa|ai3|cpd|lopac|tl|wln|q\d|inchi|c\.i|ci)\b"
)
"""Numbers of collections and keys."""
REMARK = re.compile(
    r", |[-,]$|^[a-z]{5,},|\[mi\]|[{}|;=%<>*?_:\"]|\[[a-z]{3,}|\(\d+ci|\.(?:alpha|beta)\.|exclamation"
    r"|solution|technical|stabili|\bpure|parent|grade|reagent|acs\b|\bsalt of\b|standard|\bgas\b|unspecified"
    r"|mixture|isomer|polymer"
    r"|abbreviation|\bfree base|\(inn\)|\(usp"
    r"|\banhydrous|aminen$|[aio]num$|ona$"
)
"""What is no part of a name, and names turned round for an index."""
STEREO = re.compile(
    r"\(\d*[a-h]?'?[rsez][,*)]|\d[rsez][,)]|\([+-]\)|\bl\([+-]|, [dl]-|^(?:[dl]|cis|trans) "
    r"|(?:^|[^a-z])(?:[dlrsez]|cis|trans|endo|exo|meso|threo|erythro|allo)-"
)
SALT = re.compile(
    r"hydrochlorid|\bh?(?:cl|br)\b|hydro(?:brom|iod)id|chloride|bromide|iodide|[a-z]{3}ate\b|salt|hydrat|sodium"
    r"|potassium|lithium|calcium|magnesium|ammonium|zinc"
)
RACEMIC = re.compile(r"\(\+[/,]?-\)|(?:^|[^a-z])(?:dl|rac|racemic)\b|\(\(\+-\)")


@dataclass(slots=True)
class Row:
    """A compound and what it is called."""

    smiles: str
    cas: str
    given: list[str]
    trusted: dict[str, str] = field(default_factory=dict)
    """Key to name, of names that OPSIN reads as this compound."""
    trivial: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Key to place and name, of names that it cannot read."""


def normal(mol: Chem.Mol) -> str:
    """Write a molecule neutral, acids and all."""
    return canonical_smiles(rdMolStandardize.Uncharger().uncharge(mol))


def compound(text: str) -> str | None:
    """Read a structure of the table; None where the planner has no use for it."""
    mol = Chem.MolFromSmiles(text)
    if mol is None or not any(mol.HasSubstructMatch(query) for query in WANTED):
        return None
    try:
        smiles = normal(mol)
        structure = read_structure(smiles)
        check_regulated([structure.smiles])
    except PlannerError:
        return None
    is_wanted = reactive_nitrogens(structure) or all_carbonyls(structure)
    return smiles if structure.n_heavy <= MOST_HEAVY and is_wanted else None


def read_rows(folder: Path) -> list[Row]:
    """Read the tables, one row a structure; the first number of a structure is its number."""
    rows: dict[str, Row] = {}
    for table in TABLES:
        file = folder / "Identifiers" / f"chemical identifiers {table}"
        for line in file.read_text(encoding="utf-8").splitlines():
            _, cas, _, _, smiles, _, _, name, *synonyms = line.split("\t")
            if cas_number(cas) and (written := compound(smiles)):
                rows.setdefault(written, Row(written, cas, [])).given += [*synonyms, name]
    return list(rows.values())


def usable(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Pick what can be a name, with its place among the names of its compound."""
    seen = set()
    for place, given in enumerate(names):
        name = given.strip().casefold()
        key = spelling(name)
        if key in seen or not (4 <= len(name) <= LONGEST and name.isascii() and re.search(r"[a-z]{4}", name)):
            continue
        if CODE.search(name) or REMARK.search(name) or cas_number(name) or SMILES.fullmatch(name):
            continue
        if "azanyl" not in name and "oxidanyl" not in name:
            seen.add(key)
            yield place, name


def read_names(names: list[str], jar: Path) -> dict[str, str | None]:
    """Read names with OPSIN: a structure; empty where a name has more than one; None where it cannot be read.

    Warnings carry no name, so a word that cannot be read follows each name and parts the warnings.
    """
    command = ["java", "-jar", str(jar), "-osmi"]
    text = "".join(f"{name}\n{STOP}\n" for name in names)
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    lines = run.stdout.split("\n")[: 2 * len(names) : 2]
    warned = re.split(rf"{STOP} is unparsable[^\n]*\n", run.stderr)[: len(names)]
    read: dict[str, str | None] = {}
    for name, smiles, warning in zip(names, lines, warned, strict=True):
        mol = Chem.MolFromSmiles(smiles) if smiles else None
        is_open = "AMBIGUOUS" in warning or "omitted" in warning
        read[name] = None if mol is None else "" if is_open else normal(mol)
    return read


def is_tautomer(one: str, other: str) -> bool:
    """Whether two structures differ only in which ring nitrogen holds the hydrogen, as InChI sees it."""
    return (
        "[nH]" in one
        and "[nH]" in other
        and Chem.MolToInchiKey(Chem.MolFromSmiles(one)) == Chem.MolToInchiKey(Chem.MolFromSmiles(other))
    )


def flat(smiles: str) -> str:
    """Write a structure without stereochemistry."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    return str(Chem.MolToSmiles(mol))


def sort_names(rows: list[Row], jar: Path) -> None:
    """Keep of each compound's names those that are its."""
    picked = [list(usable(row.given)) for row in rows]
    read = read_names(sorted({name for names in picked for _, name in names}), jar)
    for row, names in zip(rows, picked, strict=True):
        has_stereo = flat(row.smiles) != row.smiles
        for place, name in names:
            structure = read[name]
            if structure is not None:
                if structure == row.smiles or is_tautomer(structure, row.smiles):
                    row.trusted[spelling(name)] = name
            elif ("." in row.smiles) != bool(SALT.search(name)):
                continue
            elif bool(RACEMIC.search(name)) <= (not has_stereo) and (
                has_stereo or RACEMIC.search(name) or not STEREO.search(name)
            ):
                row.trivial[spelling(name)] = (place, name)


def settle(rows: list[Row]) -> None:
    """Decide whose a trivial name is that several compounds have: see the module's words."""
    trusted = {key for row in rows for key in row.trusted}
    claims: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        row.trivial = {key: value for key, value in row.trivial.items() if key not in trusted}
        for key in row.trivial:
            claims[key].append(row)
    for key, claimed in claims.items():
        if len(claimed) == 1:
            continue
        plain = [row for row in claimed if flat(row.smiles) == row.smiles]
        if len({flat(row.smiles) for row in claimed}) == 1 and plain:
            kept = plain
        else:
            early = [row for row in claimed if row.trivial[key][0] < EARLY]
            kept = early or claimed
        for row in claimed:
            if row not in kept:
                del row.trivial[key]


def printed(name: str) -> str:
    """Give locants and descriptors their capitals back."""
    name = re.sub(r"(?<![a-z])n(?=['\d]*[,-])", "N", name)
    name = re.sub(r"(?<![a-z])([dl]|dl)-(?=[a-z])", lambda m: m[0].upper(), name)
    name = re.sub(r"\((\d*[rsez](?:,\d*[rsez])*)\)", lambda m: m[0].upper(), name)
    return re.sub(r"(?<=\d)h(?=[-,])", "H", name)


def written(row: Row) -> tuple[str, str, str, str] | None:
    """Write a row: the names that stand first in the table, those that OPSIN reads and those that it cannot."""
    order = {spelling(name.strip().casefold()): i for i, name in reversed(list(enumerate(row.given)))}
    read = sorted(row.trusted, key=lambda key: order[key])[:MOST_READ]
    trivial = sorted((value[0], key) for key, value in row.trivial.items())[:MOST_TRIVIAL]
    keys = sorted({*read, *(key for _, key in trivial)}, key=lambda key: order[key])
    names = [printed(row.trusted.get(key) or row.trivial[key][1]) for key in keys]
    return (names[0], "; ".join(names[1:]), row.cas, row.smiles) if names else None


def main() -> None:
    """Write the list and count what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chemicals", type=Path, help="folder of the unpacked package")
    parser.add_argument("--opsin", type=Path, required=True, help="jar of OPSIN")
    parser.add_argument("--out", type=Path, default=HOME / "names.csv")
    given = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")
    rows = read_rows(given.chemicals)
    sort_names(rows, given.opsin)
    settle(rows)
    lines = sorted(line for row in rows if (line := written(row)))
    with given.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "aliases", "cas", "smiles"))
        writer.writerows(lines)
    n_names = Counter(1 + line[1].count("; ") + (not line[1]) * -1 for line in lines)
    print(f"{len(rows)} compounds, {len(lines)} with names; aliases a row: {sorted(n_names.items())}")


if __name__ == "__main__":
    main()
