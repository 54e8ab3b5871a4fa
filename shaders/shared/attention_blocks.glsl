// One workgroup: one head, up to ROWS rows of one sequence, LANES invocations that go through the visible keys in blocks.
//   scores    Four lanes share a key: each multiplies a quarter of it (texels p, p + 4, ...: 64 consecutive bytes of a
//             key are one access), for all rows, against queries in shared memory; the quarters are added by two
//             shuffles, or through shared memory. The next block's keys are requested before the scores are used.
//   weights   Online softmax with a maximum per row (Milakov and Gimelshein 2018); an exponential is taken once.
//   values    HEAD_TEXELS lanes share a value, a texel each; groups of them take every GROUPS-th key of the block. The
//             values are requested before the weights are known.
// Groups and partial sums are merged at the end, in order. The block, who takes which key in it and all orders of
// summation follow from LANES, KEYS_PER_QUAD and HEAD_TEXELS alone: a row has the same bits for any ROWS. A block that a
// row sees nothing of leaves the row as it was: its maximum stays, exp(0) is exactly 1, and zeros are added.

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 128u;         // a multiple of 32
layout(constant_id = 1) const uint ROWS = 4u;            // 1, 2 or a multiple of 4, at most LANES / 8
layout(constant_id = 2) const uint HEAD_TEXELS = 16u;    // D / 4
layout(constant_id = 3) const bool MASKED = false;       // some of the first keys are hidden, by a mask of each sequence
layout(constant_id = 4) const bool BIASED = false;       // scores get a bias by head and distance
layout(constant_id = 5) const uint KEYS_PER_QUAD = 2u;   // 1, 2 or 4

const uint QUADS = LANES / 4u;
const uint BLOCK = QUADS * KEYS_PER_QUAD;
const uint KEY_STEPS = (HEAD_TEXELS + 3u) / 4u;
const uint GROUPS = LANES / HEAD_TEXELS;
const uint GROUP_KEYS = (BLOCK + GROUPS - 1u) / GROUPS;
const uint BATCH = GROUP_KEYS < 8u ? GROUP_KEYS : 8u;    // values that a lane has requested at a time
const uint KEY_LANES = LANES / BLOCK;                    // lanes that share the weights of a key, a part of the rows each
const uint LANE_ROWS = (ROWS + KEY_LANES - 1u) / KEY_LANES;
// Where a size divides evenly, nothing is asked at run time: a branch around a load waits for it.
const bool EVEN_STEPS = HEAD_TEXELS % 4u == 0u;
const bool EVEN_GROUPS = LANES % HEAD_TEXELS == 0u;
const bool EVEN_KEYS = BLOCK % GROUPS == 0u && GROUP_KEYS % BATCH == 0u;
const bool EVEN_ROWS = ROWS % KEY_LANES == 0u;
const uint PARTS = 8u;                                   // parts of a block of which maxima and sums are formed
#if SUM_BY_SHUFFLE
const uint PIECES = 1u;
const uint STRIDE = ROWS < 4u ? ROWS : ROWS + 4u;        // from key to key; the surplus spreads keys over memory banks
#else
const uint PIECES = 4u;
const uint STRIDE = ROWS;
#endif
const uint SCORE_QUADS = (BLOCK * PIECES * STRIDE + 3u) / 4u;
const uint SCRATCH_QUADS = SCORE_QUADS < LANES ? LANES : SCORE_QUADS;
const uint MERGED = SCRATCH_QUADS / LANES;
const uint MERGE_ROWS = MERGED < ROWS ? MERGED : ROWS;   // rows whose groups fit into the scratch together

const uint STEP_ROWS = ROWS % 4u == 0u ? 4u : 1u;
const uint ROW_QUADS = (ROWS + 3u) / 4u;

shared vec4 queryTile[ROWS * HEAD_TEXELS];
shared vec4 scratch[SCRATCH_QUADS];                      // scores, then weights [BLOCK][PIECES][STRIDE]; at the end, sums
shared vec4 partials[ROWS * 2u];                         // [ROWS][PARTS]
shared vec4 rowMaxima[ROW_QUADS];
shared vec4 rowFactors[ROW_QUADS];                       // what a block makes of the rows' sums: exp(old maximum - new one)

const float LOWEST = -3.0e38;

void store(uint index, float value) { scratch[index / 4u][index % 4u] = value; }
float stored(uint index) { return scratch[index / 4u][index % 4u]; }

uint scoreAt(uint key, uint row) { return key * (PIECES * STRIDE) + row; }

