#!/usr/bin/env bash
# Tests of ./narvk and ./test.sh themselves, in copies of the launchers with a small stand-in for the
# `dotnet` command, so that each takes milliseconds and needs no network. Run by ./test.sh; the last
# line is `N passed, N failed, N skipped`.
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# ---- the stage ----------------------------------------------------------------------------------

# A tree with the launchers and two source files, at a path with a space in it.
new_tree() {
  tree="$work/$1/a tree"
  mkdir -p "$tree/src/NarVulkan.Cli" "$tree/tools" "$tree/tests/NarVulkan.Tests" "$tree/tests/launchers" "$tree/tests/packaging"
  cp -R "$root/tools/launch" "$tree/tools/"
  cp "$root/narvk" "$root/test.sh" "$root/Directory.Packages.props" "$tree/"
  echo one >"$tree/src/NarVulkan.Cli/One.cs"
  echo two >"$tree/src/NarVulkan.Cli/Two.cs"
  touch "$tree/tests/NarVulkan.Tests/NarVulkan.Tests.csproj" "$tree/NarVulkan.sln"
  printf '#!/bin/sh\necho "1 passed, 0 failed, 2 skipped"\n' >"$tree/tests/launchers/launcher-tests.sh"
  printf '#!/bin/sh\necho "4 passed, 0 failed, 1 skipped"\n' >"$tree/tests/packaging/packaging-tests.sh"
  chmod +x "$tree/tests/launchers/launcher-tests.sh" "$tree/tests/packaging/packaging-tests.sh"
  : >"$work/builds"
  : >"$work/compilations"
  : >"$work/run"
}

# The stand-in: `build` writes the program and counts itself, `test` writes a results file, a .dll
# runs $work/program.
mkdir -p "$work/bin" "$work/tool-bin"
cat >"$work/bin/dotnet" <<STAND_IN
#!/usr/bin/env bash
work='$work'
case \$1 in
  --version) echo 10.0.100 ;;
  --list-sdks) ;;
  restore) echo restore >>"\$work/restores"; exit 1 ;;
  build)
    sleep "\${STAND_IN_BUILD_SECONDS:-0}"
    echo build >>"\$work/builds"
    echo "\$HOME" >"\$work/build-home"
    [[ -z \${STAND_IN_BUILD_OUTPUT:-} ]] || echo "\$STAND_IN_BUILD_OUTPUT"
    [[ -z \${STAND_IN_BUILD_FAILS:-} ]] || { echo 'One.cs(1,1): error CS1002: ; expected'; exit 1; }
    mkdir -p src/NarVulkan.Cli/bin/Release/net10.0
    touch src/NarVulkan.Cli/bin/Release/net10.0/narvk.dll
    ;;
  msbuild)
    echo msbuild >>"\$work/compilations"
    [[ -n \${STAND_IN_COMPILES:-} ]] || exit 1
    for argument; do [[ \$argument != -property:To=* ]] || to=\${argument#*To=}; done
    mkdir -p "\$to"
    touch "\$to/narvk.dll"
    ;;
  test)
    while (( \$# )); do
      [[ \$1 != --results-directory ]] || results=\$2
      [[ \$1 != --filter ]] || echo "\${VK_DRIVER_FILES:-default} \$2" >>"\$work/filters"
      shift
    done
    [[ -z \${STAND_IN_TEST_DIES:-} ]] || exit 134
    echo "<Counters total=\"7\" executed=\"6\" passed=\"\$((6 - \${STAND_IN_FAILURES:-0}))\" failed=\"\${STAND_IN_FAILURES:-0}\" error=\"0\" notExecuted=\"0\" />" >"\$results/results.trx"
    exit \$(( \${STAND_IN_FAILURES:-0} > 0 ))
    ;;
  *.dll)
    echo "\$1" >"\$work/program"
    shift
    echo "\$HOME" >"\$work/run-home"
    { printf '%s\n' "root=\$NARVK_ROOT" "runtime=\$XDG_RUNTIME_DIR"; printf '[%s]\n' "\$@"; } >"\$work/run"
    [[ -z \${STAND_IN_WAITS:-} ]] || exec sleep 30
    exit "\${STAND_IN_EXIT:-0}"
    ;;
esac
STAND_IN
chmod +x "$work/bin/dotnet"
# The tests below are about other things than the driver, unless they say so.
clean_environment=(env -u XDG_RUNTIME_DIR -u SilkNet -u NARVK_ROOT -u VK_ADD_DRIVER_FILES VK_ICD_FILENAMES=/stand-in.json
  "PATH=$work/bin:$PATH" "TMPDIR=$work")

narvk() {
  "${clean_environment[@]}" "$tree/narvk" "$@"
}

builds() {
  wc -l <"$work/builds" | tr -d ' '
}

# ---- asserting ----------------------------------------------------------------------------------

expect() { # WHAT ACTUAL EXPECTED
  if [[ $2 != "$3" ]]; then
    printf '  %s: expected %q, got %q\n' "$1" "$3" "$2"
    return 1
  fi
}

expect_match() { # WHAT ACTUAL PATTERN
  # shellcheck disable=SC2053 # a pattern
  if [[ $2 != $3 ]]; then
    printf '  %s: expected something like %q, got %q\n' "$1" "$3" "$2"
    return 1
  fi
}

run_test() { # NAME: a function; 77 is a skip, whose reason is the last line of its output
  local output code
  output=$(set -e; new_tree "$1"; "$1" 2>&1)
  code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    77)
      skipped=$((skipped + 1))
      printf 'SKIP %s: %s\n' "$1" "${output##*$'\n'}"
      ;;
    *)
      failed=$((failed + 1))
      printf 'FAIL %s\n%s\n' "$1" "$output"
      ;;
  esac
}

