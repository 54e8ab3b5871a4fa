#!/usr/bin/env bash
# RADV of the same Mesa as lavapipe-backports.sh: with RADV_FORCE_FAMILY=navi31 (navi21, vega10, ...)
# it compiles pipelines for that AMD chip on a machine without one, and executes nothing.
# Prints the path of its driver manifest, for VK_DRIVER_FILES and VK_ICD_FILENAMES.
# Exits 77, with the reason on stderr, where it cannot be had.
# usage: radv-null.sh [--update]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

lock_cache
unpack_newer_mesa "$@"
manifest=$cache/mesa-backports/radeon_icd.json
[[ -s $manifest ]] || give_up "this Mesa has no RADV"
require_libraries "$(manifest_library "$manifest")"
printf '%s\n' "$manifest"
