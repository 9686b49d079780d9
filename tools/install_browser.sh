#!/bin/sh
# Install what the browser tests need: Chromium and a Chinese font, by the system's package manager.
# Nothing is done where both are there. Without apt-get, or without root and sudo, says what to install and exits 1.
set -eu

has_browser() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1
}

has_chinese_font() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family)" ]
}

what_is_missing() {
    has_browser || printf ' chromium'
    has_chinese_font || printf ' fonts-wqy-microhei'
}

say_what_to_install() {
    echo "The browser tests need$1, and $2." >&2
    echo "On Debian or Ubuntu, as an administrator:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends$1" >&2
    echo "Elsewhere: Chromium as 'chromium' or 'chromium-browser' on the PATH, and any font with Chinese glyphs." >&2
    exit 1
}

. "$(dirname "$0")/apt.sh"
install_by_apt
