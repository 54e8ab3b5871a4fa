#!/bin/sh
# The whole chain, from nothing to weights/demo-video and its goldens. A stage that is done is skipped, one that was
# cut short resumes: run the script again. The stages take wall-clock seconds, so that a plan can be kept to.
#
#   tools/train/run.sh [RUN_FOLDER]      about 2.6 hours on two cores, 4 GB of disk, 8 GB of memory
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
run=${1:-$root/out/train}
python=${PYTHON:-/usr/bin/python3}
. "$here/env.sh"
mkdir -p "$run"
stage() {  # stage NAME COMMAND...: runs the command unless NAME is marked done
    name=$1
    shift
    [ -f "$run/$name.done" ] && return
    echo "== $name"
    "$@"
    touch "$run/$name.done"
}
stage render "$python" "$here/render_data.py" "$run"
stage classifier "$python" "$here/train_classifier.py" "$run" 240
stage tokenizer "$python" "$here/train_tokenizer.py" "$run" "${TOKENIZER_SECONDS:-1700}"
stage tokens "$python" "$here/extract_tokens.py" "$run"
stage generator "$python" "$here/train_generator.py" "$run" "${GENERATOR_SECONDS:-3780}"
stage decoder "$python" "$here/train_tokenizer.py" "$run" "${DECODER_SECONDS:-2880}" --decoder
stage repair "$python" "$here/train_generator.py" "$run" "${REPAIR_SECONDS:-330}" --repair
stage export "$python" "$here/export.py" "$run" "$root/weights/demo-video"
stage evaluate "$python" "$here/evaluate.py" "$root/weights/demo-video" --sheet "$here/sheet.png"
stage goldens "$python" "$here/goldens.py" "$root/weights/demo-video" "$root/tests/fixtures/demo-video"
