#!/usr/bin/env bash
# Compares ours with a peer on this machine, by turns in one run, and prints a table:
#   tools/bench/peers/run.sh openblas|ggml|pytorch [DRIVER]
# DRIVER as in tools/drivers/with (lavapipe-backports, swiftshader); without one the system's driver runs.
# Sources of peers are given, never kept here: GGML_SOURCE is a checkout of ggml, NAR_SOURCE one of the original
# NAR. What is built of them lies in the user's cache. README.md says what is measured. Exits 77 where something
# cannot be had here.
set -euo pipefail

here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(readlink -f -- "$here/../../..")
# shellcheck source=tools/drivers/common.sh
source "$root/tools/drivers/common.sh"

usage() {
  echo "usage: ${0##*/} openblas|ggml|pytorch [DRIVER]" >&2
  exit 2
}
(( $# >= 1 && $# <= 2 )) || usage
peer=$1
build=${XDG_CACHE_HOME:-${HOME:?}/.cache}/narvk-peers
mkdir -p "$build"

# Debian's package, unpacked where it is not installed: PyTorch of Debian runs on whatever libblas.so.3 is found.
openblas_library() {
  local library
  library=$(find /usr/lib -path '*openblas-pthread/libopenblas.so.0' 2>/dev/null | head -n 1)
  if [[ -z $library ]]; then
    if [[ ! -e $build/openblas/complete ]]; then
      require_apt
      download_package libopenblas0-pthread "$build/openblas" || give_up "apt has no libopenblas0-pthread ($build/openblas/apt.log)"
      dpkg-deb -x "$build"/openblas/libopenblas0-pthread_*.deb "$build/openblas"
      touch "$build/openblas/complete"
    fi
    library=$(find "$build/openblas" -name libopenblas.so.0 | head -n 1)
  fi
  [[ -n $library ]] || give_up "OpenBLAS cannot be had here"
  echo "$library"
}

python_with_torch() {
  local python
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  give_up "no Python here has PyTorch: apt-get install python3-torch"
}

# Headers of Vulkan that ggml asks for: those installed, where they are new enough, else Debian 13's, unpacked.
new_headers() {
  local version state=$build/apt folder=$build/headers
  version=$(sed -nE 's/^#define VK_HEADER_VERSION ([0-9]+)$/\1/p' /usr/include/vulkan/vulkan_core.h 2>/dev/null || true)
  if (( ${version:-0} >= 301 )) && [[ -d /usr/share/cmake/SPIRV-Headers ]]; then
    echo /usr
    return
  fi
  if [[ ! -e $folder/complete ]]; then
    require_apt
    local mirror
    # shellcheck disable=SC2016 # apt's own placeholders
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/\?$' || true)
    [[ -n $mirror ]] || give_up "apt has no package lists of Debian: run apt-get update"
    mkdir -p "$state" "$folder"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$state/sources.list"
    (
      cd "$folder"
      private_apt "$state" update
      private_apt "$state" download libvulkan-dev spirv-headers
    ) >"$build/headers.log" 2>&1 </dev/null || give_up "newer headers of Vulkan cannot be had here ($build/headers.log)"
    local package
    for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$folder"; done
    touch "$folder/complete"
  fi
  echo "$folder/usr"
}

build_ggml() {
  [[ -e ${GGML_SOURCE:-}/CMakeLists.txt ]] || give_up "set GGML_SOURCE to a checkout of github.com/ggml-org/ggml"
  local headers
  headers=$(new_headers)
  cmake -S "$GGML_SOURCE" -B "$build/ggml" -DCMAKE_BUILD_TYPE=Release -DGGML_VULKAN=ON -DGGML_CCACHE=OFF \
    -DGGML_BUILD_TESTS=OFF -DGGML_BUILD_EXAMPLES=OFF -DCMAKE_CXX_FLAGS="-I$headers/include" \
    -DSPIRV-Headers_DIR="$headers/share/cmake/SPIRV-Headers" >"$build/ggml.log"
  echo "building ggml (the first time takes many minutes; $build/ggml.log)" >&2
  cmake --build "$build/ggml" -j 2 >>"$build/ggml.log" 2>&1 || give_up "ggml does not build ($build/ggml.log)"
  local libraries=$build/ggml/src
  "${CC:-cc}" -std=gnu11 -O2 -I"$GGML_SOURCE/include" "$here/ggml.c" -o "$build/ggml-driver" -L"$libraries" -L"$libraries/ggml-vulkan" \
    -lggml -lggml-base -lggml-vulkan -lm -Wl,-rpath,"$libraries:$libraries/ggml-vulkan"
}

case $peer in
  openblas)
    "${CC:-cc}" -std=gnu11 -O2 "$here/openblas.c" -o "$build/openblas-driver" -ldl -lm
    arguments=(--driver "$build/openblas-driver" --library "$(openblas_library)")
    ;;
  ggml)
    build_ggml
    arguments=(--driver "$build/ggml-driver")
    ;;
  pytorch)
    [[ -d ${NAR_SOURCE:-}/NAR-videos ]] || give_up "set NAR_SOURCE to a checkout of github.com/ThisisBillhe/NAR"
    arguments=(--driver "$(python_with_torch)" --library "$(openblas_library)" --checkout "$NAR_SOURCE")
    ;;
  *) usage ;;
esac
run=(python3 "$here/compare.py" "$peer" --rounds "${ROUNDS:-5}" "${arguments[@]}")
if [[ -n ${2:-} ]]; then
  exec "$root/tools/drivers/with" "$2" "${run[@]}"
fi
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}
exec "${run[@]}"
