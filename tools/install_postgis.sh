#!/bin/sh
# Install what the tests of the PostGIS store need: a PostgreSQL server with PostGIS, by the system's package manager.
# Nothing is done where both are there. Without apt-get, or without root and sudo, says what to install and exits 1.
# The tests start a private server of their own; one that runs on this machine already is not touched.
set -eu

folders_of_servers() {
    if [ -n "${PG_BINDIR:-}" ]; then
        printf '%s\n' "$PG_BINDIR"
    fi
    ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null || true
    if command -v pg_config >/dev/null 2>&1; then
        pg_config --bindir
    fi
}

has_postgis() {
    folders_of_servers | while read -r folder; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_config" ] &&
            [ -f "$("$folder/pg_config" --sharedir)/extension/postgis.control" ]; then
            echo yes
        fi
    done | grep -q yes
}

package_to_install() {
    # PostGIS for the newest server that is there, else whatever this release calls its own
    newest=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | cut -d/ -f5 | sort -n | tail -n 1)
    for package in ${newest:+"postgresql-$newest-postgis-3"} postgresql-postgis; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "$package"
            return
        fi
    done
    echo postgresql-15-postgis-3
}

say_what_to_install() {
    echo "The tests of the PostGIS store need a PostgreSQL server with PostGIS, and $1." >&2
    echo "On Debian or Ubuntu, as an administrator:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends postgresql-postgis" >&2
    echo "(Debian 12 names it postgresql-15-postgis-3.) Elsewhere: any PostgreSQL from 14 on with PostGIS 3; where it is" >&2
    echo "in a folder of its own, name the folder that holds initdb in PG_BINDIR." >&2
    exit 1
}

if has_postgis; then
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    say_what_to_install "there is no apt-get here"
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    say_what_to_install "this user may not install packages (not root, and no sudo without a password)"
fi

export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
$as_root apt-get install -q -y --no-install-recommends "$(package_to_install)"

if ! has_postgis; then
    say_what_to_install "apt-get did not bring it"
fi
