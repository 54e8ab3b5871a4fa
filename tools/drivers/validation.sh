#!/usr/bin/env bash
# The Khronos validation layer: the installed one, else unpacked from the package
# vulkan-validationlayers into the cache. Prints the folder of its manifest, for VK_LAYER_PATH.
# Exits 77, with the reason on stderr, where it cannot be had.
# usage: validation.sh [--update]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

installed=/usr/share/vulkan/explicit_layer.d
if [[ ${1:-} != --update && -e $installed/VkLayer_khronos_validation.json ]]; then
  printf '%s\n' "$installed"
  exit 0
fi
folder=$cache/validation
manifest=$folder/layer/VkLayer_khronos_validation.json
lock_cache
if [[ ${1:-} == --update || ! -s $manifest ]]; then
  require_apt
  rm -f "$manifest"
  download_package vulkan-validationlayers "$folder" ||
    give_up "this machine's apt sources have no vulkan-validationlayers ($folder/apt.log)"
  dpkg-deb -x "$folder"/vulkan-validationlayers_*.deb "$folder"
  rm -f "$folder"/vulkan-validationlayers_*.deb
  library=$(find "$folder/usr/lib" -name libVkLayer_khronos_validation.so)
  [[ -n $library ]] || give_up "vulkan-validationlayers holds no Khronos validation layer"
  require_libraries "$library"
  mkdir -p "$folder/layer"
  write_manifest "$folder/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json" "$library" "$manifest"
fi
printf '%s\n' "${manifest%/*}"
