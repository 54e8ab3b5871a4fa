#version 450
// y[M, N] = epilogue(x[M, K] * W[N, K]^T) on cooperative matrices: weights of float16 or 8 bits, float32 accumulation. For every
// number of rows from 1 on: few rows are filled up with zeros to a tile, which costs nothing where reading the weights
// is what takes the time.
//
// x is float32 and the matrices take float16: with PARTS = 2 it is the sum of two halfs, x cut off and what that left,
// 22 bits in all of what is not below 1/8 (below that, to 2^-25), at the cost of a second multiplication (none of memory); with PARTS = 1 it is rounded. What is beyond
// the largest half becomes that.
//
// W is packed as [N / TILE_COLUMNS][K / TILE_DEPTH][TILE_COLUMNS][TILE_DEPTH] halfs, so that an operand is one run of
// memory, loaded without a detour, and a lane's share of it a run within; N and K are padded with zeros.
// Weights of 8 bits (WEIGHT_Q8) are packed as load_q8.glsl says, with LANES = TILE_COLUMNS. q s has 19 bits where a half has 11, and small ones would be
// subnormal: so the matrices hold q, which a half holds exactly, and the sums over a block of 32 along K are multiplied by s before they are added up. The lanes of a
// team turn the bytes of a block into halfs in shared memory, each once for all of the team's rows, while those of the next block are on their way.
// A workgroup is SLICE_SUBGROUPS teams, each of ROW_SUBGROUPS x COLUMN_SUBGROUPS subgroups that share staged
// activations; a subgroup owns ROW_TILES x COLUMN_TILES tiles of y. K is cut into slices, the same ones whatever the
// shape of the workgroup: either each team has a slice and the partial sums meet in shared memory, in order (few rows),
// or the one team takes all slices in turn (many rows). Both make the same sums in the same order, and a tile's rows
// do not mix: the result of a row does not depend on the shape or on how many rows are in the dispatch, bit for bit.
//
// Needs VK_KHR_cooperative_matrix (float16 x float16 -> float32, subgroup scope), compiled by glslc of 2023.5 or later.
//
// Ladder. No GPU has run it yet: these are RADV's own statistics for RDNA3 (Mesa 25.0, null hardware, 16 x 16 x 16,
// subgroups of 32, 8 slices). A lane's share of weights is two 128-bit loads wherever it says nothing else.
//   1 x 2 tiles, steps of 2, one half                 96 VGPRs, 10 subgroups per SIMD; weights are waited for at once
//   weights asked for before staging, same turn       no change: the compiler moves the loads back behind the barrier
//   weights of the next turn asked for in this one    120 VGPRs, 10 per SIMD (shared memory is the limit)
//   staged as scalars -> as vectors of 4              4 x 16-bit stores to shared memory -> 1 x 64
//   two halfs, steps of 2                             144 VGPRs, 36 KiB, 8 per SIMD
//   two halfs, steps of 1                             96 VGPRs, 28 KiB, 10 per SIMD
//   2 x 4 tiles of 2 x 2 subgroups, two halfs         240 VGPRs, 6 per SIMD; with steps of 2 it spills
//   8 bits: 1 x 2 tiles, 4 slices                     144 VGPRs, 28.5 KiB, 5 per SIMD; with 8 slices 57 KiB of shared memory: left out
//   8 bits: 2 x 2 tiles, 4 slices                     168 VGPRs, 38.5 KiB, 4 per SIMD
//   8 bits: 2 x 4 tiles of 2 x 2 subgroups            240 VGPRs, 28.5 KiB, 5 per SIMD; 1 x 4 or 2 x 2 tiles: 168, 23.5 KiB, 6 per SIMD
//   4 x 2 tiles, two halfs                            64 KiB of shared memory, 4 per SIMD: left out
// x rounded to one half moved the logits of the golden models too far from those of float32 activations; with two
// halfs they stay within the tolerance of the float32 goldens.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_cooperative_matrix : require

#include "shared/exponential.glsl"
#include "shared/activation_functions.glsl"
#include "params/matmul_cooperative.glsl"
#include "shared/matmul_epilogue.glsl"

#if WEIGHT_Q8
#define LOAD_PATH_TEXEL 0
layout(std430, set = 0, binding = 0) readonly buffer Weights { uvec4 weights[]; };
#include "shared/load_q8.glsl"
#else
layout(std430, set = 0, binding = 0) readonly buffer Weights { float16_t weights[]; };
#endif
layout(std430, set = 0, binding = 1) readonly buffer Activations { vec4 activations[]; };

