"""Advice: first plans beside practice, printed procedures beside ours, and what moved since the last time.

    python tests/benchmarks/advice.py [--out DIR] [--data DIR] [--only Q01 Q02 ...]

It plans every row of ``advice_pairs.csv``, checks the laws of ``tests/advice_laws.py``, prints what moved against
``advice.csv`` and then writes that file anew: it is the ledger of moved numbers. ``ADVICE.md`` shows the same for
reading. Procedures of patents are read from ``../shared/data`` beside the repository; without that folder their
tables are left as they were. ``--only`` prints and writes nothing.

A row of ``advice_pairs.csv`` says what practice does in words with their grade (A read, B recalled, C judgement), and
in four fields what the verdict is computed from: reductants that practice takes, the carbonyl that it charges per
amine, and whether the reaction works (yes: 60 % of the target or more; poor: less; no: under 30 %).
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from validation import DATA, SOLVENTS, read, table  # noqa: E402

import planner  # noqa: E402
from advice_laws import broken, off_notebook  # noqa: E402
from planner.errors import PlannerError  # noqa: E402
from planner.model.parameters import load_model  # noqa: E402
from planner.plans.recommendation import Plan, Recommendation, Strategy  # noqa: E402

Row = dict[str, str]
TUPLES = ("reductants", "solvents", "avoid", "sensitive", "exclude_reductants")
"""Fields of a request that take several words, joined by ``+``."""
PROCEDURE = (
    "reductant", "addition", "solvent", "carbonyl_equivalents", "reductant_equivalents", "acid_equivalents",
    "concentration_M", "temperature_C", "addition_time_h", "imine_time_h", "hold_time_h", "hydride_portions",
    "hydride_temperature_C",
)  # fmt: skip
MOVES = ("reductant", "addition", "solvent", "carbonyl_equivalents", "reductant_equivalents", "strategies", "useful",
         "laws", "verdict")  # fmt: skip
"""What counts as moved where it differs at all; the target, where it moves by more than a point."""
COLUMNS = (
    "id", "amine", "carbonyl", "request", *PROCEDURE, "target", "low", "high", "over", "alcohol", "basis", "useful",
    "listed", "strategies", "finer", "laws", "verdict",
)  # fmt: skip
FAMILIES = {
    "alcohol": ("MeOH", "EtOH", "iPrOH", "TFE"),
    "aqueous": ("water",),
    "aprotic": ("DCE", "DCM", "THF", "MeCN", "EtOAc", "toluene", "DMF", "DMA", "NMP"),
}
NEAR_EQUIVALENTS, NEAR_HOURS, NEAR_K = 0.3, 2.0, 15.0
"""Agreement with a printed procedure: equivalents, factor of the hours, temperature."""
WORKS, FAILS = 0.6, 0.3
COMPARED = ("reductant", "excess", "hydride", "solvent", "hours", "temperature")
SHORT = {"all_at_once": "all at once", "imine_first": "imine first", "slow_carbonyl": "slow carbonyl",
         "slow_amine": "slow amine"}  # fmt: skip


def asked(words: str) -> dict[str, object]:
    """Read what a row asks for: ``field=value;field=value``."""
    found: dict[str, object] = {}
    for part in filter(None, words.split(";")):
        name, _, value = part.partition("=")
        try:
            found[name] = tuple(value.split("+")) if name in TUPLES else float(value)
        except ValueError:
            found[name] = value
    return found


# --- pairs ---


def judged(row: Row) -> Row:
    """Plan a pair, and write its line of the ledger."""
    told = {name: row[name] for name in ("id", "amine", "carbonyl", "request")}
    try:
        plan = planner.recommend(row["amine"], row["carbonyl"], **asked(row["request"]))
    except PlannerError as error:
        return dict.fromkeys(COLUMNS, "") | told | {"verdict": f"refused: {error}"}
    r = plan.best
    t, p = r.prediction.target_fraction, r.prediction
    return told | {
        **{name: _plain(getattr(r.procedure, name)) for name in PROCEDURE},
        "target": f"{t.mean:.3f}",
        "low": f"{t.low:.3f}",
        "high": f"{t.high:.3f}",
        "over": f"{p.over_alkylation.mean:.3f}",
        "alcohol": f"{p.alcohol.mean * r.procedure.carbonyl_equivalents:.2f}",
        "basis": plan.request.basis,
        "useful": "yes" if plan.useful else "no",
        "listed": " | ".join(
            f"{x.procedure.reductant} {100 * x.prediction.target_fraction.mean:.0f}"
            for x in plan.recommendations
        ),
        "strategies": " | ".join(strategy_words(way) for way in plan.strategies),
        "finer": " ".join(off_notebook(plan, r)),
        "laws": " | ".join(broken(plan)),
        "verdict": verdict(row, plan),
    }


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def strategy_words(way: Strategy) -> str:
    """Write a strategy with its number and its steps."""
    if way.target_fraction is None:
        return way.name
    steps = f" +{way.extra_steps} steps" if way.extra_steps else ""
    per = "" if way.basis == "amine" else " per carbonyl"
    return f"{way.name} {100 * way.target_fraction.mean:.0f} %{per}{steps}"


def verdict(row: Row, plan: Plan) -> str:
    """Say where the first plan differs from practice."""
    p, mean = plan.best.procedure, plan.best.prediction.target_fraction.mean
    against = []
    takes = row["reductants"].split("|") if row["reductants"] else []
    if takes and p.reductant not in takes:
        against.append(f"{p.reductant}, not {' or '.join(takes)}")
    low, high = float(row["carbonyl_low"]), float(row["carbonyl_high"])
    if not low - 1e-9 <= p.carbonyl_equivalents <= high + 1e-9:
        against.append(f"{p.carbonyl_equivalents:g} eq carbonyl, not {low:g} to {high:g}")
    works = "yes" if mean >= WORKS else "poor" if mean >= FAILS else "no"
    if works != row["works"]:
        said = {"yes": "works", "poor": "is poor", "no": "fails"}
        against.append(f"{said[works]} here, {said[row['works']]} in practice")
    return "; ".join(against) or "agrees"


def moved(before: Iterable[Mapping[str, str]], after: Sequence[Row]) -> Iterator[str]:
    """Say what differs from the last ledger, row by row."""
    old = {row["id"]: row for row in before}
    for row in after:
        last = old.pop(row["id"], None)
        if last is None:
            yield f"{row['id']}: new"
            continue
        what = [f"{n} {last.get(n) or '-'} -> {row[n] or '-'}" for n in MOVES if last.get(n, "") != row[n]]
        means = [float(x.get("target") or -1.0) for x in (last, row)]
        if abs(means[0] - means[1]) > 0.01:
            what.append(f"target {100 * means[0]:.1f} -> {100 * means[1]:.1f} %")
        if what:
            yield f"{row['id']} ({row['amine']} + {row['carbonyl']}): {'; '.join(what)}"
    yield from (f"{name}: gone" for name in old)


# --- patents ---


def compared(row: Row, r: Recommendation) -> dict[str, bool | None]:
    """Set a printed procedure beside a plan; None where it does not say."""
    p, is_carbonyl = r.procedure, row["basis"] == "carbonyl"
    charge, hydride = float(row["carbonyl_equivalents"]), float(row["reductant_equivalents"])
    ours = p.carbonyl_equivalents, p.reductant_equivalents
    theirs = charge, hydride
    if is_carbonyl:  # per mole of the precious partner: amine and hydride per carbonyl
        ours, theirs = ((1.0 / c, h / c) for c, h in (ours, theirs))
    solvent = SOLVENTS.get(row["solvent"], {"solvent": row["solvent"]})["solvent"]
    return {
        "reductant": p.reductant == row["reductant"],
        "excess": abs(ours[0] - theirs[0]) <= NEAR_EQUIVALENTS + 1e-9,
        "hydride": abs(ours[1] - theirs[1]) <= NEAR_EQUIVALENTS + 1e-9,
        "solvent": family(p.solvent) == family(solvent) if solvent else None,
        "hours": _within(p.hold_time_h, float(row["time_h"])) if row["time_h"] else None,
        "temperature": (
            abs(p.temperature_C - float(row["temperature_C"])) <= NEAR_K if row["temperature_C"] else None
        ),
    }


def family(solvent: str) -> str:
    """Name the family of a solvent; chlorinated ones are aprotic."""
    return next((name for name, members in FAMILIES.items() if solvent in members), solvent)


def _within(hours: float, printed: float) -> bool:
    return printed / NEAR_HOURS - 1e-9 <= hours <= printed * NEAR_HOURS + 1e-9


def patents(data: Path) -> tuple[list[Row], dict[str, dict[str, list[bool]]], list[str]]:
    """Plan every row of the patents, free and with its own reductant; lines, what agrees, and broken laws."""
    lines, broke = [], []
    agree: dict[str, dict[str, list[bool]]] = {way: {n: [] for n in COMPARED} for way in ("free", "own")}
    for row in read("patent_procedures.csv", data):
        line = {"id": row["id"], "printed": printed_words(row)}
        for way, reductants in (("free", None), ("own", (row["reductant"],))):
            pair = row["amine_smiles"], row["carbonyl_smiles"]
            try:
                plan = planner.recommend(*pair, basis=row["basis"], reductants=reductants)
            except PlannerError as error:
                line |= {way: f"refused: {error}", f"{way} differs": ""}
                continue
            same = compared(row, plan.best)
            for name, holds in same.items():
                agree[way][name] += [] if holds is None else [holds]
            line[way] = procedure_words(plan.best)
            line[f"{way} differs"] = ", ".join(n for n, holds in same.items() if holds is False) or "agrees"
            broke += [f"{row['id']}, {way}: {words}" for words in broken(plan)]
        lines.append(line)
    return lines, agree, broke


def printed_words(row: Row) -> str:
    """Write a printed procedure in a phrase."""
    parts = [
        f"{row['reductant']} {row['reductant_equivalents']} eq",
        f"carbonyl {row['carbonyl_equivalents']}",
    ]
    parts += [f"AcOH {row['acid_equivalents']}"] if row["acid_equivalents"] else []
    parts += [row["solvent"]] if row["solvent"] else []
    parts += [f"{row['temperature_C']} C"] if row["temperature_C"] else []
    parts += [f"{row['time_h']} h"] if row["time_h"] else []
    return f"{', '.join(parts)}: {row['isolated_target_pct']} % per {row['basis']}"


def procedure_words(r: Recommendation) -> str:
    """Write a procedure of ours in a phrase."""
    p, t = r.procedure, r.prediction.target_fraction
    times = [f"{p.imine_time_h:g} h imine"] if p.imine_time_h else []
    times += [f"fed {p.addition_time_h:g} h"] if p.addition_time_h else []
    acid = f", AcOH {p.acid_equivalents:g}" if p.acid_equivalents else ""
    return (
        f"{p.reductant} {p.reductant_equivalents:g} eq, carbonyl {p.carbonyl_equivalents:g}{acid}, {p.solvent} "
        f"{p.concentration_M:g} M, {SHORT[p.addition]}, {p.temperature_C:g} C, "
        f"{' + '.join([*times, f'{p.hold_time_h:g} h'])}: {100 * t.mean:.0f} % ({100 * t.low:.0f}-{100 * t.high:.0f})"
    )


# --- words ---


def pair_table(pairs: Sequence[Row], rows: Sequence[Row]) -> str:
    """Show the first plans beside practice."""
    body = []
    for asked_for, row in zip(pairs, rows, strict=True):
        plan = _row_words(row) if row["reductant"] else "-"
        note = f" **{row['laws']}**" if row["laws"] else ""
        body.append(
            [
                f"{row['id']} {asked_for['case']}".strip(),
                f"{asked_for['kind']}: `{row['amine']}` + `{row['carbonyl']}` {_code(row['request'])}".strip(),
                plan,
                row["strategies"].replace(" | ", "; ").replace("_", " "),
                f"{asked_for['practice']} [{asked_for['grade']}]",
                row["verdict"].replace("|", "or") + note,
            ]
        )
    return table(["row", "pair", "first plan", "strategies", "practice [grade]", "verdict"], body)


def _code(words: str) -> str:
    return f"`{words}`" if words else ""


def _row_words(row: Row) -> str:
    """Write a line of the ledger as a procedure."""
    times = [f"{row['imine_time_h']} h imine"] if row["imine_time_h"] != "0" else []
    times += [f"fed {row['addition_time_h']} h"] if row["addition_time_h"] != "0" else []
    cold = (
        f", hydride in {row['hydride_portions']} at {row['hydride_temperature_C']} C"
        if row["hydride_portions"] != "1"
        else ""
    )
    interval = "-".join(f"{100 * float(row[n]):.0f}" for n in ("low", "high"))
    return (
        f"{row['reductant']} {row['reductant_equivalents']} eq, carbonyl {row['carbonyl_equivalents']}, "
        f"AcOH {row['acid_equivalents']}, {row['solvent']} {row['concentration_M']} M, {SHORT[row['addition']]}, "
        f"{row['temperature_C']} C{cold}, {' + '.join([*times, row['hold_time_h'] + ' h'])}: "
        f"**{100 * float(row['target']):.0f} %** ({interval}){'' if row['useful'] == 'yes' else ', not useful'}"
    )


def shares(agree: Mapping[str, Mapping[str, Sequence[bool]]]) -> str:
    """Show the share of the printed fields that agree."""
    body = [
        [way, *(f"{sum(found)} of {len(found)}" if found else "-" for found in by_field.values())]
        for way, by_field in agree.items()
    ]
    return table(["plan", *COMPARED], body)


def text(pairs: Sequence[Row], rows: Sequence[Row], of_patents: str) -> str:
    """Write the report."""
    model = load_model()
    agreeing = sum(row["verdict"] == "agrees" for row in rows)
    breaking = sum(bool(row["laws"]) for row in rows)
    return "\n\n".join(
        [
            "# Advice",
            f"Written by `python tests/benchmarks/advice.py`; model {model.name} {model.sha256[:12]}, seed 0. The "
            "numbers of the last run stand in `advice.csv`; the command prints what moved against it.",
            f"## Pairs\n\n{len(rows)} pairs; {agreeing} first plans agree with practice, {breaking} plans break a law "
            "(bold). Target per amine unless the request says `basis=carbonyl`; mean (5 to 95 %). Grades of what "
            "practice does: A read, B recalled, C judgement.",
            pair_table(pairs, rows),
            moves_text(rows),
            of_patents,
        ]
    )


MOVED = "## What the parts of the flask changed"


def moves_text(rows: Sequence[Row]) -> str:
    """Set each first plan beside that of the day before the parts, with a chemist's line about the change."""
    now = {row["id"]: row for row in rows}
    moves = [move for move in read("advice_moves.csv", HERE) if move["id"] in now]
    counts = {word: sum(move["agrees"] == word for move in moves) for word in ("yes", "partly", "no")}
    lines = [
        [
            move["id"],
            f"{move['before']}: {100 * float(move['target_before']):.0f} %",
            f"{short_plan(now[move['id']])}: {100 * float(now[move['id']]['target']):.0f} %",
            move["agrees"],
            move["why"],
        ]
        for move in moves
    ]
    said = ", ".join(f"{n} {word}" for word, n in counts.items())
    return (
        f"{MOVED}\n\nFirst plans of the pairs that charges, acid, aldol, slow paraformaldehyde and the iminium cycle "
        f"moved, before and now, and whether a chemist agrees with the change ({said}; judgement, C): "
        "`advice_moves.csv`.\n\n" + table(["row", "before", "now", "agrees", "why"], lines)
    )


