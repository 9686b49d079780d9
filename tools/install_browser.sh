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
