# Settings under which PyTorch runs well on a CPU; source this file.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE PYTHONUNBUFFERED=1
# OpenBLAS of Debian 12 does not recognise newer processors: name the AVX-512 kernels where they can run.
if grep -q avx512f /proc/cpuinfo; then export OPENBLAS_CORETYPE=SkylakeX; fi
# Keep freed memory: giving big tensors back to the system and faulting them in again cost a third of the time.
export MALLOC_MMAP_THRESHOLD_=2147483647 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=67108864
# PyTorch 1.13 stops at AVX2 by itself; softmax and swish are up to twice as fast with AVX-512.
if grep -q avx512f /proc/cpuinfo; then export ATEN_CPU_CAPABILITY=avx512; fi
