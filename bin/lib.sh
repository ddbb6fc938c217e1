# What bin/demo and bin/test share: a virtual environment made from a lock file, and packages of
# the system, installed only when they are missing and this is root.

install_with_apt() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        printf 'Missing: %s. Install it (on Debian: apt-get install %s) and start again.\n' "$*" "$*" >&2
        exit 1
    fi
    printf 'Installing %s ...\n' "$*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

can_make_venv() {
    command -v "$1" >/dev/null && "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# Sets `python`. Debian's own comes first: it is built with a profile, and takes two thirds of the
# time that one compiled plainly from the same source takes.
need_python() {
    local debians=/usr/bin/python3.11
    # Debian's python3 has the venv module, but not what it needs, without its package.
    if ! can_make_venv "$debians" && [ -x "$debians" ] && [ "$(id -u)" = 0 ]; then
        (install_with_apt python3-venv) || true
    fi
    for python in "$debians" python3.11 python3; do
        can_make_venv "$python" && return
    done
    install_with_apt python3 python3-venv
    python=python3
}

# Chromium without a screen is enough, and shows a page in a third of the time.
need_chromium() {
    local shell=chromium-headless-shell
    command -v $shell >/dev/null && return
    [ "$(id -u)" = 0 ] && (install_with_apt $shell) && return
    command -v chromium >/dev/null || install_with_apt chromium
}

# One test cuts the power under strace; where it cannot be installed, that test says so.
want_strace() {
    command -v strace >/dev/null || [ "$(id -u)" != 0 ] || install_with_apt strace || true
}

# prepare_venv LOCK: .venv holds exactly what the lock names; nothing is done when it has not changed.
prepare_venv() {
    local lock=$1 stamp=.venv/.installed wanted
    wanted=$(cat requirements.txt requirements-test.txt | sha256sum | cut -d' ' -f1)
    # The larger set serves for the smaller one too.
    if [ -x .venv/bin/python ] && [ -f "$stamp" ]; then
        case "$(cat "$stamp")" in
            "$wanted $lock" | "$wanted requirements-test.txt") return 0 ;;
        esac
    fi
    need_python
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
    printf 'Installing the packages of %s ...\n' "$lock"
    PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install -q --no-input \
        --require-hashes --only-binary :all: -r "$lock"
    printf '%s %s' "$wanted" "$lock" >"$stamp"
}

workers() {
    local cores
    cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
    [ "$cores" -gt 4 ] && cores=4
    echo "$cores"
}