# ---- narvk: arguments and exit code -------------------------------------------------------------

Narvk_AnyArguments_ArriveUnchanged() {
  # shellcheck disable=SC2016 # not to be expanded
  local arguments=(generate --prompt 'two  words' '' '*' '$HOME' "it's" $'a\nb')
  narvk "${arguments[@]}"
  expect arguments "$(tail -n +3 "$work/run")" "$(printf '[%s]\n' "${arguments[@]}")"
  expect root "$(head -1 "$work/run")" "root=$tree"
}

Narvk_ProgramExitCode_IsItsOwn() {
  local code=0
  STAND_IN_EXIT=3 narvk devices || code=$?
  expect code "$code" 3
}

Narvk_Signal_ReachesProgram() {
  narvk devices
  STAND_IN_WAITS=1 "${clean_environment[@]}" "$tree/narvk" generate &
  local pid=$! waited=0 code=0
  until grep -q generate "$work/run" || (( waited++ > 100 )); do sleep 0.05; done
  kill -TERM "$pid"
  wait "$pid" || code=$?
  expect code "$code" 143
}

Narvk_RuntimeDirectoryUnset_GetsDefault() {
  narvk devices
  expect runtime "$(sed -n 2p "$work/run")" "runtime=$work"
}

Narvk_ThroughSymlinkFromElsewhere_FindsItsTree() {
  ln -s "$tree/narvk" "$work/link-to-narvk"
  (cd / && "${clean_environment[@]}" "$work/link-to-narvk" devices)
  expect root "$(head -1 "$work/run")" "root=$tree"
}

# ---- narvk: building ----------------------------------------------------------------------------

Narvk_NothingChanged_DoesNotBuild() {
  narvk devices
  local output
  output=$(narvk devices 2>&1)
  expect builds "$(builds)" 1
  expect output "$output" ''
}

Narvk_FirstBuild_SaysOneLine() {
  expect output "$(STAND_IN_BUILD_OUTPUT=chatter narvk devices 2>&1)" 'narvk: building ...'
}

Narvk_SourceEdited_BuildsAgain() {
  narvk devices
  echo three >>"$tree/src/NarVulkan.Cli/One.cs"
  narvk devices
  expect builds "$(builds)" 2
}