float score(uint key, uint row)
{
    uint at = scoreAt(key, row);
#if SUM_BY_SHUFFLE
    return stored(at);
#else
    return (stored(at) + stored(at + STRIDE)) + (stored(at + 2u * STRIDE) + stored(at + 3u * STRIDE));
#endif
}

// As score(), of four rows from a multiple of four on.
vec4 scores(uint key, uint row)
{
    uint at = scoreAt(key, row) / 4u;
#if SUM_BY_SHUFFLE
    return scratch[at];
#else
    return (scratch[at] + scratch[at + STRIDE / 4u]) + (scratch[at + STRIDE / 2u] + scratch[at + 3u * STRIDE / 4u]);
#endif
}

// Whether a row of the tile sees a key that `first` is the first row to see; a masked key is seen by its own row only.
bool seenBy(uint row, uint first, bool masked, uint own) { return row >= first && (!masked || row == own); }

// The slot of a visible key.
uint slotOf(uint visible) { return visible < p.hiddenBegin ? visible : visible + p.hiddenCount; }

void main()
{
    // Four consecutive lanes are in one subgroup: every driver numbers a row of invocations as it cuts it.
    uint lane = gl_LocalInvocationID.x;
    uint head = gl_WorkGroupID.y;
    uint sequence = gl_WorkGroupID.z;
    uint row0 = gl_WorkGroupID.x * ROWS;
    uint lastRow = p.rowsPerSequence - 1u;
    uint rowCount = min(ROWS, p.rowsPerSequence - row0);
    uint cacheTexel = ((sequence * p.sequenceStride * p.heads + head) * p.capacity) * HEAD_TEXELS;
    uint piece = lane % 4u;
    uint quad = lane / 4u;
    uint group = lane / HEAD_TEXELS;
    uint texel = lane % HEAD_TEXELS;
    bool grouped = EVEN_GROUPS || group < GROUPS;
    uint weightKey = lane % BLOCK;
    uint weightRow = lane / BLOCK * LANE_ROWS;
    uint partRow = lane % ROWS;
    uint part = lane / ROWS;

    for (uint i = lane; i < ROWS * HEAD_TEXELS; i += LANES) {
        uint row = sequence * p.rowsPerSequence + min(row0 + i / HEAD_TEXELS, lastRow);
        queryTile[i] = loadQuery((p.qOffset + row * p.qRowStride) / 4u + head * HEAD_TEXELS + i % HEAD_TEXELS) * p.scale;
    }
    if (lane < ROW_QUADS)
        rowMaxima[lane] = vec4(LOWEST);

    vec4 accumulators[ROWS];
    [[unroll]] for (uint r = 0u; r < ROWS; r++)
        accumulators[r] = vec4(0.0);
    float sums[LANE_ROWS];
    [[unroll]] for (uint r = 0u; r < LANE_ROWS; r++)
        sums[r] = 0.0;

    uint end = p.visibleKeys;
    if (p.causal != 0u) {
        uint lastKey = p.causalFirstKey + min(row0 + ROWS - 1u, lastRow);
        // The first index past what the last row of the tile sees.
        uint seen = lastKey < p.hiddenBegin ? lastKey + 1u : max(lastKey + 1u, p.hiddenBegin + p.hiddenCount) - p.hiddenCount;
        end = min(end, seen);
    }
    vec4 key[KEYS_PER_QUAD * KEY_STEPS];
    uint slots[KEYS_PER_QUAD];
    if (end > 0u) {
        [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++) {
            slots[j] = slotOf(min(j * QUADS + quad, end - 1u));
            [[unroll]] for (uint s = 0u; s < KEY_STEPS; s++)
                if (EVEN_STEPS || 4u * s + piece < HEAD_TEXELS)
                    key[j * KEY_STEPS + s] = loadKey(cacheTexel + slots[j] * HEAD_TEXELS + 4u * s + piece);
        }
    }
    barrier();

    for (uint first = 0u; first < end; first += BLOCK) {
        bool visible[KEYS_PER_QUAD];
        uint ownRow[KEYS_PER_QUAD];     // the first row of the tile that sees the key
        bool masked[KEYS_PER_QUAD];     // only its own row sees the key, as the originals' masks have it
        [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++) {
            visible[j] = first + j * QUADS + quad < end;
            ownRow[j] = p.causal != 0u && slots[j] > p.causalFirstKey + row0 ? slots[j] - p.causalFirstKey - row0 : 0u;
            masked[j] = false;
            if (MASKED && slots[j] < p.maskedKeys)
                masked[j] = ((keyMask[sequence * p.sequenceStride * p.maskWords + slots[j] / 32u] >> (slots[j] % 32u)) & 1u) == 0u;
        }
        // Four rows at a time, as far as there are: unrolled further, the loads of many rows would take registers.
        [[dont_unroll]] for (uint base = 0u; base < ROWS; base += STEP_ROWS) {
            float sums4[STEP_ROWS * KEYS_PER_QUAD];
            [[unroll]] for (uint i = 0u; i < STEP_ROWS; i++) {
                vec4 products[KEYS_PER_QUAD];
                [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++)
                    products[j] = vec4(0.0);
                [[unroll]] for (uint s = 0u; s < KEY_STEPS; s++) {
                    if (EVEN_STEPS || 4u * s + piece < HEAD_TEXELS) {
                        vec4 q = queryTile[(base + i) * HEAD_TEXELS + 4u * s + piece];
                        [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++)
                            products[j] = fma(q, key[j * KEY_STEPS + s], products[j]);
                    }
                }
                [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++) {
                    float sum = (products[j].x + products[j].y) + (products[j].z + products[j].w);
#if SUM_BY_SHUFFLE
                    sum += subgroupShuffleXor(sum, 1u);
                    sum += subgroupShuffleXor(sum, 2u);
#endif
                    sums4[i * KEYS_PER_QUAD + j] = sum;
                }
            }
            [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++) {
                uint at = scoreAt(j * QUADS + quad, base);
#if SUM_BY_SHUFFLE
                // All four lanes have all sums; each stores those of one row.
                uint i = STEP_ROWS == 4u ? piece : 0u;
                float mine = sums4[j];
                if (STEP_ROWS == 4u) {
                    float high = piece == 2u ? sums4[(2u % STEP_ROWS) * KEYS_PER_QUAD + j] : sums4[(3u % STEP_ROWS) * KEYS_PER_QUAD + j];
                    mine = piece == 0u ? mine : piece == 1u ? sums4[(1u % STEP_ROWS) * KEYS_PER_QUAD + j] : high;
                }
                if (BIASED)
                    mine += biasOf(head, min(row0 + base + i, lastRow), slots[j]);
                store(at + i, visible[j] && seenBy(base + i, ownRow[j], masked[j], slots[j] - p.causalFirstKey - row0) ? mine : LOWEST);
#else
                [[unroll]] for (uint i = 0u; i < STEP_ROWS; i++) {
                    bool seen = visible[j] && seenBy(base + i, ownRow[j], masked[j], slots[j] - p.causalFirstKey - row0);
                    float mine = sums4[i * KEYS_PER_QUAD + j];
                    // Once in the four pieces.
                    if (BIASED)
                        mine += piece == 0u ? biasOf(head, min(row0 + base + i, lastRow), slots[j]) : 0.0;
                    store(at + piece * STRIDE + i, seen ? mine : piece == 0u ? LOWEST : 0.0);
                }
#endif
            }
        }
        barrier();

        // The last block requests its last key once more, so that no branch waits for the others.
        [[unroll]] for (uint j = 0u; j < KEYS_PER_QUAD; j++) {
            slots[j] = slotOf(min(first + BLOCK + j * QUADS + quad, end - 1u));
            [[unroll]] for (uint s = 0u; s < KEY_STEPS; s++)
                if (EVEN_STEPS || 4u * s + piece < HEAD_TEXELS)
                    key[j * KEY_STEPS + s] = loadKey(cacheTexel + slots[j] * HEAD_TEXELS + 4u * s + piece);
        }
        vec4 value[BATCH];
        if (grouped)
            [[unroll]] for (uint i = 0u; i < BATCH; i++)
                value[i] = loadValue(cacheTexel + slotOf(min(first + group + i * GROUPS, end - 1u)) * HEAD_TEXELS + texel);

        if (part < PARTS) {
            float largest = LOWEST;
            [[unroll]] for (uint k = 0u; k < BLOCK; k += PARTS)
                largest = max(largest, score(k + part, partRow));
            partials[partRow * 2u + part / 4u][part % 4u] = largest;
        }
        barrier();
        if (lane < ROWS) {
            vec4 four = max(partials[lane * 2u], partials[lane * 2u + 1u]);
            float old = rowMaxima[lane / 4u][lane % 4u];
            float largest = max(old, max(max(four.x, four.y), max(four.z, four.w)));
            rowMaxima[lane / 4u][lane % 4u] = largest;
            rowFactors[lane / 4u][lane % 4u] = exponential(old - largest);
        }
        barrier();
        if (LANE_ROWS % 4u == 0u) {
            [[unroll]] for (uint i = 0u; i < LANE_ROWS; i += 4u) {
                uint r = (weightRow + i) / 4u;
                vec4 four = scores(weightKey, 4u * r);
                vec4 maxima = rowMaxima[r];
                vec4 factors = rowFactors[r];
                [[unroll]] for (uint c = 0u; c < 4u; c++) {
                    float weight = exponential(four[c] - maxima[c]);
                    four[c] = four[c] > LOWEST ? weight : 0.0;
                    sums[i + c] = fma(sums[i + c], factors[c], four[c]);
                }
                scratch[scoreAt(weightKey, 4u * r) / 4u] = four;
            }
        } else {
            [[unroll]] for (uint i = 0u; i < LANE_ROWS; i++) {
                uint r = weightRow + i;
                if (EVEN_ROWS || r < ROWS) {
                    float s = score(weightKey, r);
                    float weight = exponential(s - rowMaxima[r / 4u][r % 4u]);
                    weight = s > LOWEST ? weight : 0.0;
                    store(scoreAt(weightKey, r), weight);
                    sums[i] = fma(sums[i], rowFactors[r / 4u][r % 4u], weight);
                }
            }
        }
        barrier();
        if (grouped) {
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                accumulators[r] *= rowFactors[r / 4u][r % 4u];
            [[unroll]] for (uint start = 0u; start < GROUP_KEYS; start += BATCH) {
                if (start > 0u)
                    [[unroll]] for (uint i = 0u; i < BATCH; i++)
                        value[i] = loadValue(cacheTexel + slotOf(min(first + group + (start + i) * GROUPS, end - 1u)) * HEAD_TEXELS + texel);
                [[unroll]] for (uint i = 0u; i < BATCH; i++) {
                    uint k = group + (start + i) * GROUPS;
                    if (EVEN_KEYS || k < BLOCK) {
                        if (ROWS % 4u == 0u) {
                            uint at = scoreAt(k, 0u) / 4u;
                            [[unroll]] for (uint r = 0u; r < ROWS; r += 4u) {
                                vec4 weights = scratch[at + r / 4u];
                                [[unroll]] for (uint c = 0u; c < 4u; c++)
                                    accumulators[r + c] = fma(vec4(weights[c]), value[i], accumulators[r + c]);
                            }
                        } else {
                            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                                accumulators[r] = fma(vec4(stored(scoreAt(k, r))), value[i], accumulators[r]);
                        }
                    }
                }
            }
        }
        barrier();
    }

    // The sums of the weights: of the keys that lanes have had, then of parts of them, then of the row.
    [[unroll]] for (uint i = 0u; i < LANE_ROWS; i++)
        if (EVEN_ROWS || weightRow + i < ROWS)
            store(scoreAt(weightKey, weightRow + i), sums[i]);
    barrier();
    if (part < PARTS) {
        float sum = 0.0;
        [[unroll]] for (uint k = 0u; k < BLOCK; k += PARTS)
            sum += stored(scoreAt(k + part, partRow));
        partials[partRow * 2u + part / 4u][part % 4u] = sum;
    }
    barrier();
    if (lane < ROWS) {
        vec4 four = partials[lane * 2u] + partials[lane * 2u + 1u];
        float sum = (four.x + four.y) + (four.z + four.w);
        rowFactors[lane / 4u][lane % 4u] = sum > 0.0 ? 1.0 / sum : 0.0;
    }
    // The groups, some rows at a time.
    [[unroll]] for (uint begin = 0u; begin < ROWS; begin += MERGE_ROWS) {
        if (grouped)
            [[unroll]] for (uint m = 0u; m < MERGE_ROWS; m++)
                if (begin + m < ROWS)
                    scratch[m * LANES + lane] = accumulators[begin + m];
        barrier();
        for (uint i = lane; i < MERGE_ROWS * HEAD_TEXELS; i += LANES) {
            uint m = i / HEAD_TEXELS;
            uint t = i % HEAD_TEXELS;
            uint r = begin + m;
            if (r < rowCount) {
                vec4 sum = vec4(0.0);
                [[unroll]] for (uint g = 0u; g < GROUPS; g++)
                    sum += scratch[m * LANES + g * HEAD_TEXELS + t];
                uint at = (((sequence * p.rowsPerSequence + row0 + r) * p.heads + head) * HEAD_TEXELS + t) * 4u;
                sum *= rowFactors[r / 4u][r % 4u];
                [[unroll]] for (uint c = 0u; c < 4u; c++)
                    attended[at + c] = sum[c];
            }
        }
        barrier();
    }
}