def short_plan(row: Mapping[str, str]) -> str:
    """Write the words and charges of a plan."""
    way, charge = SHORT[row["addition"]], f"{row['carbonyl_equivalents']} eq, AcOH {row['acid_equivalents']}"
    return f"{row['reductant']}, {way}, {row['solvent']}, {charge}"


PATENTS = "## Printed procedures"


def patent_text(data: Path) -> tuple[str, list[str]]:
    """Write the comparison with the patents, and what its plans break."""
    lines, agree, broke = patents(data)
    head = ["id", "printed", "free", "free differs", "own", "own differs"]
    found = [f"Laws broken: {len(broke)}.", *(f"* {words}" for words in broke)]
    return (
        "\n\n".join(
            [
                PATENTS,
                "US patents (Open Reaction Database), beside the plan without limits (free) and with the patent's "
                "reductant (own). Agreement: the same reductant; excess partner and hydride per precious partner "
                "within 0.3 eq; family of the solvent; hours of the hold within a factor of 2; temperature within 15 "
                "K; where it is printed.",
                shares(agree),
                table(head, [[line[name] for name in head] for line in lines]),
                "\n".join(found) + "\n",
            ]
        ),
        broke,
    )


def kept_text(report: Path) -> str:
    """Keep the patents' part of the last report."""
    last = report.read_text(encoding="utf-8") if report.is_file() else ""
    return PATENTS + last.partition(PATENTS)[2] if PATENTS in last else ""


