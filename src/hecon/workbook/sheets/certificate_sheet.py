"""The certificate as a sheet of the workbook that it is about: put into the finished file, no other part of which changes.

It names the digest of all the other parts, so that anyone can see that it belongs to the workbook it stands in.
"""

import re
import textwrap
from hashlib import sha256
from pathlib import Path

from hecon.workbook.sheets.stamped import CERTIFICATE, parts_without, put_in
from hecon.workbook.verify.certificate import Certificate
from hecon.workbook.xlsx.package import Package

SHEET, PART = CERTIFICATE.sheet, CERTIFICATE.part
_LINE = 110  # letters
_WIDTHS = (28, 105)


def digest(path: str | Path) -> str:
    """SHA-256 of a workbook's parts without its certificate and the tests of its model: names and contents, in order of names.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> digest("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    total = sha256()
    for name, data in sorted(parts_without(path)):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def stamp(path: str | Path, out: str | Path, certificate: Certificate) -> Path:
    """A copy of a workbook with the certificate as its last sheet, in place of one that is there.

    Raises:
        InputError: a file that is no .xlsx workbook, or whose sheet Certificate another program has saved.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> from hecon.workbook.xlsx.package import read_package
    >>> one = Certificate("demo.xlsx", "demo", "ab12", "0.1.0", "formualizer 0.13.0", 1, 3, 0.0, "", 0.0, 2, (), (), ())
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_number(0, 0, 2.5)
    ...     book.close()
    ...     before = digest(f"{folder}/demo.xlsx")
    ...     stamped = stamp(f"{folder}/demo.xlsx", f"{folder}/out.xlsx", one)
    ...     digest(stamped) == before, list(read_package(stamped).sheets)
    (True, ['One', 'Certificate'])
    """
    return put_in(path, out, CERTIFICATE, _rows(certificate), _WIDTHS)


def certified(package: Package) -> str:
    """The digest that a workbook's certificate names; "" where it has none.

    >>> certified(Package({}, {}, ()))
    ''
    """
    words = " ".join(package.sheets[SHEET].words.values()) if SHEET in package.sheets else ""
    found = re.search(r"\b[0-9a-f]{64}\b", words)
    return found[0] if found else ""


def _rows(certificate: Certificate) -> list[tuple[str, str]]:
    """The sheet's rows; long words go on in the row below."""
    verdict = "Certificate of verification" if certificate.passed else "NOT VERIFIED"
    lines: list[tuple[str, str]] = [("", "")]
    for what, words in certificate.rows():
        if what != "SHA-256 of the file":  # which this sheet has changed
            lines += [(what if k == 0 else "", line) for k, line in enumerate(textwrap.wrap(words, _LINE) or [""])]
    for one in certificate.findings:
        lines += [(one.name if k == 0 else "", line) for k, line in enumerate(one.faults[:12])]
    lines += [
        ("note" if k == 0 else "", line)
        for note in certificate.notes
        for k, line in enumerate(textwrap.wrap(note, _LINE))
    ]
    told = (
        "It is about this workbook without this sheet. `hecon verify-workbook` prints the digest of a workbook's parts."
    )
    return [(verdict, ""), *lines, ("", ""), ("", told)]
