#version 450
// y[M, N] = epilogue(x[M, K] * W[N, K]^T), float32 accumulation, for 1 to some thousand rows M.
//
// W is packed as [N / LANES][K / 8][units][LANES] 16-byte units (8 halfs, or 2 x 4 floats), so that the lanes of a
// workgroup read neighbouring units; K is padded to a multiple of 8 with zeros, N to a multiple of LANES.
// Each lane owns COLUMNS columns (LANES apart) of ROWS rows: one load of a weight serves ROWS multiply-adds, one load
// of an activation COLUMNS. A workgroup is `local_size_x` lanes along N by `local_size_y` slices of K.
// Every element is one chain of fma() along K per slice, and slices are summed in order: the result of a row does not
// depend on ROWS, COLUMNS or on how many rows are in the dispatch, bit for bit.
//
// Ladder (lavapipe of Mesa 22.3, two cores, N = K = 1024, float16 weights, GFLOP/s):
//   storage loads, 8 x 8 tile                                15    per-lane loads are scalar loops with bounds checks
//   texel loads, 8 x 8 tile, 8 / 32 / 64 lanes               49.5 / 50.2 / 48.5 at M = 64
//   texel loads, 16 x 8 tile                                 57 at M = 64, twice the compile time: for 64 rows and more
//   texel loads, 4 x 16 tile, 8 / 16 / 32 lanes              31.7 / 37.5 / 29.4 at M = 4
//   texel loads, 1 x 16 tile, 8 / 16 / 32 lanes              12.2 / 14.6 / 12.1 at M = 1
//   sub-tiles of 2 x 2 to 8 x 2 with k innermost             no gain over k outermost, then rows, then columns
//   epilogue unrolled over the tile -> loop over its rows    a third less compile time, one pipeline for all epilogues
//   RoPE and the write to the cache in the epilogue          a ninth fewer dispatches and barriers a generation
// As landed, by processor time on a loaded machine (KernelBench), f16: M = 1: 20, 2: 26, 4: 49, 8: 61, 16: 60, 64: 72;
// f32 and bf16 within a tenth of that.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "shared/load_weights.glsl"
#include "shared/exponential.glsl"
#include "shared/activation_functions.glsl"
#include "params/matmul_tiled.glsl"
#include "shared/matmul_epilogue.glsl"

layout(local_size_x_id = 0, local_size_y_id = 1) in;
layout(constant_id = 0) const uint COLUMN_LANES = 8u;
layout(constant_id = 1) const uint SLICES = 1u;
layout(constant_id = 2) const uint LANES = 8u;      // divides COLUMN_LANES
layout(constant_id = 3) const uint ROWS = 8u;
layout(constant_id = 4) const uint COLUMNS = 8u;    // even

shared float sliceSums[SLICES * COLUMN_LANES * COLUMNS];

void main()
{
    uint columnLane = gl_LocalInvocationID.x;
    uint slice = gl_LocalInvocationID.y;
    uint lane = columnLane % LANES;
    uint firstBlock = (gl_WorkGroupID.x * (COLUMN_LANES / LANES) + columnLane / LANES) * COLUMNS;
    uint tileRow = gl_WorkGroupID.y * ROWS;
    uint tileRowCount = min(ROWS, p.rowCount - tileRow);

    // Ragged edges repeat the last block or row instead of branching; what they compute is not stored.
    const uint chunkUnits = LANES * WEIGHT_UNITS;
    uint weightIndex[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
        weightIndex[c] = min(firstBlock + c, p.blockCount - 1u) * p.chunkCount * chunkUnits + lane;
    uint activationIndex[ROWS];
    [[unroll]] for (uint r = 0u; r < ROWS; r++)
        activationIndex[r] = (p.xOffset + (tileRow + min(r, tileRowCount - 1u)) * p.xStride) / 4u;

    float sums[ROWS * COLUMNS];
    [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
        sums[i] = 0.0;

    uint sliceChunks = (p.chunkCount + SLICES - 1u) / SLICES;
    uint endChunk = min((slice + 1u) * sliceChunks, p.chunkCount);
    for (uint chunk = slice * sliceChunks; chunk < endChunk; chunk++) {
        vec4 low[COLUMNS];
        vec4 high[COLUMNS];
        [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
            loadWeights(weightIndex[c] + chunk * chunkUnits, LANES, low[c], high[c]);
        vec4 x[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++)
            x[r] = loadActivations(activationIndex[r] + 2u * chunk);
        [[unroll]] for (uint k = 0u; k < 4u; k++)
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                    sums[r * COLUMNS + c] = fma(x[r][k], low[c][k], sums[r * COLUMNS + c]);
        [[unroll]] for (uint r = 0u; r < ROWS; r++)
            x[r] = loadActivations(activationIndex[r] + 2u * chunk + 1u);
        [[unroll]] for (uint k = 0u; k < 4u; k++)
            [[unroll]] for (uint r = 0u; r < ROWS; r++)
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                    sums[r * COLUMNS + c] = fma(x[r][k], high[c][k], sums[r * COLUMNS + c]);
    }

    // A real loop over rows, the next row moved to the front each time: the code for one row stays small, and no
    // accumulator is addressed by a variable (that would put all of them in memory).
    for (uint r = 0u; r < tileRowCount; r++) {
        if (SLICES > 1u) {
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                sliceSums[(slice * COLUMN_LANES + columnLane) * COLUMNS + c] = sums[c];
            barrier();
            if (slice == 0u)
                for (uint s = 1u; s < SLICES; s++)
                    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                        sums[c] += sliceSums[(s * COLUMN_LANES + columnLane) * COLUMNS + c];
            barrier();
        }
        if (slice == 0u) {
            if (epiloguePairs()) {
                [[unroll]] for (uint c = 0u; c < COLUMNS / 2u; c++)
                    storePair(tileRow + r, (firstBlock / 2u + c) * LANES + lane, sums[2u * c], sums[2u * c + 1u]);
            } else {
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                    storeColumn(tileRow + r, (firstBlock + c) * LANES + lane, sums[c]);
            }
        }
        [[unroll]] for (uint i = 0u; i < (ROWS - 1u) * COLUMNS; i++)
            sums[i] = sums[i + COLUMNS];
    }
}
