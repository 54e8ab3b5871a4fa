#version 450
// y[M, N] = epilogue(x[M, K] * W[N, K]^T), float32 accumulation, for 1 to some thousand rows M.
//
// W is packed as [N / LANES][K / 8][units][LANES] 16-byte units (8 halfs, or 2 x 4 floats), so that the lanes of a
// workgroup read neighbouring units; K is padded to a multiple of 8 with zeros, N to a multiple of LANES. Weights of 8 bits, two chunks to a unit, have
// their scales behind them: load_q8.glsl.
// Each lane owns COLUMNS columns (LANES apart) of ROWS rows: one load of a weight serves ROWS multiply-adds, one load
// of an activation COLUMNS. A workgroup is `local_size_x` lanes along N by `local_size_y` slices, which take segments of
// K in turn.
//
// K is cut into segments of whole chunks of 8 (MatmulTiling.Segments: a function of K and of the kind of device alone;
// one segment on software drivers). Every element is, for each segment, one chain of fma() along K, and the segments'
// sums are added in order. Nothing else enters: a row's result does not depend on ROWS, COLUMNS, lanes, slices, path, or
// on how many rows are in the dispatch, bit for bit, so that a tuner may choose all of these freely.
//
// Macros (variants.json):
//   WEIGHT_TYPE, LOAD_PATH_TEXEL     load_weights.glsl; texels go with BROADCAST
//   SEGMENTS     1: K may have several segments and a workgroup several slices; 0: one of each
//   BROADCAST    1: a chunk of activations is loaded by the lanes of a subgroup together, and passed on by shuffles
//   FIXED_ROWS, FIXED_COLUMNS        the tile, where it cannot be a specialisation constant
//
// Ladder (lavapipe, N = K = 1024, float16 weights, GFLOP/s, best of three runs by turns; two virtual cores of a 2.8 GHz Xeon
// whose multiply-adds, two instructions on this driver, end at 75 to 80):
//                                                          M = 1    2    4    16   64      compilation
//   texel loads, the same activation fetched by all lanes,
//   k outermost, any epilogue: 2 x 16, 4 x 16, 8 x 8          7.5  12.7 18.1 20.9 18.9      0.4 to 0.65 s
//   activations fetched by one lane each, handed round by
//   shuffles (one instruction; a broadcast is a loop)          -    -    -    -   22 to 26
//   and a column at a time, k innermost within a row           -    -    -    -   30 to 40
//   and the epilogue a specialisation constant: 8 x 8         10    19   27   46  39        0.1 to 0.16 s
//     16 x 8                                                    -    -    -   53  53        0.2 s
//     16 x 4 / 12 x 4 / 8 x 4                                   -    -    -   40  48 / 45 / 44
//     two chunks a turn, 16 x 8                                 -    -    -   56  46        twice the code
//   Mesa 25.0: 8 x 8 before the shuffles 27; a column at a time 16 x 4 and 16 x 8 49 and 34 at M = 16; 0.3 to 1.9 s (16 x 8)
// Which order, N = 2304, K = 768, float32 weights (N = 1024's are alike), all rows of the tile in use, by processor time, so that both
// drivers compare; best of 3 to 4 by turns, a range where two such runs differ; another day, the machine loaded:
//                                             Mesa 25.0                                       Mesa 22.3
//                                             16 x 8   16 x 8, float16   8 x 8   4 x 8  1 x 8  16 x 8   8 x 8  4 x 8  1 x 8
//   a column at a time, as above              42 to 44  49 to 51        38 to 41  32     12    52 to 59   50     37     15
//   two columns at a time                     51
//   all fetches, then a column at a time      57; 16 x 4: 35
//   all fetches, then a row at a time: kept   57        59 to 65        46 to 50  33     12    52 to 61   52     40     15
//     activations fetched after weights       52 to 60  46 to 64        47 to 49  31     12    54 to 61   53     39     14
//     k outside of columns                    49 to 60  63              39 to 49  36     12    51         48     33     15
//   kept, fewer columns: 16 x 4 43 to 54, 8 x 4 40 to 45, 4 x 4 29 to 33 on 25.0; 16 x 4 49 on 22.3: nothing is won by a choice of
//   columns for one of the two. 12 rows, 12 x 8: 52 and 49. Compilation of 16 x 8 takes 1.9 and 0.3 s of processor time, before 1.7 and 0.24 s.
// Why 25.0 differed: there a fetch is a branch around a call through a pointer, which ends a block of code, and LLVM moves what is used at the end of the
// loop only across it: half of a column's sums crossed the next column's fetches as products and sums not yet added, 959 stores and 664
// loads of registers for a chunk of a 16 x 8 tile (22.3: 376 and 364). Behind the last fetch there is nothing to cross: 243 and 543.
// Why: a texel fetch is a call of 45 instructions whether its lanes want one texel or eight; every accumulator that a chunk
// leaves in memory costs a load, a blend with the mask of active lanes, and a store; and both sides of a branch are executed.
// Before (two cores of an AMD EPYC, on which the first line made 20 to 71): storage loads 15, scalar loops with bounds checks; 8 / 32 / 64 lanes no
// difference; sub-tiles with k innermost, but all activations fetched: no gain.
// SwiftShader (another machine under load, float32 / float16, 1024 x 1024, 16 rows):
//   8 x 4 tile of specialisation constants                   0.2 (float16)     its compiler unrolls no loop, and an array that is
//                                                            addressed by a variable stays in memory
//   fixed 4 x 4 / 8 x 4 / 8 x 8 tile                         1.1 / 1.4 to 1.7 / 1.6 to 2.2
//   fixed 8 x 8, products rounded before they are added      no gain over fma()
//   fixed 8 x 8, activations passed on by broadcasts         2.2 / 1.8, no gain
//
// GPUs: not run on any so far. What the forms of MatmulTiling.Gpu and the tuner's candidates rest on:
//   - Few rows are bound by reading W, and by having enough invocations in flight to hide the latency of it. 1024 x 1024 is
//     2 MiB in float16: with 8 lanes, 2 columns and 16 slices 64 workgroups of 128, each lane of which has 8 chunks to read,
//     on an H100 (132 SMs), a card of 60 compute units or 20 Xe cores. A chunk of 8 lanes is one line of 128 bytes, so that
//     narrow groups waste nothing.
//   - Many rows are bound by loads of x: all lanes of a slice read the same 16 bytes. With one slice (or 64 lanes on RDNA,
//     BROADCAST) these are scalar loads or one load for a whole subgroup.
//   - Compiled for RDNA3 / RDNA2 (RADV, null hardware), float16: vector registers, subgroups per SIMD
//       1 x 2, 2 x 2, 4 x 2; 8 lanes x 16 slices             36, 48, 48 / 32, 40, 48;  32, 32, 32 / 32, 24, 20
//       8 x 4, 32 x 4 / 64 x 2 / 64 x 1                      132, 144, 96 / 128, 128, 88;  8, 8, 16 / 8, 8, 10
//       8 x 4, 64 x 2 / 64 x 1, BROADCAST                    84, 96 / 88, 96;  8, 16 / 8, 10 (16 KiB of shared memory; none)
//       8 x 8, 64 x 1; 16 x 4, 64 x 1, BROADCAST             180, 168 / 176, 160;  8, 8 / 4, 6
//       16 x 4, 128 x 1                                      spills 60 scalar registers: no candidate
//     None of the others spills; tools/bench/PIPELINES.md has what every precision takes.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#if BROADCAST
#extension GL_KHR_shader_subgroup_shuffle : require
#endif

