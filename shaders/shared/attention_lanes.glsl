// One workgroup: one head, up to ROWS rows of one sequence, LANES invocations. Lane l takes visible keys l, l + LANES, ...
// and keeps its own running maximum, sum and weighted values (online softmax, Milakov and Gimelshein 2018), so that
// nothing crosses lanes inside the loop; the lanes are merged once, at the end. One load of a key or value serves ROWS
// rows. Which lane takes which key depends on nothing else, so that a row is summed in the same order in any dispatch.

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 8u;
#ifdef FIXED_HEAD_TEXELS
// Known to the compiler of the SPIR-V, which then keeps no array: SwiftShader neither unrolls loops that specialisation
// bounds nor holds arrays in registers.
const uint ROWS = FIXED_ROWS;
const uint HEAD_TEXELS = FIXED_HEAD_TEXELS;
#else
layout(constant_id = 1) const uint ROWS = 4u;
layout(constant_id = 2) const uint HEAD_TEXELS = 16u;    // D / 4
#endif
layout(constant_id = 3) const bool MASKED = false;       // some of the first keys are hidden, by a mask of each sequence
layout(constant_id = 4) const bool BIASED = false;       // scores get a bias by head and distance

const float LOWEST = -3.0e38;

#include "shared/merge_lanes_shared.glsl"

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
            if (BIASED)
                score += biasOf(head, min(row0 + r, lastRow), key);
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
