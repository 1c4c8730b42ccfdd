"""Fill the blanks of ``models/reagents.csv``: densities of liquids at 25 C and boiling points at 1 atm.

    python tests/benchmarks/liquids.py chemicals

``chemicals`` is the unpacked package of that name (1.5.2). A density is, in this order, the DIPPR equation 105 of
Perry's Handbook at 298.15 K, equation 2 of the VDI Heat Atlas (PPDS) at 298.15 K, or the value of the CRC Handbook,
whose last digits are the temperature (``981.32`` is 0.9813 g/mL at 20 C), brought to 25 C by an expansion of 0.1 %
per K: that of organic liquids lies between 0.08 and 0.13 %, so that 5 K cost 0.0015 of it at most. Gases and solids
stay blank. A boiling point is that of the CRC Handbook, else of Yaws; where both have one and differ by more than
``MOST_APART`` it stays blank. What has a value keeps it.
"""

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

CATALOGUE = Path(__file__).parents[2] / "models" / "reagents.csv"
ROOM_K, ZERO_K, MOST_APART = 298.15, 273.15, 6.0
PERRY, VDI = "Perry 8th ed., equation 105", "VDI Heat Atlas, PPDS equation 2"
CRC_HERE, CRC_MOVED = "CRC Handbook, at 25 C", "CRC Handbook, at {:.0f} C, brought to 25 C by 0.1 % per K"
CRC_OPEN = "CRC Handbook, temperature not stated"
DOUBTED = {
    "75-97-8": "pinacolone, a tenth below the additive molar volume and below what bottles say",
    "504-03-0": "2,6-dimethylpiperidine, below what bottles say",
    "10312-83-1": "methoxyacetaldehyde, 13 % above the additive molar volume",
    "107-22-2": "glyoxal, which is not sold pure",
}
"""CRC densities that are not believed. All others lie within a tenth of an additive molar volume that was fitted to the
284 liquids of Perry and the VDI Heat Atlas (standard deviation 3.4 %)."""
Table = Mapping[str, Mapping[str, str]]


def read_table(file: Path, sign: str = "\t") -> Table:
    """Read a table of the package by CAS number."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["CAS"]: row for row in csv.DictReader(lines, delimiter=sign)}


def perry(row: Mapping[str, str], molar_mass: float) -> float | None:
    """Density of DIPPR equation 105, in mol/m3 there."""
    c1, c2, c3, c4, low, high = (float(row[name]) for name in ("C1", "C2", "C3", "C4", "Tmin", "Tmax"))
    if not low <= ROOM_K <= high:
        return None
    return c1 / c2 ** (1.0 + (1.0 - ROOM_K / c3) ** c4) * molar_mass * 1e-6


def vdi(row: Mapping[str, str]) -> float:
    """Density of PPDS equation 2 (DIPPR 116), in kg/m3 there."""
    tau = 1.0 - ROOM_K / float(row["Tc"])
    terms = zip("ABCD", (0.35, 2 / 3, 1.0, 4 / 3), strict=True)
    return (float(row["rhoc"]) + sum(float(row[c]) * tau**power for c, power in terms)) * 1e-3


def crc(text: str) -> tuple[float, str]:
    """Density of the CRC Handbook with where it is from; the digits after the fourth place are the temperature."""
    whole, _, digits = text.partition(".")
    place, degrees = digits[:1], digits[1:]
    if not degrees:
        return float(text) * 1e-3, CRC_OPEN
    if degrees == "5":  # three places, and 25
        place, degrees = "0", place + degrees
    at = int(degrees) * (10 if len(degrees) == 1 else 1)
    value = float(f"{whole}.{place}") * 1e-3 * (1.0 - 1e-3 * (ROOM_K - ZERO_K - at))
    return value, CRC_HERE if at == 25 else CRC_MOVED.format(at)


def temperature(*texts: str | None) -> float | None:
    """Take the first temperature that is there [K]."""
    return next((float(text) for text in texts if text), None)


def main(folder: Path) -> None:
    """Fill what is blank and write the file again."""
    organic = read_table(folder / "Misc" / "Physical Constants of Organic Compounds.csv")
    melting = read_table(folder / "Phase Change" / "OpenNotebook Melting Points.tsv")
    yaws = read_table(folder / "Phase Change" / "Yaws Boiling Points.tsv")
    perrys = read_table(folder / "Density" / "Perry Parameters 105.tsv")
    vdis = read_table(folder / "Density" / "VDI PPDS Density of Saturated Liquids.tsv")
    with CATALOGUE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        known = organic.get(row["cas"], {})
        boils = [temperature(known.get("Tb")), temperature(yaws.get(row["cas"], {}).get("Tb"))]
        both = [k for k in boils if k is not None]
        if row["stock_M"] or "." in row["smiles"] or row["role"] not in ("amine", "carbonyl", "acid", "base"):
            continue
        if "solid" in row["note"]:
            continue
        if both and not row["boiling_point_C"] and max(both) - min(both) <= MOST_APART:
            row["boiling_point_C"] = f"{both[0] - ZERO_K:.0f}"
            row["boiling_point_source"] = "CRC Handbook" if boils[0] else "Yaws"
        melts = temperature(known.get("Tm"), melting.get(row["cas"], {}).get("Tm"))
        is_liquid = (melts or 0.0) < ROOM_K < max(both, default=0.0)
        if row["density_g_per_mL"] or not is_liquid:
            continue
        found: tuple[float | None, str] = (None, "")
        if row["cas"] in perrys:
            found = perry(perrys[row["cas"]], molar_mass(row["smiles"])), PERRY
        if found[0] is None and row["cas"] in vdis:
            found = vdi(vdis[row["cas"]]), VDI
        if found[0] is None and known.get("rho") and row["cas"] not in DOUBTED:
            found = crc(known["rho"])
        if found[0] is not None:
            row["density_g_per_mL"], row["density_source"] = f"{found[0]:.3f}", found[1]
    with CATALOGUE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def molar_mass(smiles: str) -> float:
    """Molar mass [g/mol]."""
    from rdkit import Chem
    from rdkit.Chem import Descriptors

    return float(Descriptors.MolWt(Chem.MolFromSmiles(smiles)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
