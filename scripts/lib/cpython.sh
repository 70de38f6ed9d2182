# CPython 3.14 from Debian's own source package. Every byte that is built was signed for by Debian; no sum is
# pinned here, because a mirror drops a version as soon as the next one is there.
# shellcheck shell=bash

readonly PYTHON_BUILD_PACKAGES=(
  build-essential libssl-dev libffi-dev zlib1g-dev libbz2-dev liblzma-dev
  libsqlite3-dev libreadline-dev uuid-dev libzstd-dev
  gpgv debian-archive-keyring curl ca-certificates xz-utils
)

build_python() {
  command -v apt-get >/dev/null || return 1
  install_packages "${PYTHON_BUILD_PACKAGES[@]}" || return 1
  local work=$SA_CACHE/cpython-build
  rm -rf "$work"
  mkdir -p "$work/source"
  say "fetching the source of Python 3.14 from Debian"
  fetch_python_source "$work" || return 1
  tar -xf "$work/python.tar.xz" -C "$work/source" --strip-components=1
  say "building Python, 2 to 5 minutes (log: $work/build.log)"
  (
    cd "$work/source"
    ./configure --prefix="$SA_CACHE/cpython" --with-ensurepip=install &&
      make -j"$(nproc)" && make install
  ) >"$work/build.log" 2>&1 </dev/null || return 1
  rm -rf "$work"
}

# fetch_python_source WORK: leaves WORK/python.tar.xz, verified.
fetch_python_source() {
  local work=$1 mirror version directory sum tarball
  # shellcheck disable=SC2016 # apt's own placeholder
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  mirror=${mirror%/}
  read -r version directory sum tarball < <(newest_in_testing "$work" "$mirror") || return 1
  if download "$mirror/$directory/$tarball" "$work/python.tar.xz"; then
    matches "$sum" "$work/python.tar.xz"
  else
    say "the mirror does not hold $tarball, which its index names; looking for one it holds"
    fetch_older_source "$work" "$mirror/$directory" "$version"
  fi
}

# A signed InRelease names the sum of Sources.xz, which names version, directory, sum and tarball.
newest_in_testing() {
  local work=$1 suite=$2/dists/testing sum
  download "$suite/InRelease" "$work/InRelease.signed" || return 1
  signed_by /usr/share/keyrings/debian-archive-keyring.gpg "$work/InRelease" || return 1
  sum=$(awk '/^SHA256:/ { found = 1 } found && $3 == "main/source/Sources.xz" { print $1; exit }' "$work/InRelease")
  download "$suite/main/source/Sources.xz" "$work/Sources.xz" || return 1
  matches "$sum" "$work/Sources.xz" || return 1
  xz --decompress --stdout "$work/Sources.xz" | awk -v RS='' '/(^|\n)Package: python3\.14\n/ { print $0 "\n" }' |
    tarball_of | sort --version-sort | tail -n 1
}

# A mirror's pool can lag behind its index. Each source package also carries its maintainer's signature (.dsc),
# whose key comes from Debian's keyring of developers.
fetch_older_source() {
  local work=$1 pool=$2 version=${3%-*} patch sum tarball
  install_packages debian-keyring || return 1
  for ((patch = ${version##*.} - 1; patch >= 2; patch--)); do
    download "$pool/python3.14_3.14.$patch-1.dsc" "$work/dsc.signed" || continue
    signed_by /usr/share/keyrings/debian-keyring.gpg "$work/dsc" || return 1
    read -r _ _ sum tarball < <(tarball_of <"$work/dsc")
    download "$pool/$tarball" "$work/python.tar.xz" || continue
    matches "$sum" "$work/python.tar.xz"
    return
  done
  return 1
}

# Reads Debian source stanzas; prints "version directory sum tarball" of each ("-" for what it does not say).
tarball_of() {
  awk '
    function tell() { if (tarball) print version, directory, sum, tarball; version = tarball = ""; directory = "-" }
    BEGIN { directory = "-" }
    /^$/ { tell() }
    /^[A-Z]/ { field = $1 }
    field == "Version:" { version = $2 }
    field == "Directory:" { directory = $2 }
    field == "Checksums-Sha256:" && $3 ~ /\.orig\.tar\.xz$/ { sum = $1; tarball = $3 }
    END { tell() }'
}
