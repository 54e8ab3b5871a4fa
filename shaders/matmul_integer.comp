#version 450
// y[M, N] = epilogue(x[M, K] * W[N, K]^T) with weights of 8 bits by integer dot products: four multiply-adds of bytes in an instruction, where the
// device has one for it (VK_KHR_shader_integer_dot_product), and no weight is made a float.
//
// W is packed as for matmul_tiled: load_q8.glsl. Each row of x is cut into the blocks of 32 along K that W has. A block is rounded to integers X of 15 bits,
// x = X t, with t the power of two for which the largest X of the block lies in 2^13 .. 2^14: all of this is exact but for the one rounding, ties to even. X is
// 256 high + low, two bytes with signs, so that a block of x and one of W make
//   sum(X q) = 256 sum(high q) + sum(low q)         below 2^27, exact in 32 bits, whatever the order
// and chain = fma(sum(X q), t s, chain), block by block. K is cut into segments of whole blocks, by a formula of K alone, and the segments' sums are added in order:
// a row's result does not depend on ROWS, COLUMNS, lanes, slices, or on what else is in the dispatch, bit for bit. It is not that of
// matmul_tiled: x is rounded. So a device computes all products with a matrix here or none.
// A block with something in it that is no finite number makes its results no numbers.
//
// A workgroup is `local_size_x` lanes along N by `local_size_y` slices, which take segments in turn; the lanes of a slice round its rows together
// and share them. Each lane owns COLUMNS columns (LANES apart) of ROWS rows.
//
// Ladder. How activations are rounded: error of the logits over their spread, golden models, greedy (nar-c2v with guidance 1.25, nar-c2i with 2.5)
//                                               against float32 weights and activations     against matmul_tiled with the same 8-bit weights
//   matmul_tiled, activations as they are       3.20%, 3.93%                                  -
//   one byte, x = X m / 127                     3.94%, 6.17%                                  3.58%, 4.19%; 1 of 7 samples with equal tokens
//   two bytes, 15 bits: kept                    3.20%, 3.93%                                  0.05%, 0.08%; 7 of 7
// One byte would be half of the instructions and as large an error once more; with two the 8-bit weights are all there is. Scales are powers of two, so that no division
// is rounded otherwise on another device; it costs one of the 16 bits, and the top one would not fit two signed bytes anyway (32640 .. 32767).
// No GPU has run it. Machine code (RADV of Mesa 25.0, null hardware), 8 x 2 tile, 16 lanes x 8 slices: 256 dot products for a block of 32 along K, as there must be, none of them
// with an addition of its own (v_dot4_i32_iu8 on RDNA3; v_dot4c_i32_i8 on RDNA2), activations by loads of 16 bytes from shared memory; 216 and 128 registers of which 73 are
// needed (the scheduler takes what leaves 6 and 8 subgroups a SIMD), 12.5 KiB of shared memory. Nothing spills in any candidate of the tuner. GCN 5 has no such instruction: 2,980
// instead of 1,062 instructions. lavapipe and SwiftShader have none either: there it is for tests.
//
// Needs shaderIntegerDotProduct; compiled by a glslc that knows GL_EXT_integer_dot_product (2025.1 or later).
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_integer_dot_product : require

#define WEIGHT_TYPE 3
#define LOAD_PATH_TEXEL 0
#include "shared/load_weights.glsl"
#include "shared/exponential.glsl"
#include "shared/activation_functions.glsl"
#include "params/matmul_integer.glsl"
#include "shared/matmul_epilogue.glsl"

layout(local_size_x_id = 1, local_size_y_id = 2) in;
layout(constant_id = 1) const uint COLUMN_LANES = 8u;
layout(constant_id = 2) const uint SLICES = 1u;     // divides the number of segments
layout(constant_id = 3) const uint LANES = 8u;      // divides COLUMN_LANES
layout(constant_id = 4) const uint ROWS = 8u;
layout(constant_id = 5) const uint COLUMNS = 4u;    // even where the epilogue takes pairs

