#!/usr/bin/env bash
# Measures narvk on this machine's GPU and writes one folder with a report: what the machine is, doctor, golden parity,
# speed at the published sizes, and the original beside it where Python with PyTorch is here.
#   run.sh [--device N|NAME] [--out FOLDER] [--quick] [STEP...]
# Steps, by default all of them: machine doctor parity products video images original. --quick takes small models and few runs, as
# software devices do by themselves. Needs a Vulkan driver and nothing else: no root, no network; it writes below FOLDER only
# (default: results-DATE beside this script). Exit code 1 when something was wrong, 4 when there is no Vulkan device.
set -uo pipefail

here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
device=auto
quick=0
out=$here/results-$(date -u +%Y%m%d-%H%M%S)
steps=()
while (( $# )); do
  case $1 in
    --device) device=${2:?--device needs a number or a name}; shift ;;
    --out) out=${2:?--out needs a folder}; shift ;;
    --quick) quick=1 ;;
    machine | doctor | parity | products | video | images | original) steps+=("$1") ;;
    *)
      sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      [[ $1 == --help ]]
      exit $(( $? * 2 ))
      ;;
  esac
  shift
done
(( ${#steps[@]} )) || steps=(machine doctor parity products video images original)

mkdir -p "$out/home" "$out/tmp" "$out/cache" || exit 1
out=$(readlink -f -- "$out")
report=$out/report.md
# Nothing is written anywhere else: not by .NET, not by drivers.
export HOME=$out/home TMPDIR=$out/tmp XDG_CACHE_HOME=$out/cache XDG_RUNTIME_DIR=$out/tmp NARVK_ROOT=$here
export DOTNET_EnableDiagnostics=0 __GL_SHADER_DISK_CACHE_PATH=$out/cache MESA_SHADER_CACHE_DIR=$out/cache
# Pictures that a command makes by the way land in its current folder.
cd "$out/tmp" || exit 1
failures=0

say() { printf '%s\n' "$@" | tee -a "$report"; }

# Runs a command with its output in the report and in a log of its own.
run() { # NAME COMMAND...
  local name=$1 start=$SECONDS code=0
  shift
  say '' "### $name" '' '```'
  say "\$ ${*//$here\//}"
  "$@" >"$out/$name.log" 2>"$out/$name.err" || code=$?
  tee -a "$report" <"$out/$name.log"
  if (( code )); then
    tail -n 20 "$out/$name.err" | tee -a "$report"
    say "exit code $code"
    failures=$((failures + 1))
  fi
  say '```' "$((SECONDS - start)) s"
  return "$code"
}

narvk() { "$here/bin/narvk" "$@"; }

# The loader looks in the usual places; containers of NVIDIA's keep their manifest elsewhere, or have none at all.
find_driver() {
  local folder file missing
  for folder in /etc/vulkan/icd.d /usr/share/vulkan/icd.d /usr/local/share/vulkan/icd.d /usr/local/etc/vulkan/icd.d \
    /usr/local/nvidia/share/vulkan/icd.d /usr/local/nvidia/vulkan/icd.d /run/opengl-driver/share/vulkan/icd.d /opt/amdgpu/share/vulkan/icd.d; do
    for file in "$folder"/*.json; do
      [[ -e $file ]] && manifests+=("$file")
    done
  done
  say "Driver manifests found: ${manifests[*]:-none}"
  if [[ -n ${VK_DRIVER_FILES:-${VK_ICD_FILENAMES:-}} ]]; then
    say "VK_DRIVER_FILES is set and decides: ${VK_DRIVER_FILES:-$VK_ICD_FILENAMES}"
    export VK_ICD_FILENAMES=${VK_ICD_FILENAMES:-$VK_DRIVER_FILES}
    return
  fi
  for file in /usr/local/nvidia/lib64 /usr/lib/x86_64-linux-gnu /usr/lib64 /run/opengl-driver/lib; do
    [[ -e $file/libGLX_nvidia.so.0 ]] || continue
    say "NVIDIA's driver library: $file/libGLX_nvidia.so.0"
    missing=$(ldd "$file/libGLX_nvidia.so.0" 2>/dev/null | awk '/not found/ { print $1 }' | sort -u | paste -sd' ' -)
    [[ -z $missing ]] || say "It needs libraries that are not here: $missing"
    if ! printf '%s\n' "${manifests[@]}" | grep -q nvidia; then
      printf '{"file_format_version": "1.0.0", "ICD": {"library_path": "%s", "api_version": "1.3.277"}}\n' "$file/libGLX_nvidia.so.0" >"$out/nvidia_icd.json"
      manifests+=("$out/nvidia_icd.json")
      say "No manifest names it; one was written: $out/nvidia_icd.json"
    fi
    break
  done
  if (( ${#manifests[@]} )); then
    VK_DRIVER_FILES=$(IFS=:; echo "${manifests[*]}")
    export VK_DRIVER_FILES VK_ICD_FILENAMES=$VK_DRIVER_FILES
  fi
}

# The system's own libraries where it has them: its driver may be built for newer ones than ours.
find_libraries() {
  if ! narvk --version >/dev/null 2>&1; then
    export LD_LIBRARY_PATH=$here/lib/runtime${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    say "The bundle's libstdc++ and libgcc are used: the system's are missing or do not do."
  fi
  # .NET computes its hashes with OpenSSL, and ends the process where there is none.
  if [[ -z $(find /usr/lib /usr/lib64 /lib /lib64 /usr/local/lib -maxdepth 2 -name 'libssl.so.[13]*' 2>/dev/null) ]]; then
    export LD_LIBRARY_PATH=$here/lib/openssl${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    say "The bundle's OpenSSL is used: the system has none."
  fi
  if ! narvk devices >/dev/null 2>&1; then
    export LD_LIBRARY_PATH=$here/lib/loader${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    say "The bundle's Vulkan loader is used."
  fi
}

parity() {
  local total=0 equal=0
  while read -r model weights classes scale interval golden; do
    total=$((total + 1))
    local tokens=$out/tmp/$model-$golden.npy reference=$here/golden/$model/${golden}__tokens.npy bytes verdict
    # Where the original does not generate in raster order, both orders are kept.
    [[ -e ${reference%.npy}_raster.npy ]] && reference=${reference%.npy}_raster.npy
    # NumPy's header fills 128 bytes here; ours may differ, the int32 values behind it may not.
    bytes=$(($(wc -c <"$reference") - 128))
    if narvk generate --model "$here/$weights" --device "$device" --precision fp32 --greedy --class "$classes" --cfg "$scale" \
      --cfg-interval "$interval" --seed 1 --dump-tokens "$tokens" --quiet >"$out/parity-$model-$golden.log" 2>&1 &&
      cmp -s <(tail -c "$bytes" "$tokens") <(tail -c "$bytes" "$reference"); then
      equal=$((equal + 1))
      verdict="all $((bytes / 4)) tokens equal"
    else
      verdict="DIFFERENT, or failed: $(tail -n 1 "$out/parity-$model-$golden.log")"
    fi
    echo "$model, $golden: $verdict"
  done <<'CASES'
nar-c2i golden/nar-c2i 0,3,9,5 1 -1 cfg1.0
nar-c2i golden/nar-c2i 0,3,9,5 2.5 -1 cfg2.5
nar-c2i golden/nar-c2i 0,3,9,5 2.5 20 cfg2.5_interval
nar-c2v golden/nar-c2v 0,4,10 1 -1 cfg1.0
nar-c2v golden/nar-c2v 0,4,10 1.25 -1 cfg1.25
nar-c2v golden/nar-c2v 0,4,10 2.5 9 cfg2.5_interval
par-c2i golden/par-c2i 2,9,0 1.5 -1 cfg1.5
llamagen-c2i golden/llamagen-c2i 1,9,4 2 -1 cfg2.0
larp-c2v golden/larp-c2v 0,6,10 1.25 -1 cfg1.25
demo-video weights/demo-video 0-27 1 -1 greedy_cfg1.0
demo-video weights/demo-video 0-27 2 -1 greedy_cfg2.0
demo-image weights/demo-image 0-20 1 -1 greedy_cfg1.0
demo-image weights/demo-image 0-20 1.25 -1 greedy_cfg1.25
CASES
  echo "$equal of $total runs equal to those of the original implementation or of the demo models' training"
  (( equal == total ))
}

# The one place that knows how speed is asked for. The figures again as JSON, for scripts.
bench() { # NAME ARGUMENT...
  local name=$1
  shift
  run "$name" narvk bench --device "$device" "$@"
  (( quick )) || narvk bench --device "$device" "$@" --json >"$out/$name.json" 2>/dev/null
}

original() {
  local python dtype where=cuda line models=("llama-abs-LP 1 1.25" "GPT-L 64 2")
  python=$(command -v python3 || true)
  if [[ -z $python ]] || ! "$python" -c 'import torch' 2>/dev/null; then
    say '' "The original was not timed: there is no python3 with PyTorch here."
    return
  fi
  if [[ ! -d $here/peers/NAR ]]; then
    say '' "The original was not timed: the bundle was built without it (NAR_SOURCE)."
    return
  fi
  if ! "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    where=cpu
  fi
  (( quick )) && models=("llama-abs-S 1 1.25")
  for dtype in float32 bfloat16; do
    [[ $where == cpu && $dtype != float32 ]] && continue
    for line in "${models[@]}"; do
      # Three generations after the first.
      run "original-${line// /-}-$dtype" bash -c "printf '%s\n' '$line' '$line' '$line' | PYTHONDONTWRITEBYTECODE=1 '$python' '$here/peers/original.py' '$here/peers/NAR' --device $where --dtype $dtype"
    done
  done
}

wanted() { [[ " ${steps[*]} " == *" $1 "* ]]; }

manifests=()
say "# narvk on $(uname -n), $(date -u +'%Y-%m-%d %H:%M UTC')" ''
say "$(paste -sd, "$here/VERSION")" ''
find_driver
find_libraries
if ! narvk devices >"$out/devices.log" 2>"$out/devices.err"; then
  say "There is no Vulkan device here: $(tail -n 1 "$out/devices.err")"
  exit 4
fi
if wanted machine; then
  say '' "$(uname -srm), $(grep -c ^processor /proc/cpuinfo) processors: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
  command -v nvidia-smi >/dev/null && run nvidia-smi nvidia-smi
  run devices narvk devices
fi
# A software device would take hours for the published sizes.
if narvk doctor --device "$device" 2>/dev/null | grep -qiE 'llvmpipe|lavapipe|SwiftShader|software'; then
  quick=1
  say '' "A software device: small models and few runs."
fi
wanted doctor && run doctor narvk doctor --device "$device"
wanted parity && run parity parity
if (( quick )); then
  video=(nar-s-ucf --runs 1) images=(nar-b-imagenet --cfg 2 --runs 1) batches=(1)
else
  video=(nar-lp-ucf) images=(nar-l-imagenet --cfg 2 --precision fp16 --runs 3) batches=(64 256 512)
fi
# Once more with integer dot products: both ways of 8-bit weights in one run, and the others beside them. Not where it is quick: on software it takes minutes.
if wanted products && (( ! quick )); then
  bench products --suite matmul
  NARVK_INTEGER_DOT=1 bench products-integer --suite matmul
fi
if wanted video; then
  bench video --random-weights "${video[@]}" --batch 1 --only kernels,steps,generation
fi
if wanted images; then
  for batch in "${batches[@]}"; do
    bench "images-batch$batch" --random-weights "${images[@]}" --batch "$batch" --only kernels,generation
  done
fi
wanted original && original
say '' "$failures of the steps failed. Everything is in $out."
(( failures == 0 ))
