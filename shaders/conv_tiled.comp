#version 450
// 3 x 3 convolution as an implicit matrix product: y[pixel, N] = epilogue(sum over taps of x[pixel + tap, C] * W[N, tap, C]^T).
//
// The rows of the product are output pixels, its depth is 9 taps of C channels; the matrix of patches never exists: each
// tap of a pixel is a run of C floats of x, whose address is computed once per tap. x is a band of image rows, channels
// last, with a column of zeros at either side and rows of zeros above and below the image (conv_input makes it), so that
// no tap needs a test. Doubling and halving the image are other addresses and nothing else.
//
// W is packed as for matmul_tiled, [N / LANES][9 C / 8][units][LANES], C a multiple of 8. Each lane owns COLUMNS output
// channels (LANES apart) of ROWS pixels. Every element is one chain of fma() over taps and channels: it does not depend
// on ROWS, COLUMNS, or on which band of the image is computed, bit for bit.
//
// Ladder (lavapipe of Mesa 22.3, two cores, 64 x 64 pixels, 128 -> 128 channels, float32 weights, GFLOP/s by processor
// time on a loaded machine; matmul_tiled makes 72):
//   16 lanes, 16 x 8 tile                       58    16 x 4: 58, 24 x 8: 54, 32 x 4: 52
//   16 lanes, 12 x 8 / 8 x 8 tile               68 / 66
//   8 lanes, 16 x 8 / 12 x 8 / 8 x 8 tile       67 / 71 / 66    at 32 x 32, 512 -> 512: 12 x 8 64, 16 lanes 16 x 8 62
//
// FIXED_ROWS and FIXED_COLUMNS fix the tile when the shader is compiled, for software drivers without large texel buffers:
// see the ladder of matmul_tiled.comp.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "shared/load_weights.glsl"
#include "params/conv_tiled.glsl"

layout(std430, set = 0, binding = 2) buffer Output { float y[]; };
layout(std430, set = 0, binding = 3) readonly buffer Bias { float bias[]; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint COLUMN_LANES = 8u;
layout(constant_id = 1) const uint LANES = 8u;      // divides COLUMN_LANES
#ifdef FIXED_ROWS
const uint ROWS = FIXED_ROWS;
const uint COLUMNS = FIXED_COLUMNS;
#else
layout(constant_id = 2) const uint ROWS = 12u;
layout(constant_id = 3) const uint COLUMNS = 8u;
#endif

const uint EPILOGUE_ADD = 1u;       // y += result
const uint EPILOGUE_BIAS = 2u;      // result += bias[column]

void main()
{
    uint columnLane = gl_LocalInvocationID.x;
    uint lane = columnLane % LANES;
    uint firstBlock = (gl_WorkGroupID.x * (COLUMN_LANES / LANES) + columnLane / LANES) * COLUMNS;
    uint tilePixel = gl_WorkGroupID.y * ROWS;
    uint tilePixelCount = min(ROWS, p.pixelCount - tilePixel);

    // Ragged edges repeat the last block or pixel instead of branching; what they compute is not stored.
    const uint chunkUnits = LANES * WEIGHT_UNITS;
    uint weightIndex[COLUMNS];
    [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
        weightIndex[c] = min(firstBlock + c, p.blockCount - 1u) * 9u * p.chunksPerTap * chunkUnits + lane;
    // Where the taps of a pixel begin, in the image that the taps see.
    int tapRow[ROWS];
    int tapColumn[ROWS];
    [[unroll]] for (uint r = 0u; r < ROWS; r++) {
        uint pixel = tilePixel + min(r, tilePixelCount - 1u);
        uint row = pixel / p.width;
        tapRow[r] = int((p.firstRow + row) * p.stride) + p.origin;
        tapColumn[r] = int((pixel - row * p.width) * p.stride) + p.origin;
    }

    float sums[ROWS * COLUMNS];
    [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
        sums[i] = 0.0;

    uint weightChunk = 0u;
    for (int tap = 0; tap < 9; tap++) {
        uint activationIndex[ROWS];
        [[unroll]] for (uint r = 0u; r < ROWS; r++) {
            int row = ((tapRow[r] + tap / 3) >> p.shift) - p.xFirstRow;
            int column = ((tapColumn[r] + tap % 3) >> p.shift) + 1;
            activationIndex[r] = uint(row) * p.xRowTexels + uint(column) * 2u * p.chunksPerTap;
        }
        for (uint chunk = 0u; chunk < p.chunksPerTap; chunk++) {
            vec4 low[COLUMNS];
            vec4 high[COLUMNS];
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                loadWeights(weightIndex[c] + weightChunk * chunkUnits, LANES, low[c], high[c]);
            weightChunk++;
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
    }

    // A real loop over pixels, the next one moved to the front each time: the code for one pixel stays small, and no
    // accumulator is addressed by a variable (that would put all of them in memory).
    for (uint r = 0u; r < tilePixelCount; r++) {
        uint pixelIndex = p.yOffset + (tilePixel + r) * p.yPixelStride;
        [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
            uint column = (firstBlock + c) * LANES + lane;
            if (column < p.columnCount) {
                column += p.firstColumn;
                uint index = pixelIndex + column * p.yColumnStride;
                float value = sums[c];
                if ((p.epilogue & EPILOGUE_BIAS) != 0u)
                    value += bias[column];
                if ((p.epilogue & EPILOGUE_ADD) != 0u)
                    value += y[index];
                y[index] = value;
            }
        }
        [[unroll]] for (uint i = 0u; i < (ROWS - 1u) * COLUMNS; i++)
            sums[i] = sums[i + COLUMNS];
    }
}