#include "shared/load_weights.glsl"
#include "shared/exponential.glsl"
#include "shared/activation_functions.glsl"
#include "params/matmul_tiled.glsl"
#include "shared/matmul_epilogue.glsl"

layout(local_size_x_id = 1, local_size_y_id = 2) in;
layout(constant_id = 1) const uint COLUMN_LANES = 8u;
layout(constant_id = 2) const uint SLICES = 1u;     // divides the number of segments; 1 without SEGMENTS
layout(constant_id = 3) const uint LANES = 8u;      // divides COLUMN_LANES
#ifdef FIXED_ROWS
const uint ROWS = FIXED_ROWS;
const uint COLUMNS = FIXED_COLUMNS;
#else
layout(constant_id = 4) const uint ROWS = 8u;
layout(constant_id = 5) const uint COLUMNS = 8u;    // even where the epilogue takes pairs
#endif

#if BROADCAST
// At most the size of any subgroup; a multiple of every size that subgroups can have divides COLUMN_LANES, so that no
// subgroup has lanes of two slices.
layout(constant_id = 6) const uint SUBGROUP = 8u;
const uint QUADS = (2u * ROWS + SUBGROUP - 1u) / SUBGROUP;     // vec4 of activations that a lane loads for each chunk
#define ACTIVATIONS(r, half) subgroupShuffle(quads[(2u * r + half) / SUBGROUP], (2u * r + half) % SUBGROUP)
#else
#define ACTIVATIONS(r, half) loadActivations(activationIndex[r] + 2u * chunk + half)
#endif

#if WEIGHT_TYPE == WEIGHT_Q8 && LOAD_PATH_TEXEL
const uint SCALE_LANES = SUBGROUP < 8u ? SUBGROUP : 8u;
const uint SCALE_FETCHES = (COLUMNS + SCALE_LANES - 1u) / SCALE_LANES;
// Known to the compiler where a subgroup has no more lanes than share scales.
#define SHARED_SCALES(c) subgroupShuffle(fetched[c / SCALE_LANES], (SUBGROUP > SCALE_LANES ? firstSharing : 0u) + c % SCALE_LANES)
#endif