Narvk_SourceDeleted_BuildsAgain() {
  narvk devices
  rm "$tree/src/NarVulkan.Cli/Two.cs"
  narvk devices
  expect builds "$(builds)" 2
}

Narvk_SourceRenamed_BuildsAgain() {
  narvk devices
  mv "$tree/src/NarVulkan.Cli/Two.cs" "$tree/src/NarVulkan.Cli/Three.cs"
  narvk devices
  expect builds "$(builds)" 2
}

Narvk_SourceTouchedOnly_DoesNotBuild() {
  narvk devices
  touch "$tree/src/NarVulkan.Cli/One.cs"
  mkdir -p "$tree/src/NarVulkan.Cli/obj"
  echo generated >"$tree/src/NarVulkan.Cli/obj/Generated.cs"
  narvk devices
  expect builds "$(builds)" 1
}

Narvk_OtherSilkNetChosen_BuildsAgain() {
  narvk devices
  SilkNet=generated "${clean_environment[@]:0:1}" "VK_ICD_FILENAMES=/stand-in.json" "PATH=$work/bin:$PATH" "$tree/narvk" devices
  expect builds "$(builds)" 2
}

Narvk_BuildFails_ShowsOutputAndTriesAgain() {
  narvk devices
  echo wrong >>"$tree/src/NarVulkan.Cli/One.cs"
  local output code=0
  output=$(STAND_IN_BUILD_FAILS=1 narvk devices 2>&1) || code=$?
  expect code "$code" 1
  expect_match output "$output" '*CS1002*the build failed*'
  narvk devices
  expect builds "$(builds)" 3
}

Narvk_SourceRevertedAfterFailedBuild_BuildsAgain() {
  narvk devices
  echo wrong >"$tree/src/NarVulkan.Cli/One.cs"
  STAND_IN_BUILD_FAILS=1 narvk devices 2>/dev/null || true
  echo one >"$tree/src/NarVulkan.Cli/One.cs"
  narvk devices
  expect builds "$(builds)" 3
}

Narvk_CalledTogether_BuildsOnce() {
  for _ in 1 2 3 4; do STAND_IN_BUILD_SECONDS=0.5 narvk devices 2>/dev/null & done
  wait
  expect builds "$(builds)" 1
}