layout(local_size_x_id = 1) in;
layout(constant_id = 1) const uint INVOCATIONS = 32u;
layout(constant_id = 2) const uint SUBGROUP_SIZE = 32u;
layout(constant_id = 3) const uint TILE_ROWS = 16u;         // the device's M
layout(constant_id = 4) const uint TILE_COLUMNS = 16u;      // its N
layout(constant_id = 5) const uint TILE_DEPTH = 16u;        // its K, a multiple of 8
layout(constant_id = 6) const uint ROW_TILES = 1u;
layout(constant_id = 7) const uint COLUMN_TILES = 2u;       // even, for gate and up
layout(constant_id = 8) const uint STEP_TILES = 2u;         // tiles along K that are staged at a time; of 8-bit weights those of a block
layout(constant_id = 9) const uint ROW_SUBGROUPS = 1u;
layout(constant_id = 10) const uint COLUMN_SUBGROUPS = 1u;
layout(constant_id = 11) const uint PARTS = 2u;             // halfs that make one x: 1 or 2

const uint SUBGROUPS = INVOCATIONS / SUBGROUP_SIZE;
const uint TEAM_SUBGROUPS = ROW_SUBGROUPS * COLUMN_SUBGROUPS;
const uint SLICE_SUBGROUPS = SUBGROUPS / TEAM_SUBGROUPS;    // 1, or all with teams of one subgroup
const uint STAGED_ROWS = ROW_SUBGROUPS * ROW_TILES * TILE_ROWS;
const uint STEP_QUADS = STEP_TILES * TILE_DEPTH / 4u;
const uint STAGED_STRIDE = STEP_QUADS + 2u;                 // in quads; 16 bytes more: neighbouring rows start in other banks
const uint STAGED_QUADS = STAGED_ROWS * STAGED_STRIDE;      // of one part
const uint RESULT_COLUMNS = 2u * TILE_COLUMNS;
const uint RESULT_FLOATS = TILE_ROWS * RESULT_COLUMNS;
const uint TILE_HALFS = TILE_COLUMNS * TILE_DEPTH;
const float LARGEST_HALF = 65504.0;
const uint HIGH_PART = 0xffffe000u;                         // sign, exponent and the 10 bits that a half has

shared f16vec4 staged[SLICE_SUBGROUPS * PARTS * STAGED_QUADS];
#if WEIGHT_Q8
const uint TEAM_LANES = TEAM_SUBGROUPS * SUBGROUP_SIZE;
const uint TEAM_COLUMNS = COLUMN_SUBGROUPS * COLUMN_TILES * TILE_COLUMNS;
const uint COLUMN_UNITS = 2u;                               // units of a column's block
const uint UNIT_QUADS = 4u;
const uint LANE_UNITS = (TEAM_COLUMNS * COLUMN_UNITS + TEAM_LANES - 1u) / TEAM_LANES;
const uint LANE_SCALES = (TEAM_COLUMNS + TEAM_LANES - 1u) / TEAM_LANES;
shared f16vec4 stagedWeights[SLICE_SUBGROUPS * TEAM_COLUMNS * STAGED_STRIDE];  // [column][K]
shared float stagedScales[SLICE_SUBGROUPS * TEAM_COLUMNS];
#endif
shared float results[SUBGROUPS * RESULT_FLOATS];

// Between subgroups that share staged activations, and between those whose partial sums make one tile.
void teamBarrier()
{
    if (TEAM_SUBGROUPS > 1u)
        barrier();
    else
        subgroupBarrier();
}

void sliceBarrier()
{
    if (SLICE_SUBGROUPS > 1u)
        barrier();
    else
        subgroupBarrier();
}

#if WEIGHT_Q8
// A lane's share of the team's weights and scales of a block along K. Past the end of the slice x is zero, and its last block is read again; so it is with the
// second unit of a block that has one only. What a lane has too many is a repetition.
#define LOAD_BLOCK(firstOfStep) \
    depthBlock = min(firstOfStep, endChunk - 1u) / STEP_TILES; \
    [[unroll]] for (uint i = 0u; i < LANE_UNITS; i++) \
        units[i] = weights[unitIndex[i] + min(COLUMN_UNITS * depthBlock + unitOfColumn[i], lastUnit) * TILE_COLUMNS]; \
    [[unroll]] for (uint i = 0u; i < LANE_SCALES; i++) \
        scales[i] = loadQ8Scale(scaleIndex[i] + depthBlock * (TILE_COLUMNS / 8u), scaleLane)

