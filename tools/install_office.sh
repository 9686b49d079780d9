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

missing=$(what_is_missing)
if [ -z "$missing" ]; then
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    say_what_to_install "$missing" "there is no apt-get here"
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    say_what_to_install "$missing" "this user may not install packages (not root, and no sudo without a password)"
fi

export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 # both are lists of words
$as_root apt-get install -q -y --no-install-recommends $missing

missing=$(what_is_missing)
if [ -n "$missing" ]; then
    say_what_to_install "$missing" "apt-get did not bring it"
fi
