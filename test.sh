#!/usr/bin/env bash
# Builds everything and runs every test: all of them on the default Vulkan device with the validation
# layers on, then the device-dependent ones again on SwiftShader, then the launchers' own.
# The last line is always `N passed, N failed, N skipped`: sums over these runs. Exits 0 when nothing
# failed and something passed.
#
# usage: ./test.sh [--fast] [--matrix] [--filter EXPRESSION]
#   --fast     the default device only
#   --matrix   also on the newer lavapipe of this release's backports, and what needs cooperative matrices on one newer yet
#   --filter   only these tests (an expression of `dotnet test --filter`)
set -euo pipefail

script=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${script%/*}
caller=test.sh
# shellcheck source=tools/launch/common.sh
source "$root/tools/launch/common.sh"

# The tests whose result can depend on the driver, by a part of their names; everything else runs once.
readonly device_tests=(NarVulkan.Tests.Vulkan. NarVulkan.Tests.Kernels. NarVulkan.Tests.Models. NarVulkan.Tests.Embedding. EndToEndTests. Cli.ProcessTests.)

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$script"
}

drivers=(swiftshader)
filter='' forward=''
while (( $# )); do
  case $1 in
    --fast) drivers=() ;;
    --matrix)
      drivers=(swiftshader lavapipe-backports)
      forward=yes
      ;;
    --filter)
      (( $# > 1 )) || die 2 "--filter needs an expression"
      filter=$2
      shift
      ;;
    --filter=*) filter=${1#--filter=} ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) die 2 "unknown option '$1' (see ./test.sh --help)" ;;
  esac
  shift
done

passed=0 failed=0 skipped=0 interrupted=''

finish() {
  local code=$?
  trap - EXIT
  # Whatever ended this script early is a failure, even when no test has said so.
  if (( code != 0 && failed == 0 )); then failed=1; fi
  if [[ -n $interrupted ]]; then code=130; fi
  if (( code == 0 && (failed > 0 || passed == 0) )); then code=1; fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  exit "$code"
}
trap finish EXIT
trap 'interrupted=yes; exit 130' INT TERM

heading() {
  printf '\n== %s\n' "$*"
}

skip() {
  printf 'SKIP %s\n' "$*"
  skipped=$((skipped + 1))
}

# Adds up the counters of a results file of `dotnet test` and names each reason for a skip once.
count_results() { # FILE
  local counters total ok bad
  counters=$(grep -o '<Counters [^>]*>' "$1")
  total=$(sed -E 's/.* total="([0-9]+)".*/\1/' <<<"$counters")
  ok=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  bad=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  passed=$((passed + ok))
  failed=$((failed + bad))
  # The file's own counter of tests that were not executed is always 0.
  skipped=$((skipped + total - ok - bad))
  awk '/<UnitTestResult / { skipped = /outcome="NotExecuted"/ }
    skipped && /<Message>/ { sub(/.*<Message>/, ""); sub(/<\/Message>.*/, ""); count[$0]++ }
    END {
      for (reason in count) {
        text = reason
        gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
        printf "SKIP %d: %s\n", count[reason], text
      }
    }' "$1"
}

