#!/usr/bin/env bash
# Builds everything and runs every test: all of them on the default Vulkan device with the validation
# layers on, then the device-dependent ones again on SwiftShader, then the launchers' own and those of the packages.
# The last line is always `N passed, N failed, N skipped`: sums over these runs. Exits 0 when nothing
# failed and something passed.
#
# usage: ./test.sh [--fast] [--matrix] [--filter EXPRESSION]
#   --fast     the default device only
#   --matrix   also on the newer lavapipe of this release's backports; with the least limits that a device may have; with every
#              Vulkan call failing in turn; what needs cooperative matrices on a lavapipe newer yet; and every pipeline compiled
#              for three AMD chips, compared with tools/bench/PIPELINES.md, where a new spill is a failure. A driver that cannot
#              be had here is a failure, too. A table of all of it comes at the end
#   --filter   only these tests (an expression of `dotnet test --filter`)
set -euo pipefail

script=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${script%/*}
caller=test.sh
# shellcheck source=tools/launch/common.sh
source "$root/tools/launch/common.sh"

# The tests whose result can depend on the driver, by a part of their names; everything else runs once.
readonly device_tests=(NarVulkan.Tests.Vulkan. NarVulkan.Tests.Kernels. NarVulkan.Tests.Models. NarVulkan.Tests.Embedding. EndToEndTests. Cli.ProcessTests.)

# What the driver's own name has in it, by the script that sets it up.
declare -rA driver_names=([swiftshader]=SwiftShader [lavapipe-backports]='llvmpipe (Mesa 25.' [lavapipe-forward]='llvmpipe (Mesa 26.')

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$script"
}

drivers=(swiftshader)
filter='' matrix='' fast=''
while (( $# )); do
  case $1 in
    --fast)
      drivers=()
      fast=yes
      ;;
    --matrix)
      drivers=(swiftshader lavapipe-backports)
      matrix=yes
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

if [[ -n $matrix && -n $fast ]]; then die 2 "--matrix has more drivers, --fast has none: say one of them"; fi

passed=0 failed=0 skipped=0 interrupted=''
# How long a test may take before it counts as hung.
hang_timeout=8m
# Lines of: driver, kind of test, passed, failed, skipped, seconds.
table=$root/TestResults/matrix.tsv
# Lines of: driver, name of a test that failed, its message.
failures=$root/TestResults/failures.tsv
rm -f "$table" "$failures"

finish() {
  local code=$?
  trap - EXIT
  # Whatever ended this script early is a failure, even when no test has said so.
  if (( code != 0 && failed == 0 )); then failed=1; fi
  if [[ -n $interrupted ]]; then code=130; fi
  if (( code == 0 && (failed > 0 || passed == 0) )); then code=1; fi
  if [[ -s $table ]]; then print_table; fi
  # Once more at the end, which is what is kept of a long output.
  if [[ -s $failures ]]; then awk -F '\t' '{ printf "FAILED on %s: %s: %s\n", $1, $2, $3 }' "$failures"; fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  exit "$code"
}
trap finish EXIT
trap 'interrupted=yes; exit 130' INT TERM

note() { # DRIVER KIND PASSED FAILED SKIPPED SECONDS
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$table"
}

print_table() {
  printf '\n%-20s %-12s %8s %8s %8s %8s\n' driver tests passed failed skipped seconds
  awk -F '\t' '{ printf "%-20s %-12s %8d %8d %8d %8.0f\n", $1, $2, $3, $4, $5, $6 }' "$table"
}

heading() {
  printf '\n== %s\n' "$*"
}

skip() {
  printf 'SKIP %s\n' "$*"
  skipped=$((skipped + 1))
}

# A driver that cannot be had: the matrix is not whole then, while a plain run is as good as the machine allows.
lack() { # DRIVER KIND REASON
  if [[ -n $matrix ]]; then
    say "$1: $3"
    failed=$((failed + 1))
    note "$1" "$2" 0 1 0 0
  else
    skip "$1: $3"
    note "$1" "$2" 0 0 1 0
  fi
}

# Adds up the counters of a results file of `dotnet test` and names each reason for a skip once.
count_results() { # FILE DRIVER
  local counters total ok bad
  counters=$(grep -o '<Counters [^>]*>' "$1")
  total=$(sed -E 's/.* total="([0-9]+)".*/\1/' <<<"$counters")
  ok=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  bad=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  passed=$((passed + ok))
  failed=$((failed + bad))
  # The file's own counter of tests that were not executed is always 0.
  skipped=$((skipped + total - ok - bad))
  # By the part of the tests' names behind NarVulkan.Tests; seconds of single tests, some of which run side by side.
  { grep -o '<UnitTestResult [^>]*>' "$1" || true; } | sed -E 's/.* testName="NarVulkan\.Tests\.([A-Za-z]+)\..*/\1 &/' |
    awk -v driver="$2" -v OFS='\t' '
      { kind = $1; outcome = $0; sub(/.* outcome="/, "", outcome); sub(/".*/, "", outcome)
        time = "0:0:0"; if (match($0, / duration="[0-9:.]+"/)) time = substr($0, RSTART + 11, RLENGTH - 12)
        split(time, part, ":"); seconds[kind] += part[1] * 3600 + part[2] * 60 + part[3]
        kinds[kind]; if (outcome == "Passed") good[kind]++; else if (outcome == "NotExecuted") left[kind]++; else bad[kind]++ }
      END { for (kind in kinds) print driver, kind, good[kind] + 0, bad[kind] + 0, left[kind] + 0, seconds[kind] }' |
    LC_ALL=C sort >>"$table"
  awk -v driver="$2" -v OFS='\t' '
    /<UnitTestResult / { failed = /outcome="Failed"/; name = $0; sub(/.* testName="/, "", name); sub(/" .*/, "", name) }
    failed && /<Message>/ { sub(/.*<Message>/, ""); sub(/<\/Message>.*/, ""); print driver, name, $0; failed = 0 }' "$1" >>"$failures"
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
      --blame-hang-timeout "$hang_timeout" --blame-hang-dump-type none)
    if [[ -n $expression ]]; then arguments+=(--filter "$expression"); fi
    code=0
    "${run[@]}" test "${project%/*}/bin/Release/net10.0/$assembly.dll" --nologo "${arguments[@]}" 2>&1 |
      { grep --line-buffered -vE "^(Starting test execution|A total of|Data collector 'Blame')" || true; } || code=$?
    local before=$failed good=$passed
    if [[ -s $results/results.trx ]]; then
      count_results "$results/results.trx" "$name"
    fi
    # A cell that nothing ran in, or all was skipped in, is not a good one; an expression of the caller's may well leave it empty.
    if (( code == 0 && passed == good )) && [[ -z $filter ]]; then
      say "no test of $assembly passed"
      code=1
    fi
    # A test process that died, or hung, has no counter for it.
    if (( code != 0 && failed == before )); then
      say "the run of $assembly ended with code $code"
      failed=$((failed + 1))
      note "$name" 'run ended' 0 1 0 $((SECONDS - start))
    fi
  done
  printf '%s: %d s\n' "$name" $((SECONDS - start))
}

