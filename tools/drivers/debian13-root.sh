#!/usr/bin/env bash
# A Debian 13 root folder in the cache with what is newer there than here: lavapipe of the Mesa in its backports suite
# (with VK_KHR_cooperative_matrix), the validation layer and glslc. Its libraries need a newer libc than Debian 12's,
# so commands run inside that root: `with lavapipe-forward COMMAND...`, or forward-run.sh. Prints the root's path.
# Packages are unpacked, not installed: none of their scripts runs, nothing outside the cache changes.
# Exits 77, with the reason on stderr, where it cannot be had.
# usage: debian13-root.sh [--update]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

readonly suite=trixie
# The first line is the point of it, the second what .NET and the launchers' scripts need.
readonly packages=("mesa-vulkan-drivers/$suite-backports" libvulkan1 vulkan-validationlayers vulkan-tools glslc spirv-tools
  base-files bash coreutils findutils gawk grep sed libc6 libstdc++6 libicu76 libssl3t64 zlib1g)

root=$cache/debian13
lock_cache
if [[ ${1:-} != --update && -e $root/complete ]]; then
  printf '%s\n' "$root"
  exit 0
fi

require_apt
[[ $(dpkg --print-architecture) == amd64 ]] || give_up "the package names here are those of amd64"
mirror=$(debian_mirror) || exit
state=$cache/apt/debian13
key=/usr/share/keyrings/debian-archive-keyring.gpg
rm -rf "$root" "$state/cache/archives"
mkdir -p "$state" "$root"
for name in "$suite" "$suite-backports"; do
  printf 'deb %s%s %s main\n' "$([[ -e $key ]] && echo "[signed-by=$key] ")" "$mirror" "$name"
done >"$state/sources.list"
# With an empty status file apt resolves the packages' needs as on a machine that has nothing.
: >"$state/status"
{
  private_apt "$state" -o "Dir::State=$state" -o "Dir::State::status=$state/status" update &&
    private_apt "$state" -o "Dir::State=$state" -o "Dir::State::status=$state/status" -o APT::Install-Recommends=false \
      -y --download-only install "${packages[@]}"
} >"$state/apt.log" 2>&1 </dev/null 9<&- || give_up "this machine's mirror has no Debian 13 with a newer Mesa ($state/apt.log)"

# base-files first: it makes bin, lib and sbin links into usr, which the others then follow.
dpkg-deb -x "$state"/cache/archives/base-files_*.deb "$root"
for package in "$state"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink 2>>"$state/tar.log"
done
rm -rf "$state/cache/archives"
[[ -s $root/usr/share/vulkan/icd.d/lvp_icd.json ]] || give_up "this Mesa has no lavapipe"
touch "$root/complete"
printf '%s\n' "$root"
