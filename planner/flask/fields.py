"""Fields: what a field of a procedure is and what an addition does, written once.

The hydride comes at once, or in equal portions over ``hydride_time_h`` from the moment at which it would come at
once. Command-line options, the app's panel, bounds, the search, rounding, reasons, tables and axes read ``FIELDS``;
times, feeds, charges, schedules and maps read ``ADDITIONS``.

====================  =========================================================  ======================
addition              waits in the flask                                         comes later
====================  =========================================================  ======================
all_at_once           everything                                                 --
slow_carbonyl         amine, hydride, acid                                       carbonyl, as a solution
slow_amine            carbonyl, hydride, acid                                    amine, as a solution
imine_first           amine, carbonyl, acid, for ``imine_time_h``                hydride, as a solid
====================  =========================================================  ======================
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

ALL_AT_ONCE, SLOW_CARBONYL, SLOW_AMINE, IMINE_FIRST = (
    "all_at_once",
    "slow_carbonyl",
    "slow_amine",
    "imine_first",
)
WATERS = ("dry", "wet", "sieves")
QUENCHES = ("aqueous", "borohydride")


class Addition(NamedTuple):
    """What waits in the flask and what comes later."""

    words: str
    """In a phrase."""
    fed: tuple[str, ...] = ()
    """Partners that come later, as a solution, during ``time``."""
    hydride_last: bool = False
    """Whether the hydride comes later, as a solid, after ``time``."""
    time: str | None = None
    """The one field of time that it has; None: everything comes at once."""
    stretched: str = ""
    """The addition that it becomes where its time is varied; its own name where empty."""
    time_words: str = ""
    """What that time is."""

    @property
    def takes_portions(self) -> bool:
        """Whether the hydride may come in portions: it is not there while a partner is fed."""
        return not self.fed


ADDITIONS: Mapping[str, Addition] = {
    ALL_AT_ONCE: Addition("all at once", stretched=SLOW_CARBONYL),
    SLOW_CARBONYL: Addition(
        "slow carbonyl", fed=("carbonyl",), time="addition_time_h", time_words="carbonyl added over"
    ),
    SLOW_AMINE: Addition("slow amine", fed=("amine",), time="addition_time_h", time_words="amine added over"),
    IMINE_FIRST: Addition(
        "imine first", hydride_last=True, time="imine_time_h", time_words="imine formed for"
    ),
}
"""By the word that a procedure holds."""


class Field(NamedTuple):
    """What a field of a procedure is."""

    label: str
    """On the panel and on axes, with its unit."""
    help: str
    """One line."""
    phrase: str = "{}"
    """How its value is said in a phrase."""
    short: str = ""
    """Heading in a table of recommendations; not a column where empty."""
    unit: str = ""
    """In messages."""
    bounds: tuple[float, float] | None = None
    """Smallest and largest number that is computed; None: a word."""
    smallest: float = 0.0
    """Smallest number besides 0 that is computed."""
    whole: bool = False
    """Whether it counts something."""
    words: tuple[str, ...] = ()
    """Words that it may be; a name of the model's where there are none."""
    of_flask: bool = False
    """Whether its default is the flask's, whatever the reductant."""
    slider: tuple[float, float, float] = (0.0, 1.0, 0.1)
    """Left end, right end and step on the panel."""
    log: bool = False
    """Whether it is searched on a logarithmic scale."""
    grid: tuple[float, float, float] = (0.05, 0.05, 0.0)
    """Bench step of small values, that of larger ones, and where these begin."""
    nudge: float | None = None
    """A step off the optimum that a reason tells the price of; half of the value where None."""


def _equivalents(label: str, help: str, phrase: str, **more: Any) -> Field:
    """Write the row of an amount per mole of amine."""
    return Field(label, help, phrase, unit="equivalents", bounds=(0.0, 50.0), **more)


def _hours(label: str, help: str, phrase: str, **more: Any) -> Field:
    """Write the row of a time."""
    return Field(label, help, phrase, unit="h", bounds=(0.0, 168.0), log=True, grid=(0.25, 0.5, 4.0), **more)


def _assay(partner: str, title: str) -> Field:
    """Write the row of an assay: what is in the flask per mole on the label."""
    return Field(
        f"{title} assay", f"Mass fraction of the {partner} in what is weighed; its class's usual when absent.",
        f"{partner} assay {{:g}}", unit="(a mass fraction, 0.95 for 95 %)", bounds=(0.3, 1.0), slider=(0.3, 1, 0.01),
        grid=(0.01, 0.01, 0.0),
    )  # fmt: skip


