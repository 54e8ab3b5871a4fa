#version 450
// attended[m, h] = softmax(scale q[m, h] k^T + bias) v over the visible keys of the row's sequence, float32. What is visible:
// a prefix of the cache less a span, causally or not, less what a sequence's mask hides (padding of a text condition). Biases
// are one for each head and distance between key and row, as T5 has them, or none.
// Queries [M, heads x D] inside wider rows; keys and values [sequence][head][slot][D]; attended [M, heads x D].
//
// Four ways to go about it, chosen by AttentionTiling: shared/attention_shuffled.glsl (software drivers with shuffles among
// eight lanes, which is lavapipe), shared/attention_lanes.glsl (other software drivers: a lane has keys of its own),
// shared/attention_blocks.glsl (GPUs: lanes share keys) and shared/attention_cooperative.glsl (GPUs with cooperative
// matrices). In all a row's bits do not depend on the dispatch.
//
// Ladder of lanes (lavapipe of Mesa 22.3, two cores of an AMD EPYC, 16 heads of 64, GFLOP/s by processor time, machine under
// load):
//   rows, keys                                64, 1024   64, 128   1, 1024
//   1 row per load                               18.8      10.2      14.5
//   4 rows per load                              30.4      14.9       7.4   8 rows: 30.0, twice the compile time
//   16 / 32 lanes instead of 8                   23 / 16    9 / 4
//   merged by subgroupAdd, not shared memory       -       24.3
//   merged by a butterfly of shuffles            38.8      31.9      18.7   without any merge: 39.6, 35.3
// Tried later on a slower machine, best of 8 runs, 16 rows over 1024 keys, Mesa 22.3 / 25.0, and not kept:
//   as above                                  24.3 / 23.5   one row at a time: 10.5 / 13.2
//   2 keys of a lane per correction of sums   25.1 / 24.1                      11.0 / 12.8
//   4 keys                                    27.0 / 27.2   2.5 times the compile time; 14.4 / 14.9
//   8 rows per load                           19.6 / 28.4   2 to 3 times the compile time
// Not kept: exponential() without a conversion to integers, 4 rows, best of 3 runs: 24.7 to 24.2 / 14.7 to 16.3, but wrong from the
// second row on where 22.3 reads storage buffers. With 64 rows Mesa 25.0 is at 11 to 16 where 22.3 is at 19 to 25, whatever is tried: a texel fetch is a call there (24 % of the time at 4 rows).
// Ladder of shuffled lanes (lavapipe of Mesa 22.3, 16 heads of 64, 1024 keys, GFLOP/s by processor time on a loaded machine of two cores, best
// of several runs by turns; compilation in s, of the loaded machine too):
//   rows, rows of a tile                      16, 4       16, 8       1, 1        64, 16
//   lanes, as above, the same hour            23; 0.4     25; 0.9     13; 0.11
//   shuffled, 4 texels of a key fetched       31; 0.13    41; 0.22    14; 0.07    29; 1.1
//   8 texels: kept (2: 31, 16: 27 where 8 gave 41, 8 rows)
//   16 keys at a time                         29; 0.2     36; 0.45    13; 0.1
// Where the time goes at 8 rows (samples): a third in fetches, 24 cycles each, 32 of them for 8 keys; the rest runs at three instructions a
// cycle, of which half are multiplications and additions. At 1 row nine tenths are fetches.
// SwiftShader, 4 rows over 256 keys (GFLOP/s; compilation in s):
//   sizes by specialisation, 4 rows           0.34; 0.11    a * b + c instead of fma: no change
//   sizes by macro, 1 / 2 / 4 rows            1.1; 0.25     1.4; 0.6   1.6; 0.9    heads of 32: 0.4 to 1.4 at 4 rows
//
// Ladder of blocks: no GPU was at hand. What RADV compiles for RDNA3 (navi31) / RDNA2 (navi21), heads of 64, 256 lanes, no spills:
//   rows of a tile                            1          4           8           16
//   VGPRs                                     84 / 80    120 / 128   180 / 128   192 / 168
//   subgroups per SIMD                        18 / 12    12 / 8      8 / 8       8 / 6
//   shared memory, bytes                      4608       5632        8704        15360
//   - Sizes that divide are known not to need a guard: a branch around a load of a query waited for each load by itself (4 for
//     a row), and one around the next block's keys waited for these at once.
//   - Four rows unrolled, not all: 16 rows 252 to 192 VGPRs; a branch around each store of a score became none.
//   - Loads of the maxima unrolled: 16 at a time instead of one after another.
//   - The exchange within four lanes is two additions with DPP (quad_perm), shared memory is read 16 bytes at a time.
// Ladder of cooperative matrices: no GPU was at hand. What RADV compiles for RDNA3 (16 x 16 x 16, subgroups of 32, heads of 64, two halfs; no spills):
//   rows, subgroups                           16, 4         32, 4         16, 8
//   operands staged two tiles at a time       168 VGPRs, 27 KiB, 5 subgroups per SIMD, 1981 instructions
//   one tile at a time                        144, 21, 7, 1374   168, 36, 4, 2130   168, 36, 8, 1422
//   what is left of numbers scaled, with sums of its own: kept           192, 36, 4, 2195   192, 36, 8, 1606
//   (without: values of 1e-3 are off by 2e-5 of their mean square root, what is left of them being subnormal)
// - Instructions of the whole code for each row and key: 6.3 with 16 rows and 4.3 with 32, where blocks of lanes take 12.7 with 8 rows; beside them
//   matrices multiply three times for one. What it gains is for a GPU to say: `narvk bench --suite attention` times both there.
// - A factor for each row of the sums as a matrix of the same type: no sum leaves its registers before the end.
// - The words of a mask are loaded by every lane: a branch around each load was waited for.
// - Lavapipe of Mesa 26.1 runs it (8 x 8 x 8), for tests: it has no matrix units.
// Not split over workgroups when rows are few: 256 lanes have 64 KiB of keys and values requested at a time, 1024 keys are 8
// such rounds, and a merging dispatch with its barrier costs about as much as it could save at that length.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#if LANES_BY_SHUFFLE || SUM_BY_SHUFFLE
#extension GL_KHR_shader_subgroup_shuffle : require
#endif
#if COOPERATIVE
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_cooperative_matrix : require
#endif