# Compiles every pipeline for an AMD chip, without one, and compares what came of it with what was kept.
compare_pipelines() { # FAMILY
  local code=0 start=$SECONDS report
  heading "pipelines for $1, compiled without the hardware"
  # Without validation: a driver without hardware hands out semaphores that are null, which the layer takes for none.
  report=$(cd "$root" && NARVK_VALIDATION=0 tools/drivers/with "radv-null:$1" "$dotnet" \
    tools/PipelineReport/bin/Release/net10.0/PipelineReport.dll --compare tools/bench/PIPELINES.md 2>"$root/obj/launcher/driver.log") || code=$?
  printf '%s\n' "$report"
  case $code in
    0) passed=$((passed + 1)); note "radv-null $1" pipelines 1 0 0 $((SECONDS - start)) ;;
    77) lack "radv-null $1" pipelines "$(tail -n 1 "$root/obj/launcher/driver.log")" ;;
    *)
      case $code in
        1) say "pipelines for $1 spill that did not (above)" ;;
        3) say "pipelines for $1 are not as tools/bench/PIPELINES.md says (above): run tools/PipelineReport/update.sh and look at the difference" ;;
        *) say "pipelines for $1: code $code, $(tail -n 1 "$root/obj/launcher/driver.log")" ;;
      esac
      failed=$((failed + 1)); note "radv-null $1" pipelines 0 1 0 $((SECONDS - start))
      ;;
  esac
}

