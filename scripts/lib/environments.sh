# The Python environments: each holds exactly what its lock file says.
# shellcheck shell=bash

setup_checks() { make_environment checks "$SA_CHECKS"; }
setup_home() { make_environment home "$SA_HOME"; }
setup_simulator() { make_environment simulator "$SA_SIMULATOR"; }

# The file `ready` is written last: a directory without it was interrupted and is made anew.
make_environment() {
  local name=$1 directory=$2
  if [[ -f $directory/ready && -x $directory/bin/python ]]; then return; fi
  say "making the Python environment '$name' ($(grep -c == "requirements/$name.txt") packages)"
  rm -rf "$directory"
  # Some packages of Home Assistant have no wheel for this Python.
  command -v c++ >/dev/null || install_packages build-essential || say "there is no C++ compiler"
  if setup_uv &&
    "$SA_UV" venv --quiet --python "$SA_PYTHON" "$directory" &&
    "$SA_UV" pip sync --quiet --python "$directory/bin/python" "requirements/$name.txt"; then
    touch "$directory/ready"
  else
    lacks "Python environment '$name'" "The lines above say why; run scripts/setup again."
  fi
}
