# Sourced by .ci/run: makes sure that `python3` is one that starts, is new enough and can create environments.
#
# A shim of a version manager may stand first on the PATH and not start; then the interpreters it manages are looked
# for, and after them the one of Debian, which is installed if need be.

usable() {
    "$1" -c 'import ensurepip, ssl, sqlite3, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

debian_install() {
    echo "Installing with apt-get: $*"
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then sudo=(sudo -n); fi
    "${sudo[@]}" apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

first_usable() {
    local candidate root
    root=${PYENV_ROOT:-$(pyenv root 2>/dev/null || true)}
    for candidate in python3 ${root:+"$root"/versions/3.*/bin/python3} /usr/bin/python3; do
        if usable "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

if ! interpreter=$(first_usable); then
    debian_install ca-certificates python3 python3-venv
    interpreter=$(first_usable) || {
        echo "No Python of at least 3.11 that starts and can create environments was found, and none could be installed."
        exit 1
    }
fi
if ! usable python3; then # what the README calls python3 is then the one that was found
    mkdir "$scratch/bin"
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$interpreter" >"$scratch/bin/python3"
    chmod +x "$scratch/bin/python3"
    PATH="$scratch/bin:$PATH"
fi
printf 'python3 is %s\n' "$(python3 -c 'import platform; print(platform.python_implementation(), platform.python_version())')"
