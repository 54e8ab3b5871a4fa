#version 450
// attended[m, h] = softmax(q[m, h] k^T / sqrt(D)) v over the visible keys of the row's sequence, float32. What is visible:
// a prefix of the cache less a span, causally or not, less what a sequence's mask hides (padding of a text condition).
// Queries [M, heads x D] inside wider rows; keys and values [sequence][head][slot][D]; attended [M, heads x D].
//
// One workgroup: one head, up to ROWS rows of one sequence, LANES invocations. Lane l takes visible keys l, l + LANES, ...
// and keeps its own running maximum, sum and weighted values (online softmax, Milakov and Gimelshein 2018), so that
// nothing crosses lanes inside the loop; the lanes are merged once, at the end. One load of a key or value serves ROWS
// rows. Which lane takes which key depends on nothing else, so that a row is summed in the same order in any dispatch.
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
#if MERGE_BY_SHUFFLE
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

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 8u;           // 8 where lanes are merged by shuffles
layout(constant_id = 1) const uint ROWS = 4u;
layout(constant_id = 2) const uint HEAD_TEXELS = 16u;    // D / 4
layout(constant_id = 3) const bool MASKED = false;       // some of the first keys are hidden, by a mask of each sequence

const float LOWEST = -3.0e38;

#if MERGE_BY_SHUFFLE
#include "shared/merge_lanes_shuffle.glsl"
#else
#include "shared/merge_lanes_shared.glsl"
#endif

void main()
{
    uint lane = mergeLane();
    uint head = gl_WorkGroupID.y;
    uint sequence = gl_WorkGroupID.z;
    uint row0 = gl_WorkGroupID.x * ROWS;
    uint lastRow = p.rowsPerSequence - 1u;
    uint rowCount = min(ROWS, p.rowsPerSequence - row0);
    uint cacheTexel = ((sequence * p.sequenceStride * p.heads + head) * p.capacity) * HEAD_TEXELS;

    vec4 q[ROWS * HEAD_TEXELS];
    vec4 accumulators[ROWS * HEAD_TEXELS];
    float maximum[ROWS];
    float sum[ROWS];
    [[unroll]] for (uint r = 0u; r < ROWS; r++) {
        uint row = sequence * p.rowsPerSequence + min(row0 + r, lastRow);
        uint index = (p.qOffset + row * p.qRowStride) / 4u + head * HEAD_TEXELS;
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++) {
            q[r * HEAD_TEXELS + d] = loadQuery(index + d) * p.scale;
            accumulators[r * HEAD_TEXELS + d] = vec4(0.0);
        }
        maximum[r] = LOWEST;
        sum[r] = 0.0;
    }

    uint end = p.visibleKeys;
    if (p.causal != 0u) {
        uint lastKey = p.causalFirstKey + min(row0 + ROWS - 1u, lastRow);
        // The first index past what the last row of the tile sees.
        uint seen = lastKey < p.hiddenBegin ? lastKey + 1u : max(lastKey + 1u, p.hiddenBegin + p.hiddenCount) - p.hiddenCount;
        end = min(end, seen);
    }
    for (uint first = 0u; first < end; first += LANES) {
        uint index = first + lane;
        uint visible = min(index, end - 1u);
        uint key = visible < p.hiddenBegin ? visible : visible + p.hiddenCount;
        uint texel = cacheTexel + key * HEAD_TEXELS;
        vec4 products[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++)
            products[r] = vec4(0.0);
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++) {
            vec4 k = loadKey(texel + d);
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                products[r] = fma(q[r * HEAD_TEXELS + d], k, products[r]);
        }
        bool unmasked = true;
        if (MASKED && key < p.maskedKeys)
            unmasked = ((keyMask[sequence * p.sequenceStride * p.maskWords + key / 32u] >> (key % 32u)) & 1u) != 0u;
        float weight[ROWS];
        float correction[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++) {
            float score = (products[r].x + products[r].y) + (products[r].z + products[r].w);
            bool seen = index < end && (p.causal == 0u || key <= p.causalFirstKey + row0 + r);
            // A row always sees its own key, as the originals' masks have it.
            if (MASKED)
                seen = seen && (unmasked || key == p.causalFirstKey + row0 + r);
            float newMaximum = seen ? max(maximum[r], score) : maximum[r];
            correction[r] = exponential(maximum[r] - newMaximum);
            weight[r] = seen ? exponential(score - newMaximum) : 0.0;
            maximum[r] = newMaximum;
            sum[r] = fma(sum[r], correction[r], weight[r]);
        }
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++) {
            vec4 v = loadValue(texel + d);
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                accumulators[r * HEAD_TEXELS + d] = fma(vec4(weight[r]), v, accumulators[r * HEAD_TEXELS + d] * correction[r]);
        }
    }

    // A real loop over rows, the next row moved to the front each time: small code, and no variable index into registers.
    for (uint r = 0u; r < rowCount; r++) {
        float share = mergeShare(lane, maximum[0], sum[0]);
        uint at = ((sequence * p.rowsPerSequence + row0 + r) * p.heads + head) * HEAD_TEXELS * 4u;
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS / 2u; d++)
            mergeEight(lane, d, accumulators[2u * d] * share, accumulators[2u * d + 1u] * share, at + 8u * d, 8u);
        if (HEAD_TEXELS % 2u != 0u)
            mergeEight(lane, HEAD_TEXELS / 2u, accumulators[HEAD_TEXELS - 1u] * share, vec4(0.0), at + 4u * (HEAD_TEXELS - 1u), 4u);
        mergeEnd(lane, at);
        [[unroll]] for (uint i = 0u; i + 1u < ROWS; i++) {
            maximum[i] = maximum[i + 1u];
            sum[i] = sum[i + 1u];
            [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++)
                accumulators[i * HEAD_TEXELS + d] = accumulators[(i + 1u) * HEAD_TEXELS + d];
        }
    }
}
