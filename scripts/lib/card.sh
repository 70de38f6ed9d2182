# The card's node modules.
# shellcheck shell=bash

setup_card() {
  if [[ ! -f card/package-lock.json ]]; then return; fi
  if ! has_node && ! { install_packages nodejs npm && has_node; }; then
    lacks "Node.js 20 or newer with npm" "Install it and put it on the path."
    return
  fi
  local stamp=card/node_modules/.made-from fingerprint
  fingerprint=$({ cat card/package-lock.json && node --version; } | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$fingerprint" ]]; then return; fi
  say "installing the card's node modules"
  if npm ci --prefix card --no-audit --no-fund --loglevel=error >&2; then
    echo "$fingerprint" >"$stamp"
  else
    lacks "node modules" "The lines above say why; run scripts/setup again."
  fi
}

has_node() {
  command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}