f16vec4 halfs(uint word)
{
    int bytes = int(word);
    return f16vec4(vec4(bitfieldExtract(bytes, 0, 8), bitfieldExtract(bytes, 8, 8), bitfieldExtract(bytes, 16, 8), bytes >> 24));
}
#else
// Past the end of the slice x is zero, and its last chunk of weights is read again.
#define LOAD_WEIGHTS(w, firstOfStep) \
    [[unroll]] for (uint s = 0u; s < STEP_TILES; s++) \
        [[unroll]] for (uint c = 0u; c < COLUMN_TILES; c++) \
            coopMatLoad( \
                w[s * COLUMN_TILES + c], weights, weightIndex[c] + min((firstOfStep) + s, endChunk - 1u) * TILE_HALFS, \
                TILE_DEPTH, gl_CooperativeMatrixLayoutColumnMajor)
#endif

float sumOfSlices(uint index)
{
    float sum = results[index];
    [[unroll]] for (uint s = 1u; s < SLICE_SUBGROUPS; s++)
        sum += results[index + s * RESULT_FLOATS];
    return sum;
}

void main()
{
    beginEpilogue();
    uint slicePart = gl_SubgroupID / TEAM_SUBGROUPS;
    uint member = gl_SubgroupID % TEAM_SUBGROUPS;
    uint rowPart = member / COLUMN_SUBGROUPS;
    uint columnPart = member % COLUMN_SUBGROUPS;
    uint teamLane = member * SUBGROUP_SIZE + gl_SubgroupInvocationID;
    uint firstRow = gl_WorkGroupID.y * STAGED_ROWS;
    uint rows = p.rowCount - firstRow;
    uint firstBlock = (gl_WorkGroupID.x * COLUMN_SUBGROUPS + columnPart) * COLUMN_TILES;
    uint stagedBase = slicePart * PARTS * STAGED_QUADS;

    // Past the last block its weights are read again; what they give is not stored.
#if WEIGHT_Q8
    // Units of a tile's block lie together, those of both halves of it along K: neighbouring lanes read neighbouring ones.
    uint blockUnits = q8BlockUnits(p.depth / 8u, TILE_COLUMNS);
    uint lastUnit = (p.depth / 8u + 1u) / 2u - 1u;
    uint teamBlock = gl_WorkGroupID.x * COLUMN_SUBGROUPS * COLUMN_TILES;
    uint unitIndex[LANE_UNITS];
    uint unitOfColumn[LANE_UNITS];
    uint unitTo[LANE_UNITS];
    uint stagedColumn = slicePart * TEAM_COLUMNS;
    [[unroll]] for (uint i = 0u; i < LANE_UNITS; i++) {
        uint unit = (teamLane + i * TEAM_LANES) % (TEAM_COLUMNS * COLUMN_UNITS);
        uint tile = unit / (TILE_COLUMNS * COLUMN_UNITS);
        uint column = unit % TILE_COLUMNS;
        unitOfColumn[i] = unit / TILE_COLUMNS % COLUMN_UNITS;
        unitIndex[i] = min(teamBlock + tile, p.blockCount - 1u) * blockUnits + column;
        unitTo[i] = (stagedColumn + tile * TILE_COLUMNS + column) * STAGED_STRIDE + unitOfColumn[i] * UNIT_QUADS;
    }
    uint scaleIndex[LANE_SCALES];
    uint scaleLane = teamLane % TILE_COLUMNS;
    [[unroll]] for (uint i = 0u; i < LANE_SCALES; i++) {
        uint tile = (teamLane + i * TEAM_LANES) % TEAM_COLUMNS / TILE_COLUMNS;
        scaleIndex[i] = min(teamBlock + tile, p.blockCount - 1u) * blockUnits + q8WeightUnits(p.depth / 8u, TILE_COLUMNS);
    }
    uint depthBlock;
    uvec4 units[LANE_UNITS];
    float scales[LANE_SCALES];
#else
    uint weightIndex[COLUMN_TILES];
    [[unroll]] for (uint c = 0u; c < COLUMN_TILES; c++)
        weightIndex[c] = min(firstBlock + c, p.blockCount - 1u) * p.chunkCount * TILE_HALFS;
#endif

    coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator> totals[ROW_TILES * COLUMN_TILES];
    [[unroll]] for (uint i = 0u; i < ROW_TILES * COLUMN_TILES; i++)
        totals[i] = coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator>(0.0);

    // One pass, known to the compiler, where every team has a slice of its own.
    uint passes = SLICE_SUBGROUPS > 1u ? 1u : (p.chunkCount + p.sliceChunks - 1u) / p.sliceChunks;
    for (uint pass = 0u; pass < passes; pass++) {
        coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator> sums[ROW_TILES * COLUMN_TILES];
        [[unroll]] for (uint i = 0u; i < ROW_TILES * COLUMN_TILES; i++)
            sums[i] = coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator>(0.0);
        uint firstChunk = (slicePart + pass) * p.sliceChunks;
        uint endChunk = min(firstChunk + p.sliceChunks, p.chunkCount);
        uint endQuad = min(endChunk * TILE_DEPTH, p.depth) / 4u;
#if WEIGHT_Q8
        LOAD_BLOCK(firstChunk);
#else
        coopmat<float16_t, gl_ScopeSubgroup, TILE_DEPTH, TILE_COLUMNS, gl_MatrixUseB> w[STEP_TILES * COLUMN_TILES];
        LOAD_WEIGHTS(w, firstChunk);
#endif
        // As many turns for every subgroup, those of a short slice too: llvmpipe takes a barrier of a subgroup for one of
        // the workgroup, so that their numbers must agree.
        for (uint turn = 0u; turn < p.sliceChunks; turn += STEP_TILES) {
            uint chunk = firstChunk + turn;
            teamBarrier();
            for (uint i = teamLane; i < STAGED_ROWS * STEP_QUADS; i += TEAM_SUBGROUPS * SUBGROUP_SIZE) {
                uint row = i / STEP_QUADS;
                uint quad = i % STEP_QUADS;
                uint at = chunk * (TILE_DEPTH / 4u) + quad;
                vec4 x = vec4(0.0);
                if (row < rows && at < endQuad)
                    x = activations[(p.xOffset + (firstRow + row) * p.xStride) / 4u + at];
                x = clamp(x, -LARGEST_HALF, LARGEST_HALF);
                uint to = stagedBase + row * STAGED_STRIDE + quad;
                if (PARTS > 1u) {
                    // Cut off rather than rounded: a compiler may take the way to float16 and back for no change.
                    vec4 high = uintBitsToFloat(floatBitsToUint(x) & HIGH_PART);
                    staged[to + STAGED_QUADS] = f16vec4(x - high);
                    x = high;
                }
                staged[to] = f16vec4(x);
            }
#if WEIGHT_Q8
            [[unroll]] for (uint i = 0u; i < LANE_UNITS; i++)
                [[unroll]] for (uint quad = 0u; quad < UNIT_QUADS; quad++)
                    stagedWeights[unitTo[i] + quad] = halfs(units[i][quad]);
            [[unroll]] for (uint i = 0u; i < LANE_SCALES; i++)
                stagedScales[stagedColumn + (teamLane + i * TEAM_LANES) % TEAM_COLUMNS] = scales[i];
            teamBarrier();
            LOAD_BLOCK(chunk + STEP_TILES);
            [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                coopmat<float16_t, gl_ScopeSubgroup, TILE_ROWS, TILE_DEPTH, gl_MatrixUseA> x[STEP_TILES * PARTS];
                [[unroll]] for (uint s = 0u; s < STEP_TILES; s++)
                    [[unroll]] for (uint part = 0u; part < PARTS; part++)
                        coopMatLoad(
                            x[s * PARTS + part], staged,
                            stagedBase + part * STAGED_QUADS + (rowPart * ROW_TILES + r) * TILE_ROWS * STAGED_STRIDE + s * (TILE_DEPTH / 4u),
                            STAGED_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                [[unroll]] for (uint c = 0u; c < COLUMN_TILES; c++) {
                    uint column = stagedColumn + (columnPart * COLUMN_TILES + c) * TILE_COLUMNS;
                    coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator> ofBlock =
                        coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator>(0.0);
                    [[unroll]] for (uint s = 0u; s < STEP_TILES; s++) {
                        coopmat<float16_t, gl_ScopeSubgroup, TILE_DEPTH, TILE_COLUMNS, gl_MatrixUseB> q;
                        coopMatLoad(q, stagedWeights, column * STAGED_STRIDE + s * (TILE_DEPTH / 4u), STAGED_STRIDE, gl_CooperativeMatrixLayoutColumnMajor);
                        [[unroll]] for (uint part = 0u; part < PARTS; part++)
                            ofBlock = coopMatMulAdd(x[s * PARTS + part], q, ofBlock);
                    }
                    // All rows are the same one.
                    coopmat<float, gl_ScopeSubgroup, TILE_ROWS, TILE_COLUMNS, gl_MatrixUseAccumulator> scale;
                    coopMatLoad(scale, stagedScales, column, 0u, gl_CooperativeMatrixLayoutRowMajor);
                    for (uint i = 0u; i < ofBlock.length(); i++)
                        sums[r * COLUMN_TILES + c][i] = fma(ofBlock[i], scale[i], sums[r * COLUMN_TILES + c][i]);
                }
            }
#else
            teamBarrier();
            // The weights of the next turn are on their way while this one's are used and the next x is staged.
            coopmat<float16_t, gl_ScopeSubgroup, TILE_DEPTH, TILE_COLUMNS, gl_MatrixUseB> nextW[STEP_TILES * COLUMN_TILES];
            LOAD_WEIGHTS(nextW, chunk + STEP_TILES);
            [[unroll]] for (uint s = 0u; s < STEP_TILES; s++) {
                [[unroll]] for (uint r = 0u; r < ROW_TILES; r++) {
                    [[unroll]] for (uint part = 0u; part < PARTS; part++) {
                        coopmat<float16_t, gl_ScopeSubgroup, TILE_ROWS, TILE_DEPTH, gl_MatrixUseA> x;
                        uint at = (rowPart * ROW_TILES + r) * TILE_ROWS * STAGED_STRIDE + s * (TILE_DEPTH / 4u);
                        coopMatLoad(x, staged, stagedBase + part * STAGED_QUADS + at, STAGED_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                        [[unroll]] for (uint c = 0u; c < COLUMN_TILES; c++)
                            sums[r * COLUMN_TILES + c] = coopMatMulAdd(x, w[s * COLUMN_TILES + c], sums[r * COLUMN_TILES + c]);
                    }
                }
            }
            [[unroll]] for (uint i = 0u; i < STEP_TILES * COLUMN_TILES; i++)
                w[i] = nextW[i];
#endif
        }
        [[unroll]] for (uint i = 0u; i < ROW_TILES * COLUMN_TILES; i++)
            totals[i] += sums[i];
    }

    // Two tiles at a time, side by side in shared memory, the next two moved to the front each time: the code for the
    // epilogue is there once, and no matrix is addressed by a variable.
    uint ownResults = gl_SubgroupID * RESULT_FLOATS;
    uint firstResult = SLICE_SUBGROUPS > 1u ? 0u : ownResults;
    uint resultLane = SLICE_SUBGROUPS > 1u ? gl_SubgroupID * SUBGROUP_SIZE + gl_SubgroupInvocationID : gl_SubgroupInvocationID;
    uint width = EPILOGUE_PAIRS ? TILE_COLUMNS : RESULT_COLUMNS;
    for (uint t = 0u; t < ROW_TILES * COLUMN_TILES / 2u; t++) {
        coopMatStore(totals[0], results, ownResults, RESULT_COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
        coopMatStore(totals[1], results, ownResults + TILE_COLUMNS, RESULT_COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
        sliceBarrier();
        uint tileRow = firstRow + (rowPart * ROW_TILES + t / (COLUMN_TILES / 2u)) * TILE_ROWS;
        uint block = firstBlock + 2u * (t % (COLUMN_TILES / 2u));
        for (uint i = resultLane; i < TILE_ROWS * width; i += SLICE_SUBGROUPS * SUBGROUP_SIZE) {
            uint row = i / width;
            uint column = i % width;
            if (tileRow + row >= p.rowCount)
                continue;
            uint index = firstResult + row * RESULT_COLUMNS + column;
            ResultRow to = resultRow(tileRow + row);
            if (EPILOGUE_PAIRS)
                storePair(to, resultColumn(block / 2u * TILE_COLUMNS + column), sumOfSlices(index), sumOfSlices(index + TILE_COLUMNS));
            else
                storeColumn(to, resultColumn(block * TILE_COLUMNS + column), sumOfSlices(index));
        }
        sliceBarrier();
        [[unroll]] for (uint i = 0u; i + 2u < ROW_TILES * COLUMN_TILES; i++)
            totals[i] = totals[i + 2u];
    }
}