# Runs the tests that EXPRESSION selects (empty: all), on the driver that the environment names; by RUNNER where given.
run_tests() { # NAME EXPRESSION [RUNNER...]
  local name=$1 expression=$2 run=(sdk) project assembly results code start=$SECONDS
  if (( $# > 2 )); then run=("${@:3}"); fi
  for project in "$root"/tests/*/*.csproj; do
    assembly=$(basename "$project" .csproj)
    results=$root/TestResults/$name/$assembly
    rm -rf "$results"
    mkdir -p "$results"
    local arguments=(--logger 'trx;LogFileName=results.trx' --results-directory "$results"
      --blame-hang-timeout 8m --blame-hang-dump-type none)
    if [[ -n $expression ]]; then arguments+=(--filter "$expression"); fi
    code=0
    "${run[@]}" test "${project%/*}/bin/Release/net10.0/$assembly.dll" --nologo "${arguments[@]}" 2>&1 |
      { grep --line-buffered -vE "^(Starting test execution|A total of|Data collector 'Blame')" || true; } || code=$?
    local before=$failed
    if [[ -s $results/results.trx ]]; then
      count_results "$results/results.trx"
    fi
    # A test process that died, or hung, has no counter for it.
    if (( code != 0 && failed == before )); then
      say "the run of $assembly ended with code $code"
      failed=$((failed + 1))
    fi
  done
  printf '%s: %d s\n' "$name" $((SECONDS - start))
}

# ---- what is needed -----------------------------------------------------------------------------

find_dotnet
prepare_runtime_directory
export NARVK_ROOT=$root

if [[ $OSTYPE == linux* ]]; then
  mapfile -t packages < <(
    missing_driver_packages
    has_validation_layer || echo vulkan-validationlayers
    # Windows are tested on a display in memory, with keys from outside.
    missing_window_packages
    command -v Xvfb >/dev/null || echo xvfb
    command -v xdotool >/dev/null || echo xdotool
  )
  if (( ${#packages[@]} )); then
    # Without them the tests that need them skip, each with its reason.
    install_packages "${packages[@]}" || true
  fi
fi

# ---- build --------------------------------------------------------------------------------------

heading "build"
begin_build
build NarVulkan.sln || die 1 "the build failed (above; also in $build_log)"
end_build
if grep -E ': warning |warning [A-Z]+[0-9]+' "$build_log"; then
  die 1 "the build has warnings (above)"
fi
grep -o 'Silk\.NET: .*' "$build_log" || true
echo "built in $SECONDS s, no warnings"

# ---- tests --------------------------------------------------------------------------------------

if has_validation_layer; then
  export NARVK_VALIDATION=1
else
  skip "validation: the layer VK_LAYER_KHRONOS_validation is not installed (package vulkan-validationlayers)"
fi

heading "all tests on the default device"
run_tests default "$filter"

device_filter=$(printf '|FullyQualifiedName~%s' "${device_tests[@]}")
device_filter=${device_filter#|}
if [[ -n $filter ]]; then device_filter="($filter)&($device_filter)"; fi
for driver in "${drivers[@]}"; do
  heading "device-dependent tests on $driver"
  if manifest=$("$root/tools/drivers/$driver.sh" 2>"$root/obj/launcher/driver.log"); then
    # The second name is what loaders before 1.3.207 read.
    VK_DRIVER_FILES=$manifest VK_ICD_FILENAMES=$manifest NARVK_TEST_DEVICE=auto run_tests "$driver" "$device_filter"
  else
    skip "$driver: $(tail -n 1 "$root/obj/launcher/driver.log")"
  fi
done

if [[ -n $forward ]]; then
  heading "cooperative matrices on lavapipe-forward"
  if "$root/tools/drivers/forward-run.sh" true 2>"$root/obj/launcher/driver.log"; then
    expression='FullyQualifiedName~Cooperative'
    if [[ -n $filter ]]; then expression="($filter)&($expression)"; fi
    # forward-run.sh takes the .NET that PATH finds.
    PATH=$(dirname "$(command -v "$dotnet")"):$PATH NARVK_TEST_DEVICE=auto run_tests lavapipe-forward "$expression" \
      "$root/tools/drivers/with" lavapipe-forward env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$dotnet"
  else
    skip "lavapipe-forward: $(tail -n 1 "$root/obj/launcher/driver.log")"
  fi
fi

if [[ -z $filter ]]; then
  heading "launchers"
  output=$("$root/tests/launchers/launcher-tests.sh" 2>&1) || true
  printf '%s\n' "$output"
  if [[ $(tail -n 1 <<<"$output") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + BASH_REMATCH[3]))
  else
    say "the launcher tests ended early"
    failed=$((failed + 1))
  fi
fi

printf '\nall of it: %d s\n' "$SECONDS"