Narvk_ReadOnlyBuiltTree_Runs() {
  narvk devices
  chmod -R a-w "$tree"
  (( EUID )) || { unshare -m true 2>/dev/null || { echo "root ignores permissions and mounts are not allowed"; return 77; }; }
  local command=("${clean_environment[@]}" "$tree/narvk" inspect x)
  if (( EUID == 0 )); then
    # shellcheck disable=SC2016
    command=(unshare -m bash -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"' "$tree" "${command[@]}")
  fi
  "${command[@]}"
  expect arguments "$(tail -n +3 "$work/run")" $'[inspect]\n[x]'
  expect builds "$(builds)" 1
}

Narvk_NoHomeFolder_BuildsWithOneInTheTree() {
  HOME=/nonexistent narvk devices
  expect 'home of the build' "$(<"$work/build-home")" "$tree/obj/launcher/home"
  expect 'home of the program' "$(<"$work/run-home")" /nonexistent
}

compilations() {
  wc -l <"$work/compilations" | tr -d ' '
}

Narvk_CompiledAhead_IsWhatRunsUntilASourceChanges() {
  export STAND_IN_COMPILES=1
  narvk devices
  narvk devices
  expect compilations "$(compilations)" 1
  expect program "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/ahead/narvk.dll"
  NARVK_AHEAD=0 narvk devices
  expect 'program when it is not wanted' "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/net10.0/narvk.dll"
  echo three >>"$tree/src/NarVulkan.Cli/One.cs"
  narvk devices
  expect 'compilations after an edit' "$(compilations)" 2
  expect 'program after an edit' "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/ahead/narvk.dll"
  # What was compiled before is not what was built since.
  echo four >>"$tree/src/NarVulkan.Cli/One.cs"
  NARVK_AHEAD=0 narvk devices
  expect 'program without' "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/net10.0/narvk.dll"
}

Narvk_CompilerNotToBeHad_RunsWhatWasBuiltAndTriesOnceABuild() {
  narvk devices
  narvk devices
  expect compilations "$(compilations)" 1
  expect program "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/net10.0/narvk.dll"
  echo three >>"$tree/src/NarVulkan.Cli/One.cs"
  narvk devices
  expect 'compilations after an edit' "$(compilations)" 2
}

Narvk_BuiltByOthers_IsCompiledAheadWithoutABuild() {
  export STAND_IN_COMPILES=1
  NARVK_AHEAD=0 narvk devices
  narvk devices
  expect builds "$(builds)" 1
  expect program "$(<"$work/program")" "$tree/src/NarVulkan.Cli/bin/Release/ahead/narvk.dll"
}

Narvk_SilkNetNotToBeHad_IsTriedOnce() {
  mkdir -p "$tree/tools/silknet-probe"
  : >"$work/restores"
  narvk devices
  echo edit >>"$tree/src/NarVulkan.Cli/One.cs"
  narvk devices
  expect tries "$(wc -l <"$work/restores")" 1
  echo '<!-- other versions -->' >>"$tree/Directory.Packages.props"
  narvk devices
  expect 'tries after the pinned versions changed' "$(wc -l <"$work/restores")" 2
}

Narvk_NoSdk_SaysSoInOneLine() {
  any_dotnet=(/usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet)
  local hidden=() path
  for path in "${any_dotnet[@]}"; do [[ ! -e $path ]] || hidden+=("${path%/*}"); done
  local tools output code=0 tool
  for tool in env bash readlink find sort xargs sha256sum flock mkdir mv cut; do ln -sf "$(command -v "$tool")" "$work/tool-bin/$tool"; done
  tools=(env -i "PATH=$work/tool-bin" HOME=/nonexistent VK_ICD_FILENAMES=/stand-in.json "$tree/narvk" inspect x)
  output=$(in_namespace hide "${hidden[@]}" -- "${tools[@]}" 2>&1) || code=$?
  (( code != 77 )) || { echo "$output"; return 77; }
  expect code "$code" 1
  expect_match output "$output" 'narvk: the .NET 10 SDK is needed*dotnet-sdk-10.0*'
  expect lines "$(wc -l <<<"$output")" 1
}

# ---- narvk: the driver --------------------------------------------------------------------------

# Runs COMMAND where the folders given are empty. 77 when this machine allows no mounts.
in_namespace() { # hide FOLDER... -- COMMAND...
  shift
  local folders=()
  while [[ $1 != -- ]]; do
    folders+=("$1")
    shift
  done
  shift
  local unshare=(unshare -m)
  (( EUID == 0 )) || unshare=(unshare -rm)
  "${unshare[@]}" true 2>/dev/null || { echo "this machine allows no mount namespaces"; return 77; }
  # shellcheck disable=SC2016
  "${unshare[@]}" bash -c 'while [[ $1 != -- ]]; do mount -t tmpfs none "$1" || exit 77; shift; done; shift; exec "$@"' \
    bash "${folders[@]}" -- "$@"
}

# A machine without a driver, on which apt-get is a stand-in that $work/apt-get describes.
without_driver() { # COMMAND...
  local folders=() folder
  for folder in /usr/share/vulkan /etc/vulkan /usr/local/share/vulkan /usr/local/etc/vulkan; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  in_namespace hide "${folders[@]}" -- env -u VK_ICD_FILENAMES -u VK_DRIVER_FILES -u XDG_RUNTIME_DIR -u SilkNet \
    HOME="$work/home" "PATH=$work/apt-bin:$work/bin:$PATH" "$@"
}

new_apt() { # SHELL_TEXT
  mkdir -p "$work/apt-bin" "$work/home"
  printf '#!/bin/bash\necho "$*" >>%q\n%s\n' "$work/apt-calls" "$1" >"$work/apt-bin/apt-get"
  chmod +x "$work/apt-bin/apt-get"
  : >"$work/apt-calls"
}

Narvk_NoDriverAsRoot_InstallsQuietlyThenRuns() {
  new_apt 'echo chatter; [[ $* != *install* ]] || { mkdir -p /usr/share/vulkan/icd.d; touch /usr/share/vulkan/icd.d/lvp_icd.json; }'
  local output code=0
  output=$(without_driver "$tree/narvk" devices 2>&1) || code=$?
  (( code != 77 )) || { echo "$output"; return 77; }
  expect code "$code" 0
  expect_match output "$output" $'narvk: installing *mesa-vulkan-drivers ...\nnarvk: building ...'
  expect_match calls "$(<"$work/apt-calls")" $'-q update\n*--no-install-recommends*install*mesa-vulkan-drivers'
}

Narvk_NoDriverAndInstallFails_SaysCommandAndExits4() {
  new_apt '[[ $* != *install* ]] || { echo "E: no such package"; exit 100; }'
  local output code=0
  output=$(without_driver "$tree/narvk" devices 2>&1) || code=$?
  (( code != 77 )) || { echo "$output"; return 77; }
  expect code "$code" 4
  expect_match output "$output" '*E: no such package*apt-get install --no-install-recommends*mesa-vulkan-drivers'
}

Narvk_NoDriverNotRoot_SaysCommandAndExits4() {
  new_apt 'exit 1'
  (( EUID == 0 )) || { echo "only root can become another user"; return 77; }
  command -v setpriv >/dev/null || { echo "setpriv is not installed"; return 77; }
  chmod -R a+rX "$work"
  local output code=0
  output=$(without_driver setpriv --reuid 65534 --clear-groups "$tree/narvk" --class 1 2>&1) || code=$?
  (( code != 77 )) || { echo "$output"; return 77; }
  expect code "$code" 4
  expect_match output "$output" 'narvk: not installed: *mesa-vulkan-drivers. Run: sudo apt-get update && sudo apt-get install*'
  expect lines "$(wc -l <<<"$output")" 1
  expect calls "$(<"$work/apt-calls")" ''
}

Narvk_NoDriverForWorkWithoutDevice_Runs() {
  new_apt 'exit 1'
  narvk devices
  local arguments output code
  for arguments in '' '--help' '--version' 'inspect x' 'models' 'generate --help'; do
    code=0
    # shellcheck disable=SC2086
    output=$(without_driver "$tree/narvk" $arguments 2>&1) || code=$?
    (( code != 77 )) || { echo "$output"; return 77; }
    expect "code of '$arguments'" "$code" 0
  done
  expect calls "$(<"$work/apt-calls")" ''
}

# ---- narvk: the window --------------------------------------------------------------------------

# A machine without GLFW: the launcher's copy looks for a library that nobody has.
without_glfw() { # COMMAND...
  sed -i 's/libglfw\.so\.3/libglfw-of-nobody.so.3/g' "$tree/tools/launch/common.sh"
  "${clean_environment[@]}" HOME="$work/home" "PATH=$work/apt-bin:$work/bin:$PATH" "$@"
}

Narvk_LiveWithoutGlfwAsRoot_InstallsItThenRuns() {
  (( EUID == 0 )) || { echo "only root installs"; return 77; }
  new_apt 'echo chatter'
  local output code=0
  output=$(without_glfw "$tree/narvk" --image demo --live 2>&1) || code=$?
  expect code "$code" 0
  expect_match output "$output" $'narvk: installing libglfw3 ...\nnarvk: building ...'
  expect_match calls "$(<"$work/apt-calls")" $'-q update\n*--no-install-recommends*install libglfw3'
}

Narvk_LiveWithoutGlfwNotRoot_SaysCommandAndExits4() {
  new_apt 'exit 1'
  (( EUID == 0 )) || { echo "only root can become another user"; return 77; }
  command -v setpriv >/dev/null || { echo "setpriv is not installed"; return 77; }
  chmod -R a+rX "$work"
  local output code=0
  output=$(without_glfw setpriv --reuid 65534 --clear-groups "$tree/narvk" --image demo --live 2>&1) || code=$?
  expect code "$code" 4
  expect output "$output" 'narvk: not installed: libglfw3. Run: sudo apt-get update && sudo apt-get install --no-install-recommends libglfw3'
}

Narvk_WithoutLive_AsksForNoGlfw() {
  new_apt 'exit 1'
  local output code=0
  output=$(without_glfw "$tree/narvk" --image demo 2>&1) || code=$?
  expect code "$code" 0
  expect calls "$(<"$work/apt-calls")" ''
}

# ---- test.sh ------------------------------------------------------------------------------------

test_sh() {
  "${clean_environment[@]}" "$tree/test.sh" "$@"
}

# As tools/drivers has it: prints a manifest, or a reason and 77.
new_driver() { # NAME SHELL_TEXT
  mkdir -p "$tree/tools/drivers"
  printf '#!/bin/bash\n%s\n' "$2" >"$tree/tools/drivers/$1.sh"
  chmod +x "$tree/tools/drivers/$1.sh"
}

last_line() {
  tail -n 1 <<<"$1"
}

# Machines without the validation layer show one skip more.
layer_skips() {
  [[ -e /usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json ]] && echo 0 || echo 1
}

TestSh_AllRuns_CountsAreSummed() {
  new_driver swiftshader 'echo /swiftshader.json'
  : >"$work/filters"
  local output code=0
  output=$(test_sh) || code=$?
  expect code "$code" 0
  # Twice 6 passed and 1 skipped, and what the stand-ins for the launchers' and the packages' tests say.
  expect 'last line' "$(last_line "$output")" "17 passed, 0 failed, $((5 + $(layer_skips))) skipped"
  expect_match 'second run' "$(<"$work/filters")" '/swiftshader.json *~NarVulkan.Tests.Kernels.*'
}

TestSh_DriverNotToBeHad_IsAVisibleSkip() {
  new_driver swiftshader 'echo "swiftshader.sh: no such package" >&2; exit 77'
  local output code=0
  output=$(test_sh) || code=$?
  expect code "$code" 0
  expect 'last line' "$(last_line "$output")" "11 passed, 0 failed, $((5 + $(layer_skips))) skipped"
  expect_match output "$output" '*SKIP swiftshader: swiftshader.sh: no such package*'
}

TestSh_TestFails_ExitsNonZero() {
  local output code=0
  output=$(STAND_IN_FAILURES=2 test_sh --fast --filter X) || code=$?
  expect code "$code" 1
  expect 'last line' "$(last_line "$output")" "4 passed, 2 failed, $((1 + $(layer_skips))) skipped"
}

TestSh_TestProcessDies_IsAFailure() {
  local output code=0
  output=$(STAND_IN_TEST_DIES=1 test_sh --fast 2>/dev/null) || code=$?
  expect code "$code" 1
  expect 'last line' "$(last_line "$output")" "5 passed, 1 failed, $((3 + $(layer_skips))) skipped"
}

TestSh_BuildFails_LastLineSaysFailed() {
  local output code=0
  output=$(STAND_IN_BUILD_FAILS=1 test_sh 2>/dev/null) || code=$?
  expect code "$code" 1
  expect 'last line' "$(last_line "$output")" '0 passed, 1 failed, 0 skipped'
}

TestSh_BuildWarns_LastLineSaysFailed() {
  local output code=0
  output=$(STAND_IN_BUILD_OUTPUT='One.cs(1,1): warning CS0168: x' test_sh 2>/dev/null) || code=$?
  expect code "$code" 1
  expect 'last line' "$(last_line "$output")" '0 passed, 1 failed, 0 skipped'
}

TestSh_AfterItsBuild_NarvkDoesNotBuild() {
  test_sh --fast >/dev/null
  narvk devices
  expect builds "$(builds)" 1
}

TestSh_UnknownOption_IsRefused() {
  local code=0
  test_sh --no-such >/dev/null 2>&1 || code=$?
  expect code "$code" 2
}

mapfile -t functions < <(compgen -A function)
for name in "${functions[@]}"; do
  [[ $name != *_*_* ]] || run_test "$name"
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 && passed > 0 ))
