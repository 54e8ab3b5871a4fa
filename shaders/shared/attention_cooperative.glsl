// On cooperative matrices (VK_KHR_cooperative_matrix: float16 x float16 -> float32, subgroup scope), for every number of rows
// from 1 on. Compiled by glslc of 2023.5 or later.
//
// Queries, keys, values and weights are float32 and the matrices take float16: with PARTS = 2 each is the sum of two halfs,
// x cut off and LOW_SCALE times what that left: 22 bits in all, 11 of what is below the smallest normal half. A product is
// three multiplications: of the cut-off numbers, and of each with what is left of the other, which have sums of their own
// until they are scaled back (what is left of both is not multiplied: 2^-22 of the product). Without LOW_SCALE what is left
// would be subnormal from 1/8 down.
// With PARTS = 1 numbers are rounded. What is beyond the largest half becomes that.
//
// One workgroup: one head, ROW_TILES x TILE_ROWS rows of one sequence, all visible keys in blocks of TILE_COLUMNS for each
// subgroup.
//   scores    A subgroup has TILE_COLUMNS keys of the block, which it stages for itself, and makes their scores of all rows.
//             The next block's keys are requested before the scores are used.
//   weights   Online softmax with a maximum per row (Milakov and Gimelshein 2018), UNITS lanes of one subgroup to a row.
//   values    A subgroup has TILE_COLUMNS elements of the head, or several times as many, of all keys of the block; where
//             there are more subgroups than that takes, of a part of the keys. What a block makes of the sums so far, a
//             factor for each row, is a matrix too: of the same type as the sums, multiplied element by element.
// Two barriers of the workgroup to a block. Blocks, units and parts do not depend on ROW_TILES, and rows of a matrix do not
// mix: a row has the same bits in any dispatch. A block of which a row sees nothing leaves it as it was: exp(0) is exactly 1,
// and zeros are added (that a matrix unit adds zeros without rounding is assumed; the tests of rows' bits show it on a device).

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint INVOCATIONS = 128u;
layout(constant_id = 1) const uint SUBGROUP_SIZE = 32u;
layout(constant_id = 2) const uint TILE_ROWS = 16u;         // the device's M
layout(constant_id = 3) const uint TILE_COLUMNS = 16u;      // its N
layout(constant_id = 4) const uint TILE_DEPTH = 16u;        // its K
layout(constant_id = 5) const uint ROW_TILES = 1u;
layout(constant_id = 6) const uint HEAD_QUADS = 16u;        // D / 4; D is a multiple of TILE_DEPTH and of TILE_COLUMNS
layout(constant_id = 7) const bool MASKED = false;          // some of the first keys are hidden, by a mask of each sequence
layout(constant_id = 8) const bool BIASED = false;          // scores get a bias by head and distance
layout(constant_id = 9) const uint PARTS = 2u;              // halfs that make one number: 1 or 2

const uint SUBGROUPS = INVOCATIONS / SUBGROUP_SIZE;
const uint ROWS = ROW_TILES * TILE_ROWS;
const uint BLOCK = SUBGROUPS * TILE_COLUMNS;
const uint DEPTH_QUADS = TILE_DEPTH / 4u;
const uint COLUMN_QUADS = TILE_COLUMNS / 4u;
const uint PAD_QUADS = 2u;                                  // 16 bytes more: neighbouring rows start in other banks

// Operands are staged a tile at a time: keys along D, values along the block, or the subgroup's part of it.
const uint TILE_LOADS = TILE_COLUMNS * DEPTH_QUADS / SUBGROUP_SIZE;         // quads of a lane
const uint KEY_STEPS = HEAD_QUADS / DEPTH_QUADS;
const uint KEY_STRIDE = DEPTH_QUADS + PAD_QUADS;
const uint HEAD_TILES = HEAD_QUADS / COLUMN_QUADS;
const uint VALUE_PARTS = HEAD_TILES >= SUBGROUPS ? 1u : SUBGROUPS / HEAD_TILES;
const uint OWN_TILES = (HEAD_TILES + SUBGROUPS - 1u) / SUBGROUPS;
const uint VALUE_STEPS = BLOCK / VALUE_PARTS / TILE_DEPTH;
const uint VALUE_STRIDE = COLUMN_QUADS + PAD_QUADS;

