#!/bin/sh
# The whole chain, from nothing to a demo model and its goldens. A stage that is done is skipped, one that was cut
# short resumes: run the script again. The stages take wall-clock seconds, so that a plan can be kept to.
#
#   tools/train/run.sh video [RUN_FOLDER]    weights/demo-video: about 2.6 hours on two cores, 4 GB of disk, 8 GB of memory
#   tools/train/run.sh image [RUN_FOLDER]    weights/demo-image: about 1.2 hours on two cores, 1 GB of disk, 4 GB of memory
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
case "$1" in
    video) tokenizer=1700 generator=3780 decoder=2880 repair=330 mode="--rate 0.3" judge=240 sampling= ;;
    image) tokenizer=1700 generator=700 decoder=0 repair=1850 mode="--rate 0.8 --own" judge=40
           sampling="--cfg 1.25 --temperature 0.5" ;;
    *) echo "usage: run.sh video|image [RUN_FOLDER]" >&2; exit 2 ;;
esac
kind=$1
run=${2:-$root/out/train-$kind}
model=$root/weights/demo-$kind
python=${PYTHON:-/usr/bin/python3}
. "$here/env.sh"
mkdir -p "$run"
run=$(cd "$run" && pwd)
cd "$here"
stage() {  # stage NAME MODULE ARGUMENTS...: runs the module unless NAME is marked done
    name=$1 module=$2
    shift 2
    [ -f "$run/$name.done" ] && return
    echo "== $name"
    "$python" -m "$kind.$module" "$@"
    touch "$run/$name.done"
}
stage render render_data "$run"
stage classifier train_classifier "$run" "$judge"
stage tokenizer train_tokenizer "$run" "${TOKENIZER_SECONDS:-$tokenizer}"
stage tokens extract_tokens "$run"
stage generator train_generator "$run" "${GENERATOR_SECONDS:-$generator}"
if [ "${DECODER_SECONDS:-$decoder}" -gt 0 ]; then
    stage decoder train_tokenizer "$run" "${DECODER_SECONDS:-$decoder}" --decoder
fi
stage repair train_generator "$run" "${REPAIR_SECONDS:-$repair}" --repair $mode
stage export export "$run" "$model" $sampling
stage evaluate evaluate "$model" --sheet "$here/$kind/sheet.png"
stage goldens goldens "$model" "$root/tests/fixtures/demo-$kind"
