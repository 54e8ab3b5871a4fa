#!/usr/bin/env bash
# SwiftShader, a second software driver, unpacked from Debian's chromium-common into the cache.
# Prints the path of its driver manifest, for VK_DRIVER_FILES and VK_ICD_FILENAMES.
# Exits 77, with the reason on stderr, where it cannot be had (Ubuntu has no such package).
# usage: swiftshader.sh [--update]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

folder=$cache/swiftshader
manifest=$folder/swiftshader_icd.json
lock_cache
if [[ ${1:-} == --update || ! -s $manifest ]]; then
  require_apt
  rm -f "$manifest"
  download_package chromium-common "$folder" || give_up "this machine's apt sources have no chromium-common ($folder/apt.log)"
  unpack "$folder"/chromium-common_*.deb "$folder" ./usr/lib/chromium/libvk_swiftshader.so \
    ./usr/lib/chromium/vk_swiftshader_icd.json || give_up "chromium-common holds no SwiftShader"
  rm -f "$folder"/chromium-common_*.deb
  library=$folder/usr/lib/chromium/libvk_swiftshader.so
  require_libraries "$library"
  write_manifest "${library%/*}/vk_swiftshader_icd.json" "$library" "$manifest"
fi
printf '%s\n' "$manifest"