// The weights of a chunk and a column.
#if WEIGHT_TYPE == WEIGHT_Q8
#define BLOCK_UNITS blockUnits
#define LOAD_WEIGHTS(c) q8Weights(words[c].xy, scales[c], low[c], high[c])
#if SEGMENTS
#define Q8_PARTS [[unroll]]
#else
#define Q8_PARTS
#endif
#else
#define BLOCK_UNITS p.chunkCount * chunkUnits
#define LOAD_WEIGHTS(c) loadWeights(weightIndex[c] + chunk * chunkUnits, LANES, low[c], high[c])
#endif

#if SEGMENTS
// Slice s finishes rows s, s + SLICES, ... of the tile.
const uint OWN_ROWS = (ROWS + SLICES - 1u) / SLICES;
shared float exchanged[SLICES > 1u ? SLICES * ROWS * COLUMNS * COLUMN_LANES : 1u];
#else
const uint OWN_ROWS = ROWS;
#endif

void main()
{
    beginEpilogue();
    uint columnLane = gl_LocalInvocationID.x;
    uint slice = gl_LocalInvocationID.y;
    uint lane = columnLane % LANES;
    uint firstBlock = (gl_WorkGroupID.x * (COLUMN_LANES / LANES) + columnLane / LANES) * COLUMNS;
    uint tileRow = gl_WorkGroupID.y * ROWS;
    uint tileRowCount = min(ROWS, p.rowCount - tileRow);

    // Ragged edges repeat the last block or row instead of branching; what they compute is not stored.
#if WEIGHT_TYPE == WEIGHT_Q8
    uint blockUnits = q8BlockUnits(p.chunkCount, LANES);
#else
    const uint chunkUnits = LANES * WEIGHT_UNITS;
#endif
    uint weightIndex[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
        weightIndex[c] = min(firstBlock + c, p.blockCount - 1u) * BLOCK_UNITS + lane;
#if WEIGHT_TYPE == WEIGHT_Q8
    uint scalesBehind = q8WeightUnits(p.chunkCount, LANES) - lane;
#if LOAD_PATH_TEXEL
    // A unit has the scales of eight lanes: each of them fetches that of some columns and passes it on.
    uint firstSharing = gl_SubgroupInvocationID / SCALE_LANES * SCALE_LANES;
    uint scaleIndex[SCALE_FETCHES];
    [[unroll]] for (uint i = 0u; i < SCALE_FETCHES; i++) {
        uint column = i * SCALE_LANES + gl_SubgroupInvocationID % SCALE_LANES;
        scaleIndex[i] = min(firstBlock + column, p.blockCount - 1u) * blockUnits + lane + scalesBehind + lane / 8u;
    }
#endif
#endif
#if BROADCAST
    // Quads are numbered (row, half of the chunk); each lane loads every SUBGROUP-th.
    uint activationIndex[QUADS];
    [[unroll]] for (uint i = 0u; i < QUADS; i++) {
        uint quad = i * SUBGROUP + gl_SubgroupInvocationID % SUBGROUP;
        activationIndex[i] = (p.xOffset + (tileRow + min(quad / 2u, tileRowCount - 1u)) * p.xStride) / 4u + quad % 2u;
    }
#else
    uint activationIndex[ROWS];
    [[unroll]] for (uint r = 0u; r < ROWS; r++)
        activationIndex[r] = (p.xOffset + (tileRow + min(r, tileRowCount - 1u)) * p.xStride) / 4u;
#endif

    float sums[OWN_ROWS * COLUMNS];
#if SEGMENTS
    [[unroll]] for (uint i = 0u; i < OWN_ROWS * COLUMNS; i++)
        sums[i] = 0.0;
    // As many segments at a time as there are slices.
    for (uint segment = 0u; segment < p.segmentCount; segment += SLICES) {
        uint firstChunk = min((segment + slice) * p.segmentChunks, p.chunkCount);
        uint endChunk = min(firstChunk + p.segmentChunks, p.chunkCount);
#else
        uint firstChunk = 0u;
        uint endChunk = p.chunkCount;
#endif
        float chain[ROWS * COLUMNS];
        [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
            chain[i] = 0.0;
#if WEIGHT_TYPE == WEIGHT_Q8
        // Segments begin with a block of weights.
        for (uint unit = (firstChunk + 1u) / 2u; unit < (endChunk + 1u) / 2u; unit++) {
            uvec4 words[COLUMNS];
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                words[c] = loadWeightWords(weightIndex[c] + unit * LANES);
            float scales[COLUMNS];
#if LOAD_PATH_TEXEL
            uvec4 fetched[SCALE_FETCHES];
            [[unroll]] for (uint i = 0u; i < SCALE_FETCHES; i++)
                fetched[i] = loadWeightWords(scaleIndex[i] + unit / 2u * (LANES / 8u));
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                scales[c] = q8Scale(SHARED_SCALES(c), lane % 8u);
#else
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                scales[c] = loadQ8Scale(weightIndex[c] + scalesBehind + unit / 2u * (LANES / 8u), lane);
#endif
            // A loop where the code for both chunks would be too much; the second chunk's words are moved to the front.
            Q8_PARTS for (uint part = 0u; part < 2u; part++) {
            // Past the end x is read again, and meets zeros.
            uint chunk = min(2u * unit + part, p.chunkCount - 1u);
#else
        for (uint chunk = firstChunk; chunk < endChunk; chunk++) {
#endif
#if BROADCAST
            vec4 quads[QUADS];
            [[unroll]] for (uint i = 0u; i < QUADS; i++)
                quads[i] = loadActivations(activationIndex[i] + 2u * chunk);
#endif
#if LOAD_PATH_TEXEL
            // All fetches first, then a row at a time: no arithmetic waits on the far side of a fetch.
            vec4 low[COLUMNS];
            vec4 high[COLUMNS];
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                LOAD_WEIGHTS(c);
            [[unroll]] for (uint r = 0u; r < ROWS; r++) {
                vec4 first = ACTIVATIONS(r, 0u);
                vec4 second = ACTIVATIONS(r, 1u);
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
                    [[unroll]] for (uint k = 0u; k < 4u; k++)
                        chain[r * COLUMNS + c] = fma(first[k], low[c][k], chain[r * COLUMNS + c]);
                    [[unroll]] for (uint k = 0u; k < 4u; k++)
                        chain[r * COLUMNS + c] = fma(second[k], high[c][k], chain[r * COLUMNS + c]);
                }
            }
#else
            vec4 low[COLUMNS];
            vec4 high[COLUMNS];
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                LOAD_WEIGHTS(c);
            vec4 x[ROWS];
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                x[r] = ACTIVATIONS(r, 0u);
            [[unroll]] for (uint k = 0u; k < 4u; k++)
                [[unroll]] for (uint r = 0u; r < ROWS; r++)
                    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                        chain[r * COLUMNS + c] = fma(x[r][k], low[c][k], chain[r * COLUMNS + c]);
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                x[r] = ACTIVATIONS(r, 1u);
            [[unroll]] for (uint k = 0u; k < 4u; k++)
                [[unroll]] for (uint r = 0u; r < ROWS; r++)
                    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                        chain[r * COLUMNS + c] = fma(x[r][k], high[c][k], chain[r * COLUMNS + c]);
#endif
#if WEIGHT_TYPE == WEIGHT_Q8
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                words[c].xy = words[c].zw;
            }
#endif
        }
#if SEGMENTS
        if (SLICES == 1u) {
            [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
                sums[i] += chain[i];
        } else {
            // All have read what was exchanged before.
            barrier();
            [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
                exchanged[(slice * ROWS * COLUMNS + i) * COLUMN_LANES + columnLane] = chain[i];
            barrier();
            uint count = min(SLICES, p.segmentCount - segment);
            for (uint s = 0u; s < count; s++)
                [[unroll]] for (uint i = 0u; i < OWN_ROWS; i++) {
                    uint r = min(slice + i * SLICES, ROWS - 1u);
                    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                        sums[i * COLUMNS + c] += exchanged[((s * ROWS + r) * COLUMNS + c) * COLUMN_LANES + columnLane];
                }
        }
    }
#else
    [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
        sums[i] = chain[i];
#endif

    ResultColumn columns[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS / (EPILOGUE_PAIRS ? 2u : 1u); c++)
        columns[c] = resultColumn((firstBlock / (EPILOGUE_PAIRS ? 2u : 1u) + c) * LANES + lane);
    // A real loop over rows, the next row moved to the front each time: the code for one row stays small, and no
    // accumulator is addressed by a variable (that would put all of them in memory).
    for (uint r = slice; r < tileRowCount; r += SLICES) {
        ResultRow row = resultRow(tileRow + r);
        if (EPILOGUE_PAIRS) {
            [[unroll]] for (uint c = 0u; c < COLUMNS / 2u; c++)
                storePair(row, columns[c], sums[2u * c], sums[2u * c + 1u]);
        } else {
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                storeColumn(row, columns[c], sums[c]);
        }
        [[unroll]] for (uint i = 0u; i < (OWN_ROWS - 1u) * COLUMNS; i++)
            sums[i] = sums[i + COLUMNS];
    }
}