FIELDS: Mapping[str, Field] = {
    "reductant": Field(
        "Reductant", "STAB, NaBH3CN, NaBH4, 2-picoline borane or an alias.", short="reductant", of_flask=True
    ),
    "carbonyl_equivalents": _equivalents(
        "Carbonyl [equiv]", "Moles of carbonyl per mole of amine.", "carbonyl {:g} eq",
        short="carbonyl eq", smallest=1e-6, of_flask=True, slider=(0, 4, 0.05), log=True,
        grid=(0.01, 0.05, 2.0), nudge=0.1,
    ),
    "reductant_equivalents": _equivalents(
        "Reductant [equiv]", "Moles of reductant per mole of amine; the default follows the carbonyl.", "{:g} eq",
        short="reductant eq", slider=(0, 6, 0.05), log=True, nudge=0.5,
    ),
    "acid_equivalents": _equivalents(
        "Acetic acid [equiv]", "Moles of acetic acid per mole of amine.", "AcOH {:g} eq",
        short="acid eq", slider=(0, 4, 0.05), nudge=0.5,
    ),
    "addition": Field("Addition", f"{', '.join(ADDITIONS)}.", short="addition", words=tuple(ADDITIONS)),
    "addition_time_h": _hours(
        "Addition time [h]", "Length of a slow addition [h].", "over {:g} h", short="addition h", slider=(0, 12, 0.25)
    ),
    "imine_time_h": _hours(
        "Imine time [h]", "Time before the hydride is added, where the imine forms first [h].", "imine {:g} h",
        short="imine h", slider=(0, 24, 0.25),
    ),
    "hold_time_h": _hours(
        "Hold [h]", "Time after the addition, after the hydride, or from the start when all is added at once [h].",
        "hold {:g} h", short="hold h", slider=(0, 48, 0.5),
    ),
    "temperature_C": Field(
        "Temperature [°C]", "Temperature of the flask, throughout [°C].", "{:g} C", short="°C", unit="C",
        bounds=(-80.0, 150.0), of_flask=True, slider=(-20, 80, 1), grid=(5.0, 5.0, 0.0), nudge=10.0,
    ),
    "concentration_M": Field(
        "Amine [M]", "Amine charged over the final volume [M].", "{:g} M", unit="M", bounds=(0.0005, 10.0),
        of_flask=True, slider=(0.01, 1, 0.01),
    ),
    "feed_volume_fraction": Field(
        "Feed [share of volume]", "Share of the final volume that the feed solution brings.",
        unit="of the final volume", bounds=(0.0, 0.9), of_flask=True, slider=(0, 0.9, 0.05),
    ),
    "solvent": Field("Solvent", "Solvent name or alias.", short="solvent"),
    "water": Field("Water", f"{', '.join(WATERS)}.", "({})", words=WATERS, of_flask=True),
    "quench": Field("Quench", f"{' or '.join(QUENCHES)}.", "{} quench", words=QUENCHES, of_flask=True),
    "hydride_portions": Field(
        "Hydride portions", "Equal portions in which the hydride is added.", "in {:g} portions", unit="portions",
        bounds=(1.0, 12.0), whole=True, slider=(1, 12, 1), grid=(1.0, 1.0, 0.0), nudge=1.0,
    ),
    "hydride_time_h": _hours(
        "Hydride time [h]", "Time from the first portion of the hydride to the last [h].", "over {:g} h",
        slider=(0, 4, 0.25),
    ),
    "hydride_temperature_C": Field(
        "Hydride temperature [°C]", "Temperature from the first portion of the hydride to the last [°C].",
        "at {:g} C", unit="C", bounds=(-80.0, 150.0), slider=(-20, 80, 1), grid=(5.0, 5.0, 0.0), nudge=10.0,
    ),
    "amine_purity": _assay("amine", "Amine"),
    "carbonyl_purity": _assay("carbonyl", "Carbonyl"),
    "reductant_purity": _assay("reductant", "Reductant"),
}  # fmt: skip
"""By name, in the order of ``Procedure``."""
ASSAYS = {"amine": "amine_purity", "carbonyl": "carbonyl_purity", "reductant": "reductant_purity"}
"""Fields of what was assayed, by partner: facts of a bottle, which are stated or not, and never chosen."""
KINDS = {
    name: {"of the final volume": "fraction", "(a mass fraction, 0.95 for 95 %)": "fraction"}.get(
        f.unit, f.unit
    )
    for name, f in FIELDS.items()
    if f.bounds
}
"""How the number of each field is read where it is typed, as a kind of ``files.typed``."""
