#!/usr/bin/env bash
# Makes the packages, as a user gets them, and uses them: library and window in a scratch project that knows nothing of this tree but a folder feed, the program as
# a .NET tool from the same feed. Both generate the same clip; their tokens must be the same. Needs a build of the solution (Release) and a Vulkan driver.
# The last line is `N passed, N failed, N skipped`; exits 1 when something failed.
#
# usage: tests/packaging/packaging-tests.sh
#   NARVK_PACKAGES=DIR   keeps the packages there instead of throwing them away
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
here=$root/tests/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
# What is restored from the scratch feed must not be found again by a later build: a package folder of its own.
export NUGET_PACKAGES=$work/cache

check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$what"
    sed 's/^/    /' "$work/log" | tail -n 20
  fi
}

looks() { # As check, for what needs to look into a package.
  if command -v unzip >/dev/null; then
    check "$@"
  else
    skipped=$((skipped + 1))
    printf 'SKIP %s: unzip is not installed\n' "$1"
  fi
}

holds() { # PACKAGE ENTRY...: entries are regular expressions of whole names
  local list entry
  list=$(unzip -Z1 "$1") || return 1
  for entry in "${@:2}"; do
    grep -qxE "$entry" <<<"$list" || { echo "$1 lacks $entry; it has:"; echo "$list"; return 1; }
  done
}

says() { # PACKAGE TEXT...: its description file
  local text
  for text in "${@:2}"; do
    unzip -p "$1" '*.nuspec' | grep -qF "$text" || { echo "$1 does not say: $text"; unzip -p "$1" '*.nuspec'; return 1; }
  done
}

depends() { # PACKAGE NAME...: on these and no others
  diff <(printf '%s\n' "${@:2}" | grep . | LC_ALL=C sort) <(unzip -p "$1" '*.nuspec' | grep -oP '<dependency id="\K[^"]+' | LC_ALL=C sort)
}

feed=${NARVK_PACKAGES:-$work/feed}
mkdir -p "$feed"
# As the solution was built, so that nothing is restored or compiled again; what is to be packed its projects say.
pack() { env -u NUGET_PACKAGES dotnet pack "$root/NarVulkan.sln" -c Release --no-build --output "$feed" -v q -nodeReuse:false; }
check "the packages are made" pack