const uint DEPTH_BLOCK = 32u;
const uint BLOCK_QUADS = DEPTH_BLOCK / 4u;
const uint TURN_BLOCKS = ROWS < 8u ? 8u / ROWS : 1u;    // along K, rounded at a time
const uint STAGED_BLOCKS = ROWS * TURN_BLOCKS;
const uint PIECES = 4u;                             // parts of a block that different lanes round
const uint PIECE_QUADS = BLOCK_QUADS / PIECES;
const uint OWN_ROWS = (ROWS + SLICES - 1u) / SLICES;
const uint MAGNITUDE = 0x7fffffffu;
const uint LEAST_EXPONENT = 14u;                    // so that t is no subnormal number
const uint NOT_FINITE = 255u;

// Of each block the high bytes of X, then the low ones.
shared uint stagedWords[SLICES * STAGED_BLOCKS * 2u * BLOCK_QUADS];
shared float stagedScales[SLICES * STAGED_BLOCKS];
shared float exchanged[SLICES > 1u ? SLICES * ROWS * COLUMNS * COLUMN_LANES : 1u];

// Four activations, `left` of which and of those behind them are the row's.
vec4 loadRow(uint quad, uint left)
{
    if (left == 0u)
        return vec4(0.0);
    vec4 x = loadActivations(quad);
    return left >= 4u ? x : vec4(x.x, left > 1u ? x.y : 0.0, left > 2u ? x.z : 0.0, 0.0);
}

uint behind(uint left, uint quads) { return left - min(left, 4u * quads); }

// Rounds a piece of a block, and with its first piece tells t.
void stageBlock(uint to, uint firstQuad, uint left, uint piece)
{
    uint most = 0u;
    [[unroll]] for (uint q = 0u; q < BLOCK_QUADS; q++) {
        // Magnitudes are ordered as their bits are, what is not finite behind all others.
        uvec4 bits = floatBitsToUint(loadRow(firstQuad + q, behind(left, q))) & MAGNITUDE;
        most = max(most, max(max(bits.x, bits.y), max(bits.z, bits.w)));
    }
    uint exponent = max(most >> 23u, LEAST_EXPONENT);
    if (piece == 0u)
        stagedScales[to] = uintBitsToFloat(exponent == NOT_FINITE ? 0x7fc00000u : (exponent - 13u) << 23u);
    float inverse = uintBitsToFloat((267u - exponent) << 23u);
    [[unroll]] for (uint q = 0u; q < PIECE_QUADS; q++) {
        uint quad = piece * PIECE_QUADS + q;
        // Beside 1.5 2^23 a float's last bit is 1: the addition rounds, ties to even, and the integer is in the lowest bits. With 128 more the byte above the lowest
        // is the high one of two with signs, and the lowest is 128 off.
        uvec4 bits = floatBitsToUint(fma(loadRow(firstQuad + quad, behind(left, quad)), vec4(inverse), vec4(12582912.0 + 128.0)));
        uint low = (bits.x & 0xffu) | ((bits.y & 0xffu) << 8u) | ((bits.z & 0xffu) << 16u) | (bits.w << 24u);
        uint high = ((bits.x >> 8u) & 0xffu) | (bits.y & 0xff00u) | ((bits.z & 0xff00u) << 8u) | ((bits.w & 0xff00u) << 16u);
        stagedWords[to * 2u * BLOCK_QUADS + quad] = high;
        stagedWords[to * 2u * BLOCK_QUADS + BLOCK_QUADS + quad] = low ^ 0x80808080u;
    }
}

