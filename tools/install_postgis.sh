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

what_is_missing() {
    has_postgis || printf ' %s' "$(package_to_install)"
}

say_what_to_install() {
    echo "The tests of the PostGIS store need a PostgreSQL server with PostGIS, and $2." >&2
    echo "On Debian or Ubuntu, as an administrator:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends postgresql-postgis" >&2
    echo "(Debian 12 names it postgresql-15-postgis-3.) Elsewhere: any PostgreSQL from 14 on with PostGIS 3; where it is" >&2
    echo "in a folder of its own, name the folder that holds initdb in PG_BINDIR." >&2
    exit 1
}

. "$(dirname "$0")/apt.sh"
install_by_apt
