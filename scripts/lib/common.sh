# How the set-up talks, fetches and verifies.
# shellcheck shell=bash

say() { echo "setup: $*" >&2; }

# lacks WHAT HOW_TO_GET_IT: an error where CI=true; elsewhere the caller goes on without the part.
lacks() {
  say "no $1. $2"
  if [[ ${CI:-} == true ]]; then exit 1; fi
}

# download URL FILE
download() { curl --fail --silent --location --retry 2 --connect-timeout 20 --output "$2" "$1"; }

# matches SHA256 FILE
matches() { echo "$1  $2" | sha256sum --check --status; }

# signed_by KEYRING FILE: writes what FILE.signed says to FILE if a key of the keyring signed it.
signed_by() { gpgv --quiet --keyring "$1" --output "$2" "$2.signed" 2>"$2.gpgv"; }