int dotBytes(uint at, uvec4 first, uvec4 second)
{
    int sum = dotPacked4x8EXT(int(stagedWords[at]), int(first.x));
    sum += dotPacked4x8EXT(int(stagedWords[at + 1u]), int(first.y));
    sum += dotPacked4x8EXT(int(stagedWords[at + 2u]), int(first.z));
    sum += dotPacked4x8EXT(int(stagedWords[at + 3u]), int(first.w));
    sum += dotPacked4x8EXT(int(stagedWords[at + 4u]), int(second.x));
    sum += dotPacked4x8EXT(int(stagedWords[at + 5u]), int(second.y));
    sum += dotPacked4x8EXT(int(stagedWords[at + 6u]), int(second.z));
    sum += dotPacked4x8EXT(int(stagedWords[at + 7u]), int(second.w));
    return sum;
}

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
    uint blockUnits = q8BlockUnits(p.chunkCount, LANES);
    uint weightIndex[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
        weightIndex[c] = min(firstBlock + c, p.blockCount - 1u) * blockUnits + lane;
    uint scalesBehind = q8WeightUnits(p.chunkCount, LANES) - lane;
    uint lastUnit = (p.chunkCount + 1u) / 2u - 1u;
    uint depthBlocks = (p.chunkCount + 3u) / 4u;
    uint segmentBlocks = p.segmentChunks / 4u;
    uint stagedBase = slice * STAGED_BLOCKS;

    float sums[OWN_ROWS * COLUMNS];
    [[unroll]] for (uint i = 0u; i < OWN_ROWS * COLUMNS; i++)
        sums[i] = 0.0;
    // As many segments at a time as there are slices.
    for (uint segment = 0u; segment < p.segmentCount; segment += SLICES) {
        uint segmentStart = min((segment + slice) * segmentBlocks, depthBlocks);
        uint segmentEnd = min(segmentStart + segmentBlocks, depthBlocks);
        float chain[ROWS * COLUMNS];
        [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
            chain[i] = 0.0;
        // As many turns for every slice, those of a short segment too: they meet at the barriers.
        for (uint turn = 0u; turn < segmentBlocks; turn += TURN_BLOCKS) {
            uint turnStart = min(segmentStart + turn, segmentEnd);
            uint turnEnd = min(turnStart + TURN_BLOCKS, segmentEnd);
            barrier();
            for (uint i = columnLane; i < (turnEnd - turnStart) * ROWS * PIECES; i += COLUMN_LANES) {
                uint row = i / PIECES % ROWS;
                uint depthBlock = i / (PIECES * ROWS);
                uint k = (turnStart + depthBlock) * DEPTH_BLOCK;
                uint firstQuad = (p.xOffset + (tileRow + min(row, tileRowCount - 1u)) * p.xStride + k) / 4u;
                stageBlock(stagedBase + depthBlock * ROWS + row, firstQuad, p.depth - k, i % PIECES);
            }
            barrier();
            for (uint depthBlock = turnStart; depthBlock < turnEnd; depthBlock++) {
                uvec4 first[COLUMNS];
                uvec4 second[COLUMNS];
                float scales[COLUMNS];
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
                    first[c] = loadWeightWords(weightIndex[c] + 2u * depthBlock * LANES);
                    // Where the last block has one unit only, that meets activations of zero a second time.
                    second[c] = loadWeightWords(weightIndex[c] + min(2u * depthBlock + 1u, lastUnit) * LANES);
                    scales[c] = loadQ8Scale(weightIndex[c] + scalesBehind + depthBlock * (LANES / 8u), lane);
                }
                uint staged = stagedBase + (depthBlock - turnStart) * ROWS;
                [[unroll]] for (uint r = 0u; r < ROWS; r++) {
                    uint at = (staged + r) * 2u * BLOCK_QUADS;
                    float scale = stagedScales[staged + r];
                    [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
                        int sum = (dotBytes(at, first[c], second[c]) << 8) + dotBytes(at + BLOCK_QUADS, first[c], second[c]);
                        chain[r * COLUMNS + c] = fma(float(sum), scale * scales[c], chain[r * COLUMNS + c]);
                    }
                }
            }
        }
        if (SLICES == 1u) {
            [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
                sums[i] += chain[i];
        } else {
            // All have read what was exchanged before: they have met since.
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

    ResultColumn columns[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS / (EPILOGUE_PAIRS ? 2u : 1u); c++)
        columns[c] = resultColumn((firstBlock / (EPILOGUE_PAIRS ? 2u : 1u) + c) * LANES + lane);
    // A real loop over rows, the next row moved to the front each time, as in matmul_tiled.
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
