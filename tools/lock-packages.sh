#!/usr/bin/env bash
# Writes the lock files of every project that takes packages (Directory.Build.targets says what they are for), after a
# package, a version or a reference between projects has changed; read what `git diff` shows before it is committed.
#   tools/lock-packages.sh                     as the build finds Silk.NET here (SilkNet=package: of the real packages)
set -euo pipefail

root=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/..
cd "$root"
while IFS= read -r project; do
  case $project in
    # Never part of the solution: one only asks whether packages can be had, the other has a compiler of the SDK's version.
    ./tools/silknet-probe/* | ./tools/launch/*) continue ;;
  esac
  "${DOTNET:-dotnet}" restore "$project" -p:NarWriteLocks=true --force-evaluate --disable-build-servers -v q
done < <(find . -name '*.csproj' -not -path '*/obj/*' | LC_ALL=C sort)