const uint KEY_STAGED = TILE_COLUMNS * KEY_STRIDE;          // quads of one part
const uint VALUE_STAGED = TILE_DEPTH * VALUE_STRIDE;
const uint STAGED_QUADS = KEY_STAGED > VALUE_STAGED ? KEY_STAGED : VALUE_STAGED;
const uint QUERY_STRIDE = HEAD_QUADS + PAD_QUADS;
const uint QUERY_QUADS = ROWS * QUERY_STRIDE;
const uint SCORE_STRIDE = BLOCK / 4u + 1u;
const uint WEIGHT_STRIDE = BLOCK / 4u + PAD_QUADS;
const uint WEIGHT_QUADS = ROWS * WEIGHT_STRIDE;

const uint UNITS = INVOCATIONS / TILE_ROWS;                 // lanes that share a row's keys; at most a subgroup
const uint UNIT_QUADS = BLOCK / 4u / UNITS;                 // of keys
const uint FACTORS = TILE_COLUMNS / UNITS > 0u ? TILE_COLUMNS / UNITS : 1u;

const float LOWEST = -3.0e38;
const float LARGEST_HALF = 65504.0;
const float SMALLEST_HALF = 6.103515625e-5;                 // 2^-14, the smallest normal one: a device may take what is below for zero
const float LOW_SCALE = 2048.0;                             // what 11 bits cut off are scaled by
const uint HIGH_PART = 0xffffe000u;                         // sign, exponent and the 10 bits that a half has

shared f16vec4 queryTile[PARTS * QUERY_QUADS];
shared f16vec4 staged[SUBGROUPS * PARTS * STAGED_QUADS];
shared vec4 scores[ROWS * SCORE_STRIDE];                    // [ROWS][BLOCK + 4]; at the end tiles of results
shared f16vec4 weights[PARTS * WEIGHT_QUADS];               // [PARTS][ROWS][BLOCK + 8]
shared float unitValues[ROWS * UNITS];                      // maxima of a block; at the end sums
shared float rowFactors[ROWS * TILE_COLUMNS];               // a row's factor in every column

#define OPERAND_A coopmat<float16_t, gl_ScopeSubgroup, TILE_ROWS, TILE_DEPTH, gl_MatrixUseA>
#define OPERAND_B coopmat<float16_t, gl_ScopeSubgroup, TILE_DEPTH, TILE_COLUMNS, gl_MatrixUseB>
#define SUMS coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator>

// x as one or two halfs, partQuads apart.
#define STORE_HALFS(to, at, partQuads, value) { \
    vec4 x = clamp(value, -LARGEST_HALF, LARGEST_HALF); \
    if (PARTS > 1u) { \
        /* Cut off rather than rounded: a compiler may take the way to float16 and back for no change. */ \
        vec4 high = mix(vec4(0.0), uintBitsToFloat(floatBitsToUint(x) & HIGH_PART), greaterThanEqual(abs(x), vec4(SMALLEST_HALF))); \
        to[(at) + (partQuads)] = f16vec4((x - high) * LOW_SCALE); \
        x = high; \
    } \
    to[at] = f16vec4(x); }

// The slot of a visible key.
uint slotOf(uint visible) { return visible < p.hiddenBegin ? visible : visible + p.hiddenCount; }

