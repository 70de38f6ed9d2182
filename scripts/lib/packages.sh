# Packages of the system (Debian and its like): only with root or sudo, and said before it happens.
# shellcheck shell=bash

setup_system() { need_packages ffmpeg espeak-ng libturbojpeg0; }

setup_browser() {
  if [[ -x $SA_CHROMIUM ]]; then return; fi
  need_packages chromium fonts-dejavu-core
}

need_packages() {
  install_packages "$@" || lacks "$*" "Install them with the package manager of your system."
}

# install_packages NAME...: fails where something is missing and may not or cannot be installed.
install_packages() {
  local name missing=() sudo=()
  command -v dpkg-query >/dev/null || return 1
  for name; do
    is_installed "$name" || missing+=("$name")
  done
  if [[ ${#missing[@]} == 0 ]]; then return; fi
  if [[ $EUID != 0 ]]; then
    if ! sudo --non-interactive true 2>/dev/null; then
      say "run as root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
    sudo=(sudo)
  fi
  say "installing with apt-get: ${missing[*]}"
  "${sudo[@]}" apt-get -qq update || say "not every package list could be renewed"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

is_installed() {
  # shellcheck disable=SC2016 # dpkg's own placeholder
  [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}
