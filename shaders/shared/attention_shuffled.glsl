// One workgroup: one head, up to ROWS rows of one sequence, eight lanes that are a subgroup. Keys are taken eight at a time:
//   scores    A lane has a key: it multiplies the whole of it with every row's query, so that nothing is summed over lanes.
//   weights   Online softmax with one maximum per row (Milakov and Gimelshein 2018): the largest of eight scores by three shuffles.
//   values    A lane has four elements of the head (of every 32), for all keys: a weight is handed round by a shuffle with a
//             constant lane, one instruction on lavapipe, and a row's result takes D / 8 registers instead of D.
// Every texel that the workgroup fetches is another one, and serves ROWS rows. In which order a row is summed depends on its
// visible keys alone: a block of which a row sees nothing leaves it as it was (its maximum stays, exp(0) is exactly 1, and
// zeros are added).

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 8u;           // 8: what is unrolled below
layout(constant_id = 1) const uint ROWS = 4u;
layout(constant_id = 2) const uint HEAD_TEXELS = 16u;    // D / 4
layout(constant_id = 3) const bool MASKED = false;       // some of the first keys are hidden, by a mask of each sequence
layout(constant_id = 4) const bool BIASED = false;       // scores get a bias by head and distance

const float LOWEST = -3.0e38;
const uint PARTS = (HEAD_TEXELS + 7u) / 8u;              // texels of a head that a lane has
// Texels of a key that are fetched before they are used: a fetch is a call, around which no register survives.
const uint FETCHED = 8u;

// exponential() for x <= 0, where 2^n needs one factor only.
float decay(float x)
{
    float clamped = max(x, -87.33);
    REDUCED_EXPONENTIAL(clamped)
    return e * intBitsToFloat((int(n) + 127) << 23);
}

