# shellcheck shell=bash
# What ./narvk and ./test.sh share: find the .NET SDK, find or install a Vulkan driver, build when
# sources changed. Sourced, never run; needs bash 4, coreutils and util-linux, which Debian and
# Ubuntu always have. The caller sets `root` (the repository) and `caller` (its name in messages).

: "${root:?}" "${caller:?}"

say() { printf '%s: %s\n' "$caller" "$*" >&2; }

die() { # EXIT_CODE MESSAGE...
  local code=$1
  shift
  say "$@"
  exit "$code"
}

# ---- the .NET SDK -------------------------------------------------------------------------------

# Sets `dotnet`. Besides PATH, the places where Microsoft's, Debian's and Ubuntu's packages and the
# install script put it.
find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" /usr/share/dotnet/dotnet \
      /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet "${HOME:-}/.dotnet/dotnet"; do
    if [[ -n $candidate && -x $candidate && ! -d $candidate ]]; then
      dotnet=$candidate
      return 0
    fi
  done
  die 1 "the .NET 10 SDK is needed and no 'dotnet' was found: install the package dotnet-sdk-10.0 (Ubuntu: apt-get install dotnet-sdk-10.0; elsewhere: https://dotnet.microsoft.com/download/dotnet/10.0) and call again"
}

# Runs `dotnet ARGUMENT...` in the repository; `limit` (seconds), when set, bounds it. Nothing of its
# environment reaches the program that is run afterwards, and it does not hold the build lock.
sdk() (
  cd "$root" || exit 1
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  # The SDK itself refuses to start on a machine without ICU otherwise.
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  # A user without a home directory (containers, `nobody`) keeps the SDK's files in the tree.
  if [[ -z ${HOME:-} || ! -w ${HOME:-} ]]; then
    local home=$root/obj/launcher/home
    mkdir -p "$home"
    set -- "HOME=$home" "$dotnet" "$@"
  else
    set -- "$dotnet" "$@"
  fi
  exec ${limit:+timeout "$limit"} env "$@" </dev/null 9<&-
)

