"""Numbers: the tables of a set's file become parameters, its citations sources, and each is held against what is known.

A file has a head, ``[sources.*]`` and tables of numbers, one to a table. A name must be known or an entry of a known
table, its unit the one that the name fixes; every source that is cited is defined, and every one that is defined cited.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from planner.errors import ParameterError, nearest
from planner.model import checks
from planner.model.checks import Table, checked, checked_record, optional, schema_of
from planner.model.quantities import Parameter, Quantity, Source, source_keys

Head = TypeVar("Head")
"""What a file says besides sources and numbers."""


def split_file(
    file: Table, head: type[Head], tables: Iterable[str], where: str, **known: Any
) -> tuple[Head, list[Source], Table]:
    """Part a file into its head, its sources and its numbers, whose names begin as ``tables`` do."""
    heads = {name.partition(".")[0] for name in tables}
    schema = [name for name in schema_of(head, where) if name not in known]
    for key, value in file.items():
        if key not in schema and key != "sources" and not (key in heads and isinstance(value, dict)):
            words = (*schema, "sources", *sorted(heads))
            raise ParameterError(
                f"{where}: unknown key {key!r}{nearest(key, words)}; known: {', '.join(words)}"
            )
    cited = checked({"sources": file.get("sources", {})}, where, {"sources": checks.table})["sources"]
    sources = [checked_record(Source, s, f"{where}: [sources.{key}]", key=key) for key, s in cited.items()]
    given = {key: value for key, value in file.items() if key in schema}
    numbers = {key: value for key, value in file.items() if key in heads}
    return checked_record(head, given, where, **known), sources, numbers


def read_parameters(
    numbers: Table,
    known: Mapping[str, Quantity],
    entries: Mapping[str, frozenset[str]],
    where: str,
    prefix: str,
) -> Iterator[Parameter]:
    """Build the numbers of a file; every name must be known, or an entry of a known table."""
    for name, leaf in checks.leaves(numbers):
        table, _, entry = name.rpartition(".")
        quantity = known.get(name) or known.get(f"{table}.*")
        if quantity is None:
            raise ParameterError(
                f"{where}: unknown number [{name}]{nearest(name, known)}; see `planner models`"
            )
        allowed = entries.get(quantity.entries) if name not in known else None
        if allowed is not None and entry not in allowed:
            raise ParameterError(
                f"{where}: [{name}]: {entry!r} is no {quantity.entries}{nearest(entry, allowed)}; "
                f"known: {', '.join(sorted(allowed))}"
            )
        yield _parameter(leaf, f"{prefix}{name}", where, quantity)


def _parameter(table: Table, name: str, where: str, quantity: Quantity) -> Parameter:
    """Build a number from its TOML table; ParameterError names the file and what was expected."""
    width = "sd" if quantity.linear else "log10_sd"
    schema: checks.Schema = {
        "value": checks.number,
        width: checks.number,
        "unit": checks.one_of(quantity.unit),
        "basis": checks.text,
        "source": checks.text,
        "note": optional(checks.text),
    }
    got = checked(table, f"{where}: [{name}]", schema)
    try:
        return Parameter(
            name=name, log10_sd=got.pop(width), linear=quantity.linear, part=quantity.part, **got
        )
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from None


def check_sources(
    own: Iterable[Source], inherited: Iterable[Source], cited: Iterable[tuple[str, str]], where: str
) -> None:
    """Every key that is cited must be defined; every own one must be cited."""
    defined = {source.key for source in own}
    used = set()
    for name, sources in cited:
        for key in source_keys(sources):
            if key not in defined and key not in {source.key for source in inherited}:
                raise ParameterError(
                    f"{where}: {name} cites {key!r}{nearest(key, defined)}; define [sources.{key}]"
                )
            used.add(key)
    if unused := sorted(defined - used):
        raise ParameterError(f"{where}: [sources.{unused[0]}] is cited by no number; cite it or delete it")


def merged(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sort sources by key; files may repeat one, but not with another text."""
    merged: dict[str, Source] = {}
    for source in sources:
        if merged.setdefault(source.key, source) != source:
            raise ParameterError(f"[sources.{source.key}] is defined twice, differently; make them equal")
    return tuple(merged[key] for key in sorted(merged))