#include "shared/exponential.glsl"
#include "params/attention.glsl"

#if LOAD_PATH_TEXEL
layout(set = 0, binding = 0) uniform samplerBuffer queries;
layout(set = 0, binding = 1) uniform samplerBuffer keys;
layout(set = 0, binding = 2) uniform samplerBuffer values;
vec4 loadQuery(uint index) { return texelFetch(queries, int(index)); }
vec4 loadKey(uint index) { return texelFetch(keys, int(index)); }
vec4 loadValue(uint index) { return texelFetch(values, int(index)); }
#else
layout(std430, set = 0, binding = 0) readonly buffer Queries { vec4 queries[]; };
layout(std430, set = 0, binding = 1) readonly buffer Keys { vec4 keys[]; };
layout(std430, set = 0, binding = 2) readonly buffer Values { vec4 values[]; };
vec4 loadQuery(uint index) { return queries[index]; }
vec4 loadKey(uint index) { return keys[index]; }
vec4 loadValue(uint index) { return values[index]; }
#endif
layout(std430, set = 0, binding = 3) writeonly buffer Output { float attended[]; };
layout(std430, set = 0, binding = 4) readonly buffer Mask { uint keyMask[]; };  // one bit a key, set where it is visible
layout(std430, set = 0, binding = 5) readonly buffer Biases { float positionBias[]; };  // [heads][biasStride], by distance

// The bias of a row's score of a key; both must exist.
float biasOf(uint head, uint row, uint slot) { return positionBias[head * p.biasStride + p.biasFirst + slot - row]; }

#if COOPERATIVE
#include "shared/attention_cooperative.glsl"
#elif BLOCKS
#include "shared/attention_blocks.glsl"
#elif LANES_BY_SHUFFLE
#include "shared/attention_shuffled.glsl"
#else
#include "shared/attention_lanes.glsl"
#endif
