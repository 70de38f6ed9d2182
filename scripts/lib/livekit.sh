# The LiveKit server: the one on the path, else compiled with Go, else its vendor's release.
# shellcheck shell=bash

setup_livekit() {
  if [[ -x $SA_LIVEKIT ]]; then return; fi
  local work
  work=$(mktemp -d "$SA_CACHE/livekit.XXXXXX")
  if compile_livekit "$work" || fetch_livekit "$work"; then
    mkdir -p "$(dirname "$SA_LIVEKIT")"
    mv "$work/livekit-server" "$SA_LIVEKIT"
  fi
  rm -rf "$work"
  [[ -x $SA_LIVEKIT ]] ||
    lacks "LiveKit server" "Put livekit-server $SA_LIVEKIT_VERSION or Go 1.26 on the path and run scripts/setup again."
}

compile_livekit() {
  command -v go >/dev/null || return 1
  say "compiling LiveKit server $SA_LIVEKIT_VERSION with Go, 2 to 4 minutes"
  GOTOOLCHAIN=auto GOBIN=$1 go install "github.com/livekit/livekit-server/cmd/server@v$SA_LIVEKIT_VERSION" >"$1/log" 2>&1 &&
    mv "$1/server" "$1/livekit-server" && return
  tail -n 3 "$1/log" >&2
  return 1
}

fetch_livekit() {
  local release=https://github.com/livekit/livekit/releases/download/v$SA_LIVEKIT_VERSION machine archive sum
  case $(uname -m) in
    x86_64) machine=amd64 ;;
    aarch64) machine=arm64 ;;
    *) return 1 ;;
  esac
  archive=livekit_${SA_LIVEKIT_VERSION}_linux_$machine.tar.gz
  say "fetching LiveKit server $SA_LIVEKIT_VERSION from its vendor"
  install_packages curl ca-certificates
  download "$release/checksums.txt" "$1/checksums.txt" || return 1
  download "$release/$archive" "$1/$archive" || return 1
  sum=$(awk -v name="$archive" '$2 == name { print $1 }' "$1/checksums.txt")
  matches "$sum" "$1/$archive" && tar -xf "$1/$archive" -C "$1" livekit-server
}
