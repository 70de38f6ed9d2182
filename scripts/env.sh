# Where everything that the scripts need lives. Source it from the repository root; it only sets variables.
# shellcheck shell=bash

SA_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/streaming-avatar
SA_PYTHON=$SA_CACHE/python3.14 # a link that scripts/setup makes
SA_UV=$(command -v uv || echo "$SA_CACHE/uv/bin/uv")

# Named after lock file and interpreter: clones share an environment, an older commit finds its own again.
environment_directory() {
  local fingerprint
  fingerprint=$({ cat "requirements/$1.txt" && { readlink -f "$SA_PYTHON" || true; }; } | sha256sum)
  echo "$SA_CACHE/environments/$1-${fingerprint:0:12}"
}
SA_CHECKS=$(environment_directory checks)
SA_HOME=$(environment_directory home)
SA_SIMULATOR=$(environment_directory simulator)
SA_HASS=$SA_HOME/bin/hass

SA_LIVEKIT_VERSION=1.13.5
SA_LIVEKIT=$(command -v livekit-server || echo "$SA_CACHE/livekit-server-$SA_LIVEKIT_VERSION/livekit-server")
SA_CHROMIUM=$(command -v chromium || command -v google-chrome || echo /usr/bin/chromium)

export SA_CACHE SA_PYTHON SA_UV SA_CHECKS SA_HOME SA_SIMULATOR
export SA_HASS SA_LIVEKIT_VERSION SA_LIVEKIT SA_CHROMIUM
