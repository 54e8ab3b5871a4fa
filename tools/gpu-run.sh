#!/usr/bin/env bash
# Packs everything that a measurement on a real GPU needs into one compressed file:
#   tools/gpu-run.sh [FILE.tar.gz]                   (default: narvk-gpu.tar.gz)
# and on any x86-64 Linux machine with a Vulkan driver, without network or root:
#   tar xzf narvk-gpu.tar.gz && narvk-gpu/run.sh     (narvk-gpu/run.sh --help)
# In it: the published program with its .NET runtime and shaders, a Vulkan loader, the demo models, golden cases, and the
# driver of the comparison with the original. NAR_SOURCE=CHECKOUT of the original puts its models in too, for machines
# with PyTorch. NARVK_PUBLISHED=FOLDER takes a published program instead of publishing this tree.
set -euo pipefail

here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(readlink -f -- "$here/..")
readonly most_bytes=60000000
output=${1:-narvk-gpu.tar.gz}
if [[ $output == -* || $# -gt 1 ]]; then
  sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  exit 2
fi
output=$(readlink -f -- "$output")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/narvk-gpu
mkdir -p "$bundle/lib/loader" "$bundle/lib/runtime" "$bundle/lib/openssl" "$bundle/golden" "$bundle/weights" "$bundle/peers"

if [[ -n ${NARVK_PUBLISHED:-} ]]; then
  cp -r "$NARVK_PUBLISHED" "$bundle/bin"
else
  "${DOTNET:-dotnet}" publish "$root/src/NarVulkan.Cli" -c Release -r linux-x64 --self-contained -v q --nologo -o "$bundle/bin"
fi
rm -f "$bundle"/bin/*.pdb "$bundle"/bin/*.xml
# Large parts of .NET that nothing here uses; the program's list of its files must not name them either.
for name in Microsoft.VisualBasic.Core System.Data.Common System.Private.DataContractSerialization System.Private.Xml System.Private.Xml.Linq; do
  sed -i "/\"$name.dll\": {/,/}/d" "$bundle/bin/narvk.deps.json"
  rm -f "$bundle/bin/$name.dll"
done
version=$("$bundle/bin/narvk" --version)

library() { # NAME: the file behind it on this machine
  local path
  path=$(ldconfig -p | awk -v name="$1" '$1 == name && /x86-64/ { print $NF; exit }')
  [[ -n $path ]] || { echo "${0##*/}: this machine has no $1" >&2; exit 1; }
  readlink -f -- "$path"
}
cp "$(library libvulkan.so.1)" "$bundle/lib/loader/libvulkan.so.1"
for name in libstdc++.so.6 libgcc_s.so.1; do
  cp "$(library "$name")" "$bundle/lib/runtime/$name"
done
for name in libssl.so.3 libcrypto.so.3; do
  cp "$(library "$name")" "$bundle/lib/openssl/$name"
done

cp -r "$root/weights/demo-video" "$root/weights/demo-image" "$bundle/weights/"
rm "$bundle"/weights/*/preview.png
for model in nar-c2i nar-c2v par-c2i llamagen-c2i larp-c2v; do
  mkdir "$bundle/golden/$model"
  (cd "$root/tests/fixtures/golden/$model" && find . \( -name '*__logits.npy' -o -name 'step_*.npy' -o -name '*-plain.pth' -o -name hub \) -prune -o -type f -print0 |
    xargs -0 cp --parents -t "$bundle/golden/$model")
  # Tokens are compared, not pictures.
  sed -i '/"tokenizer": {/,/},/d' "$bundle/golden/$model/narvk.json"
done
for model in demo-video demo-image; do
  mkdir "$bundle/golden/$model"
  cp "$root/tests/fixtures/$model"/*__tokens.npy "$bundle/golden/$model"
done

cp "$here/bench/peers/original.py" "$bundle/peers/"
if [[ -n ${NAR_SOURCE:-} ]]; then
  for folder in NAR-images/autoregressive/models NAR-images/utils NAR-videos/models NAR-videos/ar; do
    mkdir -p "$bundle/peers/NAR/$folder"
    cp "$NAR_SOURCE/$folder"/*.py "$bundle/peers/NAR/$folder/"
  done
  cp "$NAR_SOURCE"/NAR-videos/LICENSE* "$bundle/peers/NAR/"
fi
# The terms under which all this may be passed on.
mkdir "$bundle/licences"
cp "$root/THIRD-PARTY.md" "$bundle/licences/"
for package in libvulkan1 libstdc++6 libgcc-s1 libssl3; do
  copyright=/usr/share/doc/$package/copyright
  if [[ -r $copyright ]]; then cp -L "$copyright" "$bundle/licences/$package.txt"; fi
done
for text in "$(dirname "$(readlink -f "$(command -v "${DOTNET:-dotnet}")")")"/{LICENSE.txt,ThirdPartyNotices.txt}; do
  if [[ -f $text ]]; then cp "$text" "$bundle/licences/dotnet-${text##*/}"; fi
done
install -m 755 "$here/gpu/run.sh" "$bundle/run.sh"
{
  echo "commit $(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
  echo "$version"
  echo "built $(date -u +%Y-%m-%dT%H:%MZ)"
} >"$bundle/VERSION"

tar -c --owner=0 --group=0 --numeric-owner -C "$stage" narvk-gpu | gzip -9 >"$output"
bytes=$(stat -c %s "$output")
printf '%s: %.1f MB\n' "$output" "$(awk -v b="$bytes" 'BEGIN { print b / 1e6 }')"
if (( bytes >= most_bytes )); then
  echo "${0##*/}: more than $((most_bytes / 1000000)) MB" >&2
  exit 1
fi
