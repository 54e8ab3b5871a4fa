#!/usr/bin/env bash
# Writes tools/bench/PIPELINES.md: what RADV's compiler makes of every pipeline, for RDNA 2, RDNA 3 and GCN 5.
# Exits 1 where anything spills (the file is written all the same), 77 where the driver cannot be had.
set -euo pipefail

root=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")/../..
cd "$root"
"${DOTNET:-dotnet}" build tools/PipelineReport -c Release -v q --nologo >/dev/null
temporary=$(mktemp)
trap 'rm -f "$temporary"' EXIT
cat >"$temporary" <<'HEAD'
# Pipelines

Written by `tools/PipelineReport/update.sh`: every pipeline that the published models and tokenizers use on these AMD chips,
compiled by RADV without the hardware. The name ends in the specialisation constants. VGPRs are 32-bit registers of a lane,
SGPRs are what RADV reserves for a wave, LDS is bytes of shared memory of a workgroup, scratch bytes of a lane. Waves are as
RADV counts them: full is 16 to a SIMD unit with 32 lanes and 32 with 64 lanes on RDNA, 10 on GCN.
`matmul_integer` is used only where it is asked for (NARVK_INTEGER_DOT=1).
HEAD
code=0
for family in navi21 navi31 vega10; do
  echo >>"$temporary"
  tools/drivers/with "radv-null:$family" "${DOTNET:-dotnet}" tools/PipelineReport/bin/Release/net10.0/PipelineReport.dll 2>/dev/null >>"$temporary" || {
    status=$?
    (( status == 1 )) || exit "$status"
    code=1
  }
done
mv "$temporary" tools/bench/PIPELINES.md
chmod 644 tools/bench/PIPELINES.md
trap - EXIT
exit "$code"
