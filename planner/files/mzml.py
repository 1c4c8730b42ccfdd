"""mzML: the peak lists of an open format for mass spectra, read without a library of its own.

Every spectrum of MS level 1 gives its peaks with its retention time [min]. Arrays are 32- or 64-bit floats, little
endian, plain or compressed by zlib; others are refused.

References
----------
Martens et al., Mol. Cell. Proteomics 2011, 10, R110.000133 (recalled); accession numbers of the PSI-MS vocabulary.
"""

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from planner.errors import TableError
from planner.files.exports import MOST_ROWS

MZ, INTENSITY, WIDE, ZLIB, LEVEL, START, SECOND = (
    "MS:1000514", "MS:1000515", "MS:1000523", "MS:1000574", "MS:1000511", "MS:1000016", "UO:0000010",
)  # fmt: skip
NARROW, PLAIN = "MS:1000521", "MS:1000576"
NEGATIVE = "MS:1000129"
LARGEST_ARRAY = 50_000_000
"""Bytes of one array after decompression."""


def is_mzml(content: bytes) -> bool:
    """Tell mzML from other tables by its first element."""
    return b"mzML" in content[:2000] and content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def read_mzml(content: bytes) -> list[tuple[float, float, float | None]]:
    """Read the peaks of all spectra of level 1: m/z, intensity, retention time [min].

    Raises
    ------
    TableError
        If it is not mzML, holds no spectrum of level 1, was measured in negative mode, or has too many peaks.
    """
    if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        raise TableError("the mzML file declares entities; expected plain mzML: convert it again")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise TableError(f"the mzML file cannot be read ({error}); convert it again") from error
    peaks: list[tuple[float, float, float | None]] = []
    for spectrum in root.iter():
        if _tag(spectrum) == "spectrum":
            peaks += _peaks(spectrum)
            if len(peaks) > MOST_ROWS:
                raise TableError(
                    f"the mzML file has more than {MOST_ROWS} peaks; export one scan, or centroids above a threshold"
                )
    if not peaks:
        raise TableError("the mzML file has no peaks of MS level 1; export centroids of a full scan")
    return peaks


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _terms(element: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """List the terms of the vocabulary that stand in an element."""
    return {child.get("accession", ""): child for child in element if _tag(child) == "cvParam"}


def _peaks(spectrum: ElementTree.Element) -> Iterator[tuple[float, float, float | None]]:
    """Read one spectrum."""
    terms = _terms(spectrum)
    if LEVEL in terms and terms[LEVEL].get("value") not in ("1", None):
        return
    if NEGATIVE in terms:
        raise TableError("the spectra were measured in negative mode; expected positive electrospray")
    arrays: dict[str, tuple[float, ...]] = {}
    for element in spectrum.iter():
        if _tag(element) == "binaryDataArray":
            own = _terms(element)
            for kind in (MZ, INTENSITY):
                if kind in own:
                    arrays[kind] = _numbers(element, own)
    time = _time(spectrum)
    if len(arrays.get(MZ, ())) != len(arrays.get(INTENSITY, ())):
        raise TableError("a spectrum of the mzML file has not as many m/z as intensities; convert it again")
    for mz, intensity in zip(arrays.get(MZ, ()), arrays.get(INTENSITY, ()), strict=True):
        if intensity > 0:
            yield mz, intensity, time


def _time(spectrum: ElementTree.Element) -> float | None:
    """Find the retention time [min]."""
    for element in spectrum.iter():
        if _tag(element) == "cvParam" and element.get("accession") == START:
            text = element.get("value", "")
            try:
                value = float(text)
            except ValueError:
                raise TableError(
                    f"a time of the mzML file is {text!r:.40}; expected a number: convert it again"
                ) from None
            return value / 60.0 if element.get("unitAccession") == SECOND else value
    return None


def _numbers(element: ElementTree.Element, terms: dict[str, ElementTree.Element]) -> tuple[float, ...]:
    """Decode one array."""
    if not (WIDE in terms or NARROW in terms) or not (ZLIB in terms or PLAIN in terms):
        raise TableError(
            "an array of the mzML file is neither 32- nor 64-bit floats, or compressed otherwise than by zlib; "
            "convert it again with zlib or without compression"
        )
    text = next((child.text or "" for child in element if _tag(child) == "binary"), "")
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
        if ZLIB in terms:
            inflate = zlib.decompressobj()
            raw = inflate.decompress(raw, LARGEST_ARRAY)
            if inflate.unconsumed_tail:
                raise TableError("an array of the mzML file is too large; export one scan")
        size, letter = (8, "d") if WIDE in terms else (4, "f")
        return struct.unpack(f"<{len(raw) // size}{letter}", raw[: len(raw) // size * size])
    except (binascii.Error, zlib.error, struct.error) as error:
        raise TableError(f"an array of the mzML file cannot be read ({error}); convert it again") from error
