# Python 3.14.2 or newer: the one on the path, else one that uv fetches, else one built here.
# shellcheck shell=bash

export UV_PYTHON_INSTALL_DIR=$SA_CACHE/uv-python

setup_python() {
  if is_new_enough "$SA_PYTHON"; then return; fi
  use_python "$(command -v python3.14)" ||
    use_python "$SA_CACHE/cpython/bin/python3.14" ||
    { fetch_python && use_python "$("$SA_UV" python find --managed-python 3.14)"; } ||
    { build_python && use_python "$SA_CACHE/cpython/bin/python3.14"; } ||
    lacks "Python 3.14.2 or newer" "Install one as python3.14 on the path (package manager, pyenv or python.org)."
}

use_python() {
  is_new_enough "$1" || return 1
  ln -sfn "$1" "$SA_PYTHON"
  say "using $("$1" --version) at $1"
  # shellcheck source=scripts/env.sh
  source scripts/env.sh # the environments are named after their interpreter
}

is_new_enough() {
  [[ -x $1 ]] && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 14, 2))'
}

fetch_python() {
  setup_uv || return 1
  say "fetching Python 3.14 with uv"
  timeout 180 "$SA_UV" python install --quiet --no-bin 3.14 2>/dev/null && return
  say "its download cannot be reached from here"
  return 1
}

setup_uv() {
  if [[ -x $SA_UV ]]; then return; fi
  say "installing uv into $SA_CACHE/uv"
  python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv || return 1
  python3 -m venv --clear "$SA_CACHE/uv" && "$SA_CACHE/uv/bin/pip" install --quiet --disable-pip-version-check uv
}