void main()
{
    uint lane = gl_SubgroupInvocationID;
    uint head = gl_WorkGroupID.y;
    uint sequence = gl_WorkGroupID.z;
    // Inside loops lavapipe gathers push constants, lane by lane.
    uint rows = p.rowsPerSequence;
    uint heads = p.heads;
    uint hiddenBegin = p.hiddenBegin;
    uint hiddenCount = p.hiddenCount;
    uint ownKey = p.causalFirstKey + gl_WorkGroupID.x * ROWS;    // of the tile's first row
    uint maskedKeys = p.maskedKeys;
    uint firstMaskWord = sequence * p.sequenceStride * p.maskWords;
    uint row0 = gl_WorkGroupID.x * ROWS;
    uint lastRow = rows - 1u;
    uint rowCount = min(ROWS, rows - row0);
    uint cacheTexel = ((sequence * p.sequenceStride * heads + head) * p.capacity) * HEAD_TEXELS;
    uint firstBias = head * p.biasStride + p.biasFirst;
    uint part[PARTS];
    [[unroll]] for (uint s = 0u; s < PARTS; s++)
        part[s] = min(8u * s + lane, HEAD_TEXELS - 1u);

    // Every lane has all of the queries.
    float q[ROWS * HEAD_TEXELS * 4u];
    vec4 accumulators[ROWS * PARTS];
    float maximum[ROWS];
    float sum[ROWS];    // of the lane's own keys
    [[unroll]] for (uint r = 0u; r < ROWS; r++) {
        uint row = sequence * rows + min(row0 + r, lastRow);
        uint index = (p.qOffset + row * p.qRowStride) / 4u + head * HEAD_TEXELS;
        [[unroll]] for (uint s = 0u; s < PARTS; s++) {
            vec4 quad = loadQuery(index + part[s]) * p.scale;
            [[unroll]] for (uint l = 0u; l < 8u; l++)
                if (8u * s + l < HEAD_TEXELS)
                    [[unroll]] for (uint c = 0u; c < 4u; c++)
                        q[(r * HEAD_TEXELS + 8u * s + l) * 4u + c] = subgroupShuffle(quad[c], l);
            accumulators[r * PARTS + s] = vec4(0.0);
        }
        maximum[r] = LOWEST;
        sum[r] = 0.0;
    }

    uint end = p.visibleKeys;
    uint horizon = 0x80000000u;    // row r sees keys below horizon + r
    if (p.causal != 0u) {
        uint lastKey = p.causalFirstKey + min(row0 + ROWS - 1u, lastRow);
        // The first index past what the last row of the tile sees.
        uint seen = lastKey < hiddenBegin ? lastKey + 1u : max(lastKey + 1u, hiddenBegin + hiddenCount) - hiddenCount;
        end = min(end, seen);
        horizon = ownKey + 1u;
    }
    for (uint first = 0u; first < end; first += 8u) {
        uint index = first + lane;
        uint visible = min(index, end - 1u);
        uint key = visible < hiddenBegin ? visible : visible + hiddenCount;
        uint texel = cacheTexel + key * HEAD_TEXELS;
        float score[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++)
            score[r] = 0.0;
        [[unroll]] for (uint d = 0u; d < HEAD_TEXELS; d += FETCHED) {
            vec4 k[FETCHED];
            [[unroll]] for (uint i = 0u; i < FETCHED; i++)
                if (d + i < HEAD_TEXELS)
                    k[i] = loadKey(texel + d + i);
            [[unroll]] for (uint i = 0u; i < FETCHED; i++)
                if (d + i < HEAD_TEXELS)
                    [[unroll]] for (uint c = 0u; c < 4u; c++)
                        [[unroll]] for (uint r = 0u; r < ROWS; r++)
                            score[r] = fma(k[i][c], q[(r * HEAD_TEXELS + d + i) * 4u + c], score[r]);
        }

        if (BIASED)
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                score[r] += positionBias[firstBias + key - min(row0 + r, lastRow)];

        bool unmasked = true;
        if (MASKED && key < maskedKeys)
            unmasked = ((keyMask[firstMaskWord + key / 32u] >> (key % 32u)) & 1u) != 0u;
        // Lanes past the end have a key that no row sees.
        uint place = index < end ? key : 0xffffffffu;
        float correction[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++) {
            bool seen = place < horizon + r;
            // A row always sees its own key, as the originals' masks have it.
            if (MASKED)
                seen = seen && (unmasked || place == ownKey + r);
            float largest = seen ? score[r] : LOWEST;
            largest = max(largest, subgroupShuffleXor(largest, 1u));
            largest = max(largest, subgroupShuffleXor(largest, 2u));
            largest = max(largest, subgroupShuffleXor(largest, 4u));
            largest = max(largest, maximum[r]);
            correction[r] = decay(maximum[r] - largest);
            maximum[r] = largest;
            // The score's place holds its weight from here on.
            score[r] = seen ? decay(score[r] - largest) : 0.0;
            sum[r] = fma(sum[r], correction[r], score[r]);
        }

        [[unroll]] for (uint s = 0u; s < PARTS; s++) {
            vec4 v[8];
            [[unroll]] for (uint j = 0u; j < 8u; j++)
                v[j] = loadValue(subgroupShuffle(texel, j) + part[s]);
            [[unroll]] for (uint r = 0u; r < ROWS; r++) {
                vec4 mixed = accumulators[r * PARTS + s] * correction[r];
                [[unroll]] for (uint j = 0u; j < 8u; j++)
                    mixed = fma(v[j], vec4(subgroupShuffle(score[r], j)), mixed);
                accumulators[r * PARTS + s] = mixed;
            }
        }
    }

    // A real loop over rows, the next row moved to the front each time: small code, and no variable index into registers.
    for (uint r = 0u; r < rowCount; r++) {
        float total = sum[0];
        total += subgroupShuffleXor(total, 1u);
        total += subgroupShuffleXor(total, 2u);
        total += subgroupShuffleXor(total, 4u);
        float share = total > 0.0 ? 1.0 / total : 0.0;
        uint at = ((sequence * rows + row0 + r) * heads + head) * HEAD_TEXELS * 4u;
        [[unroll]] for (uint s = 0u; s < PARTS; s++)
            if (8u * s + lane < HEAD_TEXELS)
                [[unroll]] for (uint c = 0u; c < 4u; c++)
                    attended[at + 4u * (8u * s + lane) + c] = accumulators[s][c] * share;
        [[unroll]] for (uint i = 0u; i + 1u < ROWS; i++) {
            sum[i] = sum[i + 1u];
            [[unroll]] for (uint s = 0u; s < PARTS; s++)
                accumulators[i * PARTS + s] = accumulators[(i + 1u) * PARTS + s];
        }
    }
}
