#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "shared/exponential.glsl"
#include "params/attention.glsl"
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 8u;
layout(constant_id = 1) const uint ROWS = 4u;
layout(constant_id = 2) const uint HEAD_TEXELS = 16u;
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

const float LOWEST = -3.0e38;
shared float laneMaximum[LANES];
shared float laneSum[LANES];
shared float laneValues[LANES * HEAD_TEXELS * 4u];

void main()
{
    uint lane = gl_LocalInvocationID.x;
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
        // first index past what the last row of the tile sees
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
        float weight[ROWS];
        float correction[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++) {
            float score = (products[r].x + products[r].y) + (products[r].z + products[r].w);
            bool seen = index < end && (p.causal == 0u || key <= p.causalFirstKey + row0 + r);
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

    for (uint r = 0u; r < rowCount; r++) {
        laneMaximum[lane] = maximum[0];
        laneSum[lane] = sum[0];
        barrier();
        float total = LOWEST;
        for (uint i = 0u; i < LANES; i++)
            total = max(total, laneMaximum[i]);
        float denominator = 0.0;
        for (uint i = 0u; i < LANES; i++)
            denominator = fma(laneSum[i], exponential(laneMaximum[i] - total), denominator);
        float factor = denominator > 0.0 ? exponential(maximum[0] - total) / denominator : 0.0;
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++) {
            vec4 scaled = accumulators[d] * factor;
            uint at = lane * HEAD_TEXELS * 4u + d * 4u;
            laneValues[at] = scaled.x;
            laneValues[at + 1u] = scaled.y;
            laneValues[at + 2u] = scaled.z;
            laneValues[at + 3u] = scaled.w;
        }
        barrier();
        uint row = sequence * p.rowsPerSequence + row0 + r;
        for (uint d = lane; d < HEAD_TEXELS * 4u; d += LANES) {
            float result = 0.0;
            for (uint i = 0u; i < LANES; i++)
                result += laneValues[i * HEAD_TEXELS * 4u + d];
            attended[(row * p.heads + head) * HEAD_TEXELS * 4u + d] = result;
        }
        barrier();
        [[unroll]] for (uint i = 0u; i + 1u < ROWS; i++) {
            maximum[i] = maximum[i + 1u];
            sum[i] = sum[i + 1u];
            [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d++)
                accumulators[i * HEAD_TEXELS + d] = accumulators[(i + 1u) * HEAD_TEXELS + d];
        }
    }
}
