"""Drives a LibreOffice without a screen; run by the system's Python, which alone can import uno.

drive.py PROFILE edit IN OUT EDITS     EDITS: JSON, a list of [sheet, row, column, kind, text]; kind String or Formula
drive.py PROFILE pdf IN OUT
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

WAIT_S = 60


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + WAIT_S
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)


def run(office, command, source, target, edits="[]"):
    book = office.loadComponentFromURL(Path(source).absolute().as_uri(), "_blank", 0, (prop("Hidden", True),))  # noqa: FBT003  # a property
    for sheet, row, column, kind, text in json.loads(edits):
        setattr(book.Sheets.getByName(sheet).getCellByPosition(column, row), kind, text)
    is_text = book.supportsService("com.sun.star.text.TextDocument")
    pdf = "writer_pdf_Export" if is_text else "calc_pdf_Export"
    chosen = {"edit": "Calc MS Excel 2007 XML", "pdf": pdf}[command]
    book.storeToURL(Path(target).absolute().as_uri(), (prop("FilterName", chosen),))
    book.close(True)  # noqa: FBT003  # as uno has it


def main():
    profile, *rest = sys.argv[1:]
    pipe = f"parcelwatch{os.getpid()}"
    home = f"-env:UserInstallation={Path(profile).absolute().as_uri()}"
    program = ["soffice", home, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        office = desktop(pipe)
        try:
            run(office, *rest)
        finally:
            office.terminate()
            process.wait(WAIT_S)


if __name__ == "__main__":
    main()
