# shellcheck shell=bash
# Shared by the scripts of this folder: unpacks Debian packages into a cache folder of the user's,
# so that a driver can be tried without installing it. Packages come from the mirrors that this
# machine's apt is set up with, and apt checks their signatures as always.

set -euo pipefail

cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/narvk-drivers
readonly unavailable=77 # exit code: cannot be had here; one line on stderr says why

give_up() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "$unavailable"
}

# Calls that come together unpack once.
lock_cache() {
  mkdir -p "$cache" 2>/dev/null || give_up "cannot create $cache"
  exec 9<"$cache"
  flock 9
}

require_apt() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    give_up "needs apt and dpkg (Debian or Ubuntu)"
  fi
}

# Runs `apt-get ARGUMENT...` on package lists of our own under STATE: the system's stay as they are
# and no root is needed. With a file STATE/sources.list, on those sources instead of the system's.
private_apt() { # STATE ARGUMENT...
  local state=$1
  shift
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  local options=(-q -o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state/cache" -o APT::Sandbox::User=
    -o Acquire::Languages=none -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success=)
  if [[ -e $state/sources.list ]]; then
    options+=(-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null)
  fi
  apt-get "${options[@]}" "$@"
}

# Leaves PACKAGE of the system's sources in FOLDER: by the system's package lists, and by fresh ones
# of our own where those are missing or out of date.
download_package() { # PACKAGE FOLDER
  local package=$1 folder=$2
  mkdir -p "$folder"
  rm -f "$folder/$package"_*.deb
  (
    cd "$folder"
    apt-get -q -o APT::Sandbox::User= download "$package" || {
      private_apt "$cache/apt/system" update || true # one dead source need not matter
      private_apt "$cache/apt/system" download "$package"
    }
  ) >"$folder/apt.log" 2>&1 </dev/null 9<&-
}

unpack() { # PACKAGE_FILE FOLDER MEMBER...
  local file=$1 folder=$2
  shift 2
  dpkg-deb --fsys-tarfile "$file" | tar -x -C "$folder" "$@" 2>"$folder/tar.log"
}

require_libraries() { # LIBRARY
  local missing
  missing=$(ldd "$1" | awk '/not found/ { print $1 }' | sort -u | paste -sd' ')
  [[ -z $missing ]] || give_up "${1##*/} needs libraries that are not installed: $missing"
}

# Writes the driver manifest TARGET after the pattern of SOURCE, with an absolute path.
write_manifest() { # SOURCE LIBRARY TARGET
  sed -E 's|("library_path"[[:space:]]*:[[:space:]]*")[^"]*"|\1'"$2"'"|' "$1" >"$3.$$"
  mv -f "$3.$$" "$3"
}

# Code name of the Debian release that runs here.
debian_release() {
  local ID='' VERSION_CODENAME=''
  # shellcheck source=/dev/null
  [[ -r /etc/os-release ]] && source /etc/os-release
  [[ $ID == debian && -n $VERSION_CODENAME ]] || give_up "needs the mirror of a Debian release"
  printf '%s\n' "$VERSION_CODENAME"
}

# The archive that apt is set up with for this release, whichever format its sources are in.
debian_mirror() {
  local release mirror
  release=$(debian_release) || exit
  # shellcheck disable=SC2016 # apt's own placeholders
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$release" '$1 == suite { print $2; exit }')
  [[ -n $mirror ]] || give_up "apt has no package lists of $release: run apt-get update"
  printf '%s\n' "$mirror"
}

# Unpacks Mesa's Vulkan drivers of the backports suite of this Debian release into $cache/mesa-backports.
# The system's own mesa-vulkan-drivers has pulled in every library that they need.
unpack_newer_mesa() { # [--update]
  local folder=$cache/mesa-backports done_stamp=$cache/mesa-backports/complete
  [[ ${1:-} != --update && -e $done_stamp ]] && return 0
  require_apt
  local release mirror key=/usr/share/keyrings/debian-archive-keyring.gpg state=$cache/apt/backports
  release=$(debian_release) || exit
  mirror=$(debian_mirror) || exit
  mkdir -p "$state" "$folder"
  printf 'deb %s%s %s-backports main\n' "$([[ -e $key ]] && echo "[signed-by=$key] ")" "$mirror" \
    "$release" >"$state/sources.list"

  rm -rf "$done_stamp" "${folder:?}/usr" "$folder"/*.deb
  (
    cd "$folder"
    private_apt "$state" update
    private_apt "$state" download "mesa-vulkan-drivers/$release-backports"
  ) >"$folder/apt.log" 2>&1 </dev/null 9<&- || give_up "this machine's mirror has no newer Mesa ($folder/apt.log)"
  dpkg-deb -x "$folder"/mesa-vulkan-drivers_*.deb "$folder"
  rm -f "$folder"/*.deb
  local manifest name library
  for manifest in "$folder"/usr/share/vulkan/icd.d/*_icd*.json; do
    name=$(basename "$manifest")
    name=${name%%_icd*}
    library=$(find "$folder/usr/lib" -name "$(basename "$(manifest_library "$manifest")")")
    [[ -z $library ]] || write_manifest "$manifest" "$library" "$folder/${name}_icd.json"
  done
  touch "$done_stamp"
}

manifest_library() { # MANIFEST
  sed -nE 's|.*"library_path"[[:space:]]*:[[:space:]]*"([^"]*)".*|\1|p' "$1"
}
