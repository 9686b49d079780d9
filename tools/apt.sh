# Read by the install scripts: installs packages by the system's package manager.
#
# Before calling `install_by_apt`, a script defines `what_is_missing` (packages, each after a space; nothing where all are
# there) and `say_what_to_install PACKAGES WHY`, which ends the script.

install_by_apt() {
    missing=$(what_is_missing)
    if [ -z "$missing" ]; then
        return
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
    missing=$(what_is_missing) # the lists of packages are new
    # shellcheck disable=SC2086 # both are lists of words
    $as_root apt-get install -q -y --no-install-recommends $missing

    missing=$(what_is_missing)
    if [ -n "$missing" ]; then
        say_what_to_install "$missing" "apt-get did not bring it"
    fi
}