library=$(find "$feed" -name 'NarVulkan.[0-9]*.nupkg' | head -n 1)
version=$(basename "$library" .nupkg)
version=${version#NarVulkan.}
window=$feed/NarVulkan.Window.$version.nupkg
tool=$feed/narvk.$version.nupkg
only() { # There are these packages, each with its symbols, and no others.
  diff <(printf '%s\n' {narvk,NarVulkan,NarVulkan.Window}."$version".{nupkg,snupkg} | LC_ALL=C sort) <(find "$feed" -type f -printf '%f\n' | LC_ALL=C sort)
}
check "library, window and tool are packed, and nothing else is" only
looks "the library has its documentation and readme" holds "$library" 'lib/net10\.0/NarVulkan\.dll' 'lib/net10\.0/NarVulkan\.xml' 'README\.md'
looks "the window has its documentation and readme" holds "$window" 'lib/net10\.0/NarVulkan\.Window\.dll' 'lib/net10\.0/NarVulkan\.Window\.xml' 'README\.md'
looks "the tool has its program and readme" holds "$tool" 'tools/net10\.0/any/narvk\.dll' 'tools/net10\.0/any/DotnetToolSettings\.xml' 'README\.md'
looks "the symbols are packed" holds "${library%.nupkg}.snupkg" 'lib/net10\.0/NarVulkan\.pdb'
looks "the window's symbols are packed" holds "${window%.nupkg}.snupkg" 'lib/net10\.0/NarVulkan\.Window\.pdb'
looks "the tool's symbols are packed" holds "${tool%.nupkg}.snupkg" 'tools/net10\.0/any/narvk\.pdb'
for package in "$library" "$window" "$tool"; do
  looks "$(basename "$package") says whose it is, under which licence, and where to read on" \
    says "$package" '<license type="expression">MIT</license>' '<authors>The NarVulkan authors</authors>' '<readme>README.md</readme>' '<tags>vulkan'
done
looks "the library depends on nothing else" depends "$library" $([[ $version == *-local ]] || echo Silk.NET.Vulkan Silk.NET.Vulkan.Extensions.EXT Silk.NET.Vulkan.Extensions.KHR)
looks "the window depends on the library" depends "$window" NarVulkan $([[ $version == *-local ]] || echo Silk.NET.Vulkan Silk.NET.Vulkan.Extensions.EXT Silk.NET.Vulkan.Extensions.KHR Silk.NET.Windowing)
looks "the window depends on the library of its own version" says "$window" "<dependency id=\"NarVulkan\" version=\"$version\""
if [[ $version == *-local ]]; then
  # What carries the subset is a prerelease, which nobody gets who does not ask for it, and says what it is.
  for package in "$library" "$window" "$tool"; do
    looks "$(basename "$package") says that it is for tests only" says "$package" '<description>For local tests only, not for publication: carries a generated subset of Silk.NET'
  done
  looks "the library for tests carries the subset of Silk.NET" holds "$library" 'lib/net10\.0/Silk\.NET\.Vulkan\.dll'
  looks "the window for tests carries the subset of Silk.NET.Windowing" holds "$window" 'lib/net10\.0/Silk\.NET\.Windowing\.dll'
  looks "the tool for tests carries both" holds "$tool" 'tools/net10\.0/any/Silk\.NET\.Vulkan\.dll' 'tools/net10\.0/any/Silk\.NET\.Windowing\.dll'
else
  looks "the library depends on the real Silk.NET" says "$library" '<dependency id="Silk.NET.Vulkan" version="2.22.0"'
fi

# ---- a scratch project ----------------------------------------------------------------------------

project=$work/project
mkdir -p "$project"
cp "$here/Program.cs" "$project/"
cp "$root/global.json" "$project/" 2>/dev/null
sed "s/VERSION/$version/" "$here/Scratch.csproj.txt" >"$project/Scratch.csproj"
{
  echo '<configuration><packageSources>'
  # A package for others needs the feed that the machine is set up with besides.
  [[ $version != *-local ]] || echo '<clear />'
  echo "<add key=\"scratch\" value=\"$feed\" />"
  echo '</packageSources></configuration>'
} >"$project/nuget.config"
check "a scratch project builds with the packages, without a warning" dotnet build "$project" -c Release -v q -nodeReuse:false -p:TreatWarningsAsErrors=true
scratch() { dotnet "$project/bin/Release/net10.0/Scratch.dll" "$@"; }
check "it generates on a device of its own" scratch "$root/weights/demo-video" "$work/package.txt"
windowless() { env -u DISPLAY -u WAYLAND_DISPLAY dotnet "$project/bin/Release/net10.0/Scratch.dll" | grep -F 'a window needs a display'; }
check "its window says what it lacks without a display" windowless

# ---- the tool -------------------------------------------------------------------------------------

check "the tool installs from the folder feed" dotnet tool install narvk --tool-path "$work/tools" --version "$version" --configfile "$project/nuget.config"
tool() { # The tool's tokens as the scratch project writes its own.
  DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")} \
    "$work/tools/narvk" --model "$root/weights/demo-video" --class 3 --seed 7 --out "$work/clip.png" --dump-tokens "$work/tool.npy"
}
check "the tool generates" tool
same() {
  # A .npy of format 1 ends in its values: 4 bytes each.
  local count
  count=$(wc -l <"$work/package.txt")
  tail -c $((4 * count)) "$work/tool.npy" | od -An -v -t d4 -w4 | tr -d ' ' | cmp - "$work/package.txt"
}
check "package and tool give the same tokens" same

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 ))
