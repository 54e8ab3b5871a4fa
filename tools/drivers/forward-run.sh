#!/usr/bin/env bash
# Runs a command in the root that debian13-root.sh sets up, with this machine's other folders (home, /tmp, /work, ...)
# and its .NET at their places, in the same working directory. Needs root or unprivileged user namespaces.
# usage: forward-run.sh COMMAND [ARGUMENT...]
# shellcheck source=tools/drivers/common.sh
source "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

root=$("$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/debian13-root.sh")
namespace=(unshare --mount)
(( EUID == 0 )) || namespace+=(--map-root-user)
"${namespace[@]}" true 2>/dev/null || give_up "needs root, or user namespaces for everyone (unshare --map-root-user --mount)"
dotnet=$(readlink -f "$(command -v dotnet || true)")

# shellcheck disable=SC2016 # expanded by the inner shells
exec "${namespace[@]}" bash -euc '
  root=$1 dotnet=$2
  shift 2
  for folder in /*; do
    case $folder in /bin | /boot | /etc | /lib* | /lost+found | /sbin | /usr | /var) continue ;; esac
    [[ -d $folder ]] || continue
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
  done
  if [[ $dotnet == /usr/* ]]; then
    mkdir -p "$root${dotnet%/*}"
    mount --rbind "${dotnet%/*}" "$root${dotnet%/*}"
  fi
  [[ -z $dotnet ]] || PATH=$PATH:${dotnet%/*}
  exec chroot "$root" bash -c "cd \"\$0\" && exec \"\$@\"" "$PWD" "$@"
' bash "$root" "$dotnet" "$@"
