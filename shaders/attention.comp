#version 450
// attended[m, h] = softmax(q[m, h] k^T / sqrt(D)) v over the visible keys of the row's sequence, float32. What is visible:
// a prefix of the cache less a span, causally or not, less what a sequence's mask hides (padding of a text condition).
// Queries [M, heads x D] inside wider rows; keys and values [sequence][head][slot][D]; attended [M, heads x D].
//
// Two ways to go about it, chosen by AttentionTiling: shared/attention_lanes.glsl (software drivers: a lane has keys of its
// own) and shared/attention_blocks.glsl (GPUs: lanes share keys). In both a row's bits do not depend on the dispatch.
//
// Ladder (lavapipe of Mesa 22.3, two cores, 16 heads of 64, GFLOP/s by processor time, machine under load):
//   rows, keys                                64, 1024   64, 128   1, 1024
//   1 row per load                               18.8      10.2      14.5
//   4 rows per load                              30.4      14.9       7.4   8 rows: 30.0, twice the compile time
//   16 / 32 lanes instead of 8                   23 / 16    9 / 4
//   merged by subgroupAdd, not shared memory       -       24.3
//   merged by a butterfly of shuffles            38.8      31.9      18.7   without any merge: 39.6, 35.3
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#if MERGE_BY_SHUFFLE || SUM_BY_SHUFFLE
#extension GL_KHR_shader_subgroup_shuffle : require
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

#if BLOCKS
#include "shared/attention_blocks.glsl"
#else
#include "shared/attention_lanes.glsl"
#endif