def main() -> int:
    """Plan, compare, print what moved, write; 1 where a law is broken."""
    parser = argparse.ArgumentParser(
        description="Compare the first plans with practice and with the last time."
    )
    parser.add_argument("--out", type=Path, default=HERE, help="where the report and the ledger are")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the patent procedures")
    parser.add_argument("--only", nargs="+", help="rows to print; nothing is written")
    given = parser.parse_args()
    pairs = [row for row in read("advice_pairs.csv", HERE) if not given.only or row["id"] in given.only]
    started, rows = time.perf_counter(), []
    for row in pairs:
        rows.append(judged(row))
        print(rows[-1]["id"], rows[-1]["verdict"], rows[-1]["laws"] and f"LAW {rows[-1]['laws']}", flush=True)
    if given.only:
        print(pair_table(pairs, rows))
        return 0
    ledger, report = given.out / "advice.csv", given.out / "ADVICE.md"
    before = read(ledger.name, given.out) if ledger.is_file() else []
    if (given.data / "patent_procedures.csv").is_file():
        of_patents, broke = patent_text(given.data)
    else:
        print(
            f"no data at {given.data}: the printed procedures stay as they were; give the folder with --data"
        )
        of_patents, broke = kept_text(report), []
    changes = list(moved(before, rows))
    with ledger.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    report.write_text(text(pairs, rows, of_patents), encoding="utf-8")
    print("\n".join(["", "Moved since the last time:", *(changes or ["nothing"])]))
    n_broken = sum(bool(row["laws"]) for row in rows) + len(broke)
    print(f"{len(rows)} pairs, {n_broken} broken laws, {time.perf_counter() - started:.0f} s")
    return 1 if n_broken else 0


if __name__ == "__main__":
    sys.exit(main())