void main()
{
    uint subgroupLane = gl_SubgroupInvocationID;
    uint lane = gl_SubgroupID * SUBGROUP_SIZE + subgroupLane;
    uint head = gl_WorkGroupID.y;
    uint sequence = gl_WorkGroupID.z;
    uint row0 = gl_WorkGroupID.x * ROWS;
    uint lastRow = p.rowsPerSequence - 1u;
    uint rowCount = min(ROWS, p.rowsPerSequence - row0);
    uint cacheQuad = ((sequence * p.sequenceStride * p.heads + head) * p.capacity) * HEAD_QUADS;
    uint stagedBase = gl_SubgroupID * PARTS * STAGED_QUADS;
    uint unit = lane % UNITS;
    uint unitRow = lane / UNITS;                            // of each tile
    uint valuePart = gl_SubgroupID / HEAD_TILES % VALUE_PARTS;
    uint firstTile = VALUE_PARTS > 1u ? gl_SubgroupID % HEAD_TILES : gl_SubgroupID;
    uint firstValue = valuePart * (BLOCK / VALUE_PARTS);

    for (uint i = lane; i < ROWS * HEAD_QUADS; i += INVOCATIONS) {
        uint row = sequence * p.rowsPerSequence + min(row0 + i / HEAD_QUADS, lastRow);
        vec4 q = queries[(p.qOffset + row * p.qRowStride) / 4u + head * HEAD_QUADS + i % HEAD_QUADS];
        uint at = i / HEAD_QUADS * QUERY_STRIDE + i % HEAD_QUADS;
        STORE_HALFS(queryTile, at, QUERY_QUADS, q)
    }

    uint end = p.visibleKeys;
    if (p.causal != 0u) {
        uint lastKey = p.causalFirstKey + min(row0 + ROWS - 1u, lastRow);
        // The first index past what the last row of the tile sees.
        uint seen = lastKey < p.hiddenBegin ? lastKey + 1u : max(lastKey + 1u, p.hiddenBegin + p.hiddenCount) - p.hiddenCount;
        end = min(end, seen);
    }

// Quads of a subgroup's keys of the block from `first` on: those of a step together, neighbouring lanes neighbours in a key.
#define LOAD_KEYS(first) \
    [[unroll]] for (uint s = 0u; s < KEY_STEPS; s++) \
        [[unroll]] for (uint i = 0u; i < TILE_LOADS; i++) { \
            uint quad = i * SUBGROUP_SIZE + subgroupLane; \
            uint slot = slotOf(min((first) + gl_SubgroupID * TILE_COLUMNS + quad / DEPTH_QUADS, end - 1u)); \
            key[s * TILE_LOADS + i] = keys[cacheQuad + slot * HEAD_QUADS + s * DEPTH_QUADS + quad % DEPTH_QUADS]; \
        }
#define LOAD_VALUES(first, tile) \
    [[unroll]] for (uint s = 0u; s < VALUE_STEPS; s++) \
        [[unroll]] for (uint i = 0u; i < TILE_LOADS; i++) { \
            uint quad = i * SUBGROUP_SIZE + subgroupLane; \
            uint slot = slotOf(min((first) + firstValue + s * TILE_DEPTH + quad / COLUMN_QUADS, end - 1u)); \
            value[s * TILE_LOADS + i] = values[cacheQuad + slot * HEAD_QUADS + min(tile, HEAD_TILES - 1u) * COLUMN_QUADS + quad % COLUMN_QUADS]; \
        }

    vec4 key[KEY_STEPS * TILE_LOADS];
    if (end > 0u)
        LOAD_KEYS(0u)
    float maxima[ROW_TILES];
    float sums[ROW_TILES];
    [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
        maxima[r] = LOWEST;
        sums[r] = 0.0;
    }
    SUMS totals[ROW_TILES * OWN_TILES];
    [[unroll]] for (uint i = 0u; i < ROW_TILES * OWN_TILES; i++)
        totals[i] = SUMS(0.0);
    barrier();

    for (uint first = 0u; first < end; first += BLOCK) {
        SUMS products[ROW_TILES];
        SUMS corrections[ROW_TILES];
        [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
            products[r] = SUMS(0.0);
            corrections[r] = SUMS(0.0);
        }
        [[unroll]] for (uint s = 0u; s < KEY_STEPS; s++) {
            subgroupBarrier();
            [[unroll]] for (uint i = 0u; i < TILE_LOADS; i++) {
                uint quad = i * SUBGROUP_SIZE + subgroupLane;
                uint at = stagedBase + quad / DEPTH_QUADS * KEY_STRIDE + quad % DEPTH_QUADS;
                STORE_HALFS(staged, at, KEY_STAGED, key[s * TILE_LOADS + i])
            }
            subgroupBarrier();
            OPERAND_B k[PARTS];
            [[unroll]] for (uint part = 0u; part < PARTS; part++)
                coopMatLoad(k[part], staged, stagedBase + part * KEY_STAGED, KEY_STRIDE, gl_CooperativeMatrixLayoutColumnMajor);
            [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                uint at = r * TILE_ROWS * QUERY_STRIDE + s * DEPTH_QUADS;
                OPERAND_A q;
                coopMatLoad(q, queryTile, at, QUERY_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                products[r] = coopMatMulAdd(q, k[0], products[r]);
                if (PARTS > 1u) {
                    corrections[r] = coopMatMulAdd(q, k[PARTS - 1u], corrections[r]);
                    coopMatLoad(q, queryTile, at + QUERY_QUADS, QUERY_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                    corrections[r] = coopMatMulAdd(q, k[0], corrections[r]);
                }
            }
        }
        [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
            if (PARTS > 1u)
                products[r] += corrections[r] * (1.0 / LOW_SCALE);
            coopMatStore(products[r], scores, r * TILE_ROWS * SCORE_STRIDE + gl_SubgroupID * COLUMN_QUADS, SCORE_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
        }
        barrier();

        // The last block requests its last key once more, so that no branch waits for the others.
        LOAD_KEYS(first + BLOCK)
        vec4 value[VALUE_STEPS * TILE_LOADS];
        LOAD_VALUES(first, firstTile)

        vec4 unitScores[ROW_TILES * UNIT_QUADS];
        [[unroll]] for (uint u = 0u; u < UNIT_QUADS; u++) {
            [[unroll]] for (uint r = 0u; r < ROW_TILES; r++)
                unitScores[r * UNIT_QUADS + u] = scores[(r * TILE_ROWS + unitRow) * SCORE_STRIDE + u * UNITS + unit] * p.scale;
            [[unroll]] for (uint c = 0u; c < 4u; c++) {
                uint visible = first + (u * UNITS + unit) * 4u + c;
                uint slot = slotOf(visible);
                bool masked = false;
                if (MASKED) {
                    // Every lane loads a word, so that no branch waits for the load.
                    uint word = keyMask[sequence * p.sequenceStride * p.maskWords + min(slot / 32u, p.maskWords - 1u)];
                    masked = slot < p.maskedKeys && ((word >> (slot % 32u)) & 1u) == 0u;
                }
                [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                    if (BIASED)
                        unitScores[r * UNIT_QUADS + u][c] += biasOf(head, min(row0 + r * TILE_ROWS + unitRow, lastRow), slotOf(min(visible, end - 1u)));
                    uint own = p.causalFirstKey + row0 + r * TILE_ROWS + unitRow;
                    bool seen = visible < end && (p.causal == 0u || slot <= own) && (!masked || slot == own);
                    unitScores[r * UNIT_QUADS + u][c] = seen ? unitScores[r * UNIT_QUADS + u][c] : LOWEST;
                }
            }
        }
        [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
            vec4 largest = unitScores[r * UNIT_QUADS];
            [[unroll]] for (uint u = 1u; u < UNIT_QUADS; u++)
                largest = max(largest, unitScores[r * UNIT_QUADS + u]);
            unitValues[(r * TILE_ROWS + unitRow) * UNITS + unit] = max(max(largest.x, largest.y), max(largest.z, largest.w));
        }
        subgroupBarrier();
        [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
            uint row = r * TILE_ROWS + unitRow;
            float largest = maxima[r];
            [[unroll]] for (uint u = 0u; u < UNITS; u++)
                largest = max(largest, unitValues[row * UNITS + u]);
            float factor = exponential(maxima[r] - largest);
            maxima[r] = largest;
            [[unroll]] for (uint f = 0u; f < FACTORS; f++)
                if (unit * FACTORS + f < TILE_COLUMNS)
                    rowFactors[row * TILE_COLUMNS + unit * FACTORS + f] = factor;
            float sum = 0.0;
            [[unroll]] for (uint u = 0u; u < UNIT_QUADS; u++) {
                vec4 four = unitScores[r * UNIT_QUADS + u];
                [[unroll]] for (uint c = 0u; c < 4u; c++) {
                    float weight = exponential(four[c] - largest);
                    four[c] = four[c] > LOWEST ? weight : 0.0;
                    sum += four[c];
                }
                uint at = row * WEIGHT_STRIDE + u * UNITS + unit;
                STORE_HALFS(weights, at, WEIGHT_QUADS, four)
            }
            sums[r] = fma(sums[r], factor, sum);
        }
        barrier();

        [[unroll]] for (uint o = 0u; o < OWN_TILES; o++) {
            if (o > 0u)
                LOAD_VALUES(first, firstTile + o * SUBGROUPS)
            [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                SUMS factors;
                coopMatLoad(factors, rowFactors, r * TILE_ROWS * TILE_COLUMNS, TILE_COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
                totals[r * OWN_TILES + o] = totals[r * OWN_TILES + o] * factors;
                corrections[r] = SUMS(0.0);
            }
            [[unroll]] for (uint s = 0u; s < VALUE_STEPS; s++) {
                subgroupBarrier();
                [[unroll]] for (uint i = 0u; i < TILE_LOADS; i++) {
                    uint quad = i * SUBGROUP_SIZE + subgroupLane;
                    uint at = stagedBase + quad / COLUMN_QUADS * VALUE_STRIDE + quad % COLUMN_QUADS;
                    STORE_HALFS(staged, at, VALUE_STAGED, value[s * TILE_LOADS + i])
                }
                subgroupBarrier();
                OPERAND_B v[PARTS];
                [[unroll]] for (uint part = 0u; part < PARTS; part++)
                    coopMatLoad(v[part], staged, stagedBase + part * VALUE_STAGED, VALUE_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                    uint at = r * TILE_ROWS * WEIGHT_STRIDE + firstValue / 4u + s * DEPTH_QUADS;
                    OPERAND_A w;
                    coopMatLoad(w, weights, at, WEIGHT_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                    totals[r * OWN_TILES + o] = coopMatMulAdd(w, v[0], totals[r * OWN_TILES + o]);
                    if (PARTS > 1u) {
                        corrections[r] = coopMatMulAdd(w, v[PARTS - 1u], corrections[r]);
                        coopMatLoad(w, weights, at + WEIGHT_QUADS, WEIGHT_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                        corrections[r] = coopMatMulAdd(w, v[0], corrections[r]);
                    }
                }
            }
            if (PARTS > 1u)
                [[unroll]] for (uint r = 0u; r < ROW_TILES; r++)
                    totals[r * OWN_TILES + o] += corrections[r] * (1.0 / LOW_SCALE);
        }
    }

    // The sums of the weights: of a lane's keys, then of the row. Then tiles of results, one of each subgroup at a time.
    [[unroll]] for (uint r = 0u; r < ROW_TILES; r++)
        unitValues[(r * TILE_ROWS + unitRow) * UNITS + unit] = sums[r];
    [[unroll]] for (uint o = 0u; o < OWN_TILES; o++) {
        [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
            barrier();
            coopMatStore(totals[r * OWN_TILES + o], scores, gl_SubgroupID * TILE_ROWS * COLUMN_QUADS, COLUMN_QUADS, gl_CooperativeMatrixLayoutRowMajor);
            barrier();
            // Part 0's subgroups have the tiles; those of the other parts lie HEAD_TILES tiles on.
            uint tiles = min(SUBGROUPS / VALUE_PARTS, HEAD_TILES - o * SUBGROUPS);
            for (uint i = lane; i < TILE_ROWS * tiles * COLUMN_QUADS; i += INVOCATIONS) {
                uint quad = i % COLUMN_QUADS;
                uint tile = i / COLUMN_QUADS % tiles;
                uint tileRow = i / (COLUMN_QUADS * tiles);
                uint row = r * TILE_ROWS + tileRow;
                if (row < rowCount) {
                    vec4 total = vec4(0.0);
                    [[unroll]] for (uint part = 0u; part < VALUE_PARTS; part++)
                        total += scores[((part * HEAD_TILES + tile) * TILE_ROWS + tileRow) * COLUMN_QUADS + quad];
                    float sum = 0.0;
                    [[unroll]] for (uint u = 0u; u < UNITS; u++)
                        sum += unitValues[row * UNITS + u];
                    total *= sum > 0.0 ? 1.0 / sum : 0.0;
                    uint column = (o * SUBGROUPS + tile) * TILE_COLUMNS + quad * 4u;
                    uint at = ((sequence * p.rowsPerSequence + row0 + row) * p.heads + head) * HEAD_QUADS * 4u + column;
                    [[unroll]] for (uint c = 0u; c < 4u; c++)
                        attended[at + c] = total[c];
                }
            }
        }
    }
}