# Runs a script whose last line counts as this one's does.
run_script() { # NAME SCRIPT
  local start=$SECONDS output
  heading "$1"
  output=$(PATH=$(dirname "$(command -v "$dotnet")"):$PATH "$root/$2" 2>&1) || true
  printf '%s\n' "$output"
  if [[ $(tail -n 1 <<<"$output") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + BASH_REMATCH[3]))
    note - "$1" "${BASH_REMATCH[@]:1:3}" $((SECONDS - start))
  else
    say "the tests of $1 ended early"
    failed=$((failed + 1))
    note - "$1" 0 1 0 $((SECONDS - start))
  fi
  printf '%s: %d s\n' "$1" $((SECONDS - start))
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
{ grep -o 'Not locked: .*' "$build_log" || true; } | sort -u
echo "built in $SECONDS s, no warnings"

# ---- tests --------------------------------------------------------------------------------------

if has_validation_layer; then
  export NARVK_VALIDATION=1
else
  skip "validation: the layer VK_LAYER_KHRONOS_validation is not installed (package vulkan-validationlayers)"
fi

mkdir -p "${table%/*}"
: >"$table"
heading "all tests on the default device"
run_tests default "$filter"

device_filter=$(printf '|FullyQualifiedName~%s' "${device_tests[@]}")
device_filter=${device_filter#|}
if [[ -n $filter ]]; then device_filter="($filter)&($device_filter)"; fi
for driver in "${drivers[@]}"; do
  heading "device-dependent tests on $driver"
  if manifest=$("$root/tools/drivers/$driver.sh" 2>"$root/obj/launcher/driver.log"); then
    # The second name is what loaders before 1.3.207 read. A driver that does not load, or another one, fails every test.
    VK_DRIVER_FILES=$manifest VK_ICD_FILENAMES=$manifest NARVK_TEST_DEVICE=auto NARVK_TEST_DRIVER=${driver_names[$driver]} \
      run_tests "$driver" "$device_filter"
  else
    lack "$driver" all "$(tail -n 1 "$root/obj/launcher/driver.log")"
  fi
done

if [[ -n $matrix ]]; then
  heading "device-dependent tests with the least limits that a device may have"
  NARVK_TEST_LIMITS=1 run_tests limits "$device_filter"

  if [[ -z $filter ]]; then
    heading "every Vulkan call of a generation fails in turn"
    # One test of it makes thousands of runs, which take an hour on two busy cores.
    NARVK_TEST_FAULTS=all hang_timeout=3h run_tests faults 'FullyQualifiedName~FaultSweep|FullyQualifiedName~HostFault'
  fi

  heading "cooperative matrices on lavapipe-forward"
  if "$root/tools/drivers/forward-run.sh" true 2>"$root/obj/launcher/driver.log"; then
    expression='FullyQualifiedName~Cooperative'
    if [[ -n $filter ]]; then expression="($filter)&($expression)"; fi
    # By its name alone: forward-run.sh takes the .NET that PATH finds to its real place, where a link such as /usr/bin/dotnet is not.
    PATH=$(dirname "$(command -v "$dotnet")"):$PATH NARVK_TEST_DEVICE=auto NARVK_TEST_DRIVER=${driver_names[lavapipe-forward]} \
      run_tests lavapipe-forward "$expression" \
      "$root/tools/drivers/with" lavapipe-forward env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 dotnet
  else
    lack lavapipe-forward Cooperative "$(tail -n 1 "$root/obj/launcher/driver.log")"
  fi

  if [[ -z $filter ]]; then
    for family in vega10 navi21 navi31; do
      compare_pipelines "$family"
    done
  fi
fi

if [[ -z $filter ]]; then
  run_script launchers tests/launchers/launcher-tests.sh
  run_script packages tests/packaging/packaging-tests.sh
fi

printf '\nall of it: %d s\n' "$SECONDS"
