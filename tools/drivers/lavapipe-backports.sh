#!/usr/bin/env bash
# Lavapipe of the Mesa in this Debian release's backports suite, unpacked into the cache.
# Prints the path of its driver manifest, for VK_DRIVER_FILES and VK_ICD_FILENAMES.
# Exits 77, with the reason on stderr, where it cannot be had.
# usage: lavapipe-backports.sh [--update]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

lock_cache
unpack_newer_mesa "$@"
manifest=$cache/mesa-backports/lvp_icd.json
[[ -s $manifest ]] || give_up "this Mesa has no lavapipe"
require_libraries "$(manifest_library "$manifest")"
printf '%s\n' "$manifest"