require_sdk() {
  sdk --version >/dev/null 2>&1 && return 0
  local found
  found=$(sdk --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ')
  die 1 "the .NET 10 SDK is needed; $dotnet has ${found:-no SDK}: install the package dotnet-sdk-10.0 and call again"
}

# ---- the Vulkan driver --------------------------------------------------------------------------

any_exists() {
  local path
  for path; do
    [[ -e $path ]] && return 0
  done
  return 1
}

# Whether the dynamic linker would find a library.
has_library() { # NAME
  local directories
  IFS=: read -ra directories <<< "${LD_LIBRARY_PATH:-}"
  any_exists "${directories[@]/%//$1}" /usr/lib/*/"$1" /usr/lib/"$1" /usr/lib64/"$1" /lib/*/"$1" /usr/local/lib/"$1" && return 0
  PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -qF "$1 "
}

# The folders that the Vulkan loader searches (LoaderDriverInterface.md of Vulkan-Loader). A driver
# that the user named is the user's choice: whether it works is for the program to say.
has_vulkan_driver() {
  [[ -n ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}${VK_ADD_DRIVER_FILES:-} ]] && return 0
  local search directories
  search=${XDG_CONFIG_HOME:-${HOME:-}/.config}:${XDG_CONFIG_DIRS:-/etc/xdg}:/usr/local/etc:/etc
  search+=:${XDG_DATA_HOME:-${HOME:-}/.local/share}:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}
  IFS=: read -ra directories <<< "$search"
  local directory
  for directory in "${directories[@]}"; do
    any_exists "$directory"/vulkan/icd.d/*.json && return 0
  done
  return 1
}

has_validation_layer() {
  any_exists /usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json \
    /etc/vulkan/explicit_layer.d/VkLayer_khronos_validation.json \
    /usr/local/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json \
    "${VK_LAYER_PATH:-/nonexistent}"/VkLayer_khronos_validation.json
}

# Prints the packages that are missing, one a line.
missing_driver_packages() {
  has_library libvulkan.so.1 || echo libvulkan1
  has_vulkan_driver || echo mesa-vulkan-drivers
}

# Prints the package that windows need, where it is missing. The real Silk.NET packages bring the library themselves.
missing_window_packages() {
  has_library libglfw.so.3 || [[ -e $root/src/NarVulkan.Cli/bin/Release/net10.0/runtimes/linux-x64/native/libglfw.so.3 ]] || echo libglfw3
}

# Installs PACKAGE... with apt when root. Otherwise, or when that fails, says in one line what to do
# and returns 1.
install_packages() {
  local command="apt-get install --no-install-recommends $*"
  if ! command -v apt-get >/dev/null; then
    if [[ $* == libglfw3 ]]; then
      say "--live needs GLFW: install your distribution's package (Fedora, Arch: glfw)"
    else
      say "no Vulkan driver found: install your distribution's Vulkan loader and a driver (Fedora: vulkan-loader mesa-vulkan-drivers; Arch: vulkan-icd-loader vulkan-swrast)"
    fi
    return 1
  fi
  if (( EUID != 0 )); then
    say "not installed: $*. Run: sudo apt-get update && sudo $command"
    return 1
  fi
  say "installing $* ..."
  local log
  log=$(mktemp)
  if (
    # One installation at a time, whichever clone asks for it; apt's own lock on its lists does not wait.
    exec 8</var/lib/dpkg && flock -w 600 8
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update && apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@"
  ) >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return 0
  fi
  tail -n 5 "$log" >&2
  rm -f "$log"
  say "could not install $*. Run: apt-get update && $command"
  return 1
}

# Mesa's software driver warns on every start when this is unset.
prepare_runtime_directory() {
  export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}
}

# ---- building -----------------------------------------------------------------------------------

# One line that changes when a file that the program is built from is added, changed, renamed or
# deleted. Contents, not times: a checkout back to what was built needs no build.
source_signature() {
  (
    cd "$root" || exit 1
    printf '%s ' "SilkNet=${SilkNet:-}"
    find src shaders weights/published.json Directory.*.props Directory.*.targets Directory.Build.rsp SilkNet*.props global.json NuGet.config \
      nuget.config .editorconfig \( -name bin -o -name obj \) -prune -o -type f ! -name '*.md' -print0 2>/dev/null |
      LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  )
}

# Tries once whether the Silk.NET packages can be restored; SilkNet.props takes them when they are in
# the package cache. The answer is remembered until the pinned versions change, so that a feed
# without them costs one build a few seconds and no build after it.
probe_silknet() {
  local probe=$root/tools/silknet-probe stamp=$root/obj/launcher/silknet versions
  [[ -d $probe && -z ${SilkNet:-} ]] || return 0
  versions=$(sha256sum "$root/Directory.Packages.props" | cut -d' ' -f1)
  if [[ -r $stamp ]]; then
    local known
    read -r known _ <"$stamp" || true
    [[ $known == "$versions" ]] && return 0
  fi
  local answer=unavailable
  if limit=60 sdk restore "$probe" --disable-build-servers -p:SilkNet=package \
      >"$root/obj/launcher/silknet.log" 2>&1; then
    answer=available
  fi
  printf '%s %s\n' "$versions" "$answer" >"$stamp"
}

# Sets `program`; builds it first when its sources are not those of the last good build, and takes it
# compiled ahead where that can be had. Calls that come together build once: the others wait, then
# find the work done.
ensure_built() {
  program=$root/src/NarVulkan.Cli/bin/Release/net10.0/narvk.dll
  local ahead=$root/src/NarVulkan.Cli/bin/Release/ahead
  if ! is_built || { ! is_ahead_settled && can_build; }; then
    begin_build
    if ! is_built; then
      say "building ..."
      build src/NarVulkan.Cli || die 1 "the build failed (above; also in $build_log)"
    fi
    is_ahead_settled || compile_ahead
    end_build
  fi
  if [[ ${NARVK_AHEAD:-} != 0 && -f $ahead/narvk.dll && -r $ahead/signature && $(<"$ahead/signature") == "$signature" ]]; then
    program=$ahead/narvk.dll
  fi
}

# Leaves the signature in `signature`: what is remembered after a build must be the one from before
# it, so that a file that changes meanwhile is built next time.
is_built() {
  signature=$(source_signature)
  [[ -f $program && -r $root/obj/launcher/signature && $(<"$root/obj/launcher/signature") == "$signature" ]]
}

# Whether it was compiled ahead, or tried in vain, since it was built. NARVK_AHEAD=0: not wanted.
is_ahead_settled() {
  local stamp=$root/obj/launcher/ahead
  [[ ${NARVK_AHEAD:-} == 0 || ! -d $root/tools/launch/ahead ]] && return 0
  [[ -r $stamp && $(<"$stamp") == "$signature" ]]
}

# Compiles what was built to machine code for the `ahead` folder, which takes about half a second of processor time off every start.
# The compiler is a package: a feed without it costs a few seconds after a build, and the program runs without.
compile_ahead() {
  local stamp=$root/obj/launcher/ahead
  rm -f "$ahead/signature"
  if limit=120 sdk msbuild tools/launch/ahead -restore -target:CompileAhead "-property:From=${program%/*}" "-property:To=$ahead" \
      -nologo -nodeReuse:false >"$root/obj/launcher/ahead.log" 2>&1 && [[ -f $ahead/narvk.dll ]]; then
    printf '%s\n' "$signature" >"$ahead/signature"
  fi
  printf '%s\n' "$signature" >"$stamp"
}

can_build() {
  mkdir -p "$root/obj/launcher" 2>/dev/null && [[ -w $root/obj/launcher ]]
}

# One build at a time in this tree. The lock is on the folder itself: nothing is left behind.
begin_build() {
  if ! can_build; then
    die 1 "the sources are not those that were built, and $root cannot be written to"
  fi
  exec 9<"$root"
  flock 9
}

end_build() {
  exec 9<&-
}

# Builds PROJECT (the program, or the solution that holds it), between begin_build and end_build.
# Output goes to `build_log`, and to stderr when the build fails.
build() { # PROJECT
  local stamp=$root/obj/launcher/signature
  build_log=$root/obj/launcher/build.log
  require_sdk
  signature=$(source_signature)
  rm -f "$stamp"
  probe_silknet
  # Build servers would outlive the build and hold our lock and the caller's pipes.
  if ! sdk build "$1" --configuration Release --nologo --verbosity minimal --disable-build-servers \
      -nodeReuse:false >"$build_log" 2>&1; then
    # The build's summary repeats each error.
    awk 'NF && !seen[$0]++' "$build_log" >&2
    return 1
  fi
  printf '%s\n' "$signature" >"$stamp.$$"
  mv -f "$stamp.$$" "$stamp"
}
