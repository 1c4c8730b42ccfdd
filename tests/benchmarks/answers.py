"""Write down everything that the command line answers for a dozen pairs, to compare two commits byte by byte.

Run on each commit, in its own environment, then compare the folders:

    python tests/benchmarks/answers.py before
    python tests/benchmarks/answers.py after
    diff -r before after

What must differ is masked: hashes, the planner's version, dates and the folder itself. Only the contract's
commands are used, so that the script runs on any commit that has them.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PREDICTIONS = {
    "primary": ("NCc1ccccc1", "CCCC=O", "--addition slow_carbonyl --addition-time-h 2"),
    "ring_diamine": ("C1CNCCNC1", "O=Cc1cccs1", "--target mono --basis carbonyl --carbonyl-equivalents 0.2"),
    "ring_diamine_fed": ("C1CNCCN1", "O=Cc1ccccc1", "--addition slow_amine --addition-time-h 3"),
    "triamine": ("NCCNCCN", "O=C1CCCCC1", "--target di --acid-equivalents 1"),
    "ammonia": ("N", "O=Cc1ccccc1", "--reductant NaBH3CN --basis carbonyl --acid-equivalents 1"),
    "formalin": ("CCCCN", "37 % formalin", "--target di --water wet"),
    "paraformaldehyde": ("CCCCN", "C=O", "--target di"),
    "salt": ("NCc1ccccc1.Cl", "O=C1CCCCC1", "--reductant NaBH3CN --solvent MeOH"),
    "nabh4": ("NCCc1ccccc1", "O=Cc1ccccc1", "--reductant NaBH4 --addition imine_first --imine-time-h 2"),
    "borohydride_quench": ("NCC1CC1", "CC(C)C=O", "--quench borohydride --reductant NaBH4"),
    "sieves": ("Nc1ccccc1", "CC(C)=O", "--water sieves --temperature-c 40"),
    "picoline_borane": ("CNCc1ccccc1", "CCC=O", "--reductant pic-BH3 --solvent water"),
}
PLANS = {
    "all": ("NCc1ccccc1", "CCCC=O", "--max-over-alkylation 0.05"),
    "di": ("NCCN", "O=Cc1ccccc1", "--target di --reductant STAB"),
    "precious_carbonyl": ("C1CNCCNC1", "O=Cc1cccs1", "--basis carbonyl"),
    "isomer": ("NCCN", "O=Cc1ccccc1", "--target C(NCc1ccccc1)CNCc1ccccc1 --reductant NaBH4"),
    "formalin": ("benzylamine", "37 % formalin", "--target di --reductant STAB"),
    "ammonia": ("ammonia", "cyclohexanone", "--basis carbonyl --reductant NaBH3CN"),
    "salt": ("NCc1ccccc1.Cl", "CCCC=O", "--reductant STAB --addition slow_carbonyl"),
    "fed_amine": ("NCCNCCN", "CCCC=O", "--addition slow_amine --reductant STAB --top 2"),
    "held": ("CCCCN", "O=C1CCCCC1", "--temperature-c 25 --acid-equivalents 1 --solvent THF --solvent DCE"),
}
MASKS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"(default |numbers \()[0-9a-f]{12}\b"), r"\1<hash>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+\d:]*"), "<time>"),
    (re.compile(r'("contentSize": )"\d+"'), r"\1<size>"),
    (re.compile(r"^ *\d+ % [a-z].*\n", re.MULTILINE), ""),  # progress comes by the clock
)


def planner(out: Path, name: str, *words: str) -> None:
    """Run one command in the folder and keep what it prints."""
    command = [sys.executable, "-c", "from planner.cli import main; main()", *words]
    run = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)
    (out / name).write_text(f"{run.stdout}\nexit {run.returncode}\n{run.stderr}", encoding="utf-8")


def unpack(archive: Path) -> None:
    """Replace a zip by its contents."""
    if archive.is_file():
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(archive.with_suffix(".d"))
        archive.unlink()


def mask(file: Path, version: str) -> None:
    """Take out what may differ between two commits."""
    text = file.read_text(encoding="utf-8").replace(str(file.parent.resolve()), "<folder>")
    text = text.replace(f'"{version}"', '"<version>"').replace(f"planner {version}", "planner <version>")
    text = re.sub(rf",{re.escape(version)}(?=\r?\n)", ",<version>", text)
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    file.write_text(text, encoding="utf-8", newline="")


def main() -> None:
    """Write every answer into a fresh folder."""
    import planner as package

    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, (amine, carbonyl, options) in PREDICTIONS.items():
        for form in ("json", "table", "csv"):
            planner(
                out, f"{name}.predict.{form}", "predict", amine, carbonyl, *options.split(), "--format", form
            )
        asked = [w for w in options.split() if w not in ("--basis", "--target", "carbonyl", "mono", "di")]
        planner(out, f"{name}.sbml.txt", "sbml", amine, carbonyl, *asked, "--out", f"{name}.xml")
        planner(out, f"{name}.sites.json", "sites", amine, "--format", "json")
    planner(out, "sensitivity.json", "predict", "NCc1ccccc1", "CCCC=O", "--sensitivity", "--format", "json")
    planner(out, "models.json", "models", "--format", "json")
    for name, (amine, carbonyl, options) in PLANS.items():
        files = ("--csv", f"{name}.csv", "--save", f"{name}.plan.json")
        planner(out, f"{name}.recommend.txt", "recommend", amine, carbonyl, *options.split(), *files)
        planner(out, f"{name}.open.json", "open", f"{name}.plan.json", "--format", "json")
        files = ("--csv", f"{name}.charges.csv", "--html", f"{name}.html", "--eln", f"{name}.eln")
        planner(out, f"{name}.sheet.txt", "sheet", f"{name}.plan.json", "1 mmol", *files)
        planner(out, f"{name}.sheet.json", "sheet", f"{name}.plan.json", "1 mmol", "--format", "json")
        unpack(out / f"{name}.eln")
    for file in out.rglob("*"):
        if file.is_file():
            mask(file, package.__version__)
    print(f"{sum(f.is_file() for f in out.rglob('*'))} files in {out}")


if __name__ == "__main__":
    main()
