#!/bin/sh
# Install what the tests of workbooks and papers need: LibreOffice without a screen (Calc, Writer) and its bridge to
# Python, by the system's package manager. Nothing is done where all are there. Without apt-get, or without root and sudo,
# says what to install and exits 1.
set -eu

has_office() {
    command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1
}

has_part() {  # of the office: Calc and Writer are packages of their own
    office=$(command -v soffice || command -v libreoffice) && folder=$(dirname "$(readlink -f "$office")") &&
        [ -f "$folder/lib$1lo.so" ]
}

has_bridge() {
    /usr/bin/python3 -c 'import uno' >/dev/null 2>&1
}

what_is_missing() {
    { has_office && has_part sc; } || printf ' libreoffice-calc-nogui'
    { has_office && has_part sw; } || printf ' libreoffice-writer-nogui'
    has_bridge || printf ' python3-uno'
}

say_what_to_install() {
    echo "The tests of workbooks and papers need$1, and $2." >&2
    echo "On Debian or Ubuntu, as an administrator:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends$1" >&2
    echo "Elsewhere: LibreOffice as 'soffice' on the PATH, and a /usr/bin/python3 that can import uno." >&2
    exit 1
}

. "$(dirname "$0")/apt.sh"
install_by_apt
