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
//   texels fetched a lane each and shuffled (PIXELS_BY_SHUFFLE), columns outermost, epilogue specialised; 2.8 GHz Xeon, loaded, best by turns,
//   and compilation in s:                       32 x 32, 128 -> 128      16 x 16, 512 -> 512
//     8 lanes, 12 x 8, as before                33; 0.71                 27; 0.87
//     8 lanes, 12 x 8 with the epilogue only    37; 0.46
//     shuffled, 12 x 8                          54; 0.29                 39; 0.68
//     shuffled, 16 x 8 / 8 x 8 / 24 x 8         42 / 46 / 44             42
//     shuffled, 16 x 4                          56; 0.26                 55; 0.41
//   all fetches before the arithmetic, a pixel at a time (why: matmul_tiled.comp), 16 x 4, float32, by processor time, one run on a machine under load:
//                                             16 x 16, 512 -> 512     64 x 64, 256 -> 256     128 x 128, 128 -> 128
//     Mesa 25.0: a column at a time / so        31 / 38                 34 / 41                 34 / 33
//     Mesa 22.3: a column at a time / so        36 / 36                 40 / 41                 34 / 37
//
// FIXED_ROWS and FIXED_COLUMNS fix the tile when the shader is compiled, for software drivers without large texel buffers:
// see the ladder of matmul_tiled.comp.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#if PIXELS_BY_SHUFFLE
#extension GL_KHR_shader_subgroup_shuffle : require
#endif

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

// EPILOGUE_ bits. Specialised, since a software driver executes both sides of a branch.
layout(constant_id = 4) const uint EPILOGUE = 0u;

const uint EPILOGUE_ADD = 1u;       // y += result
const uint EPILOGUE_BIAS = 2u;      // result += bias[column]

#if PIXELS_BY_SHUFFLE
// Texels of a chunk of ROWS pixels, two each, eight fetched at a time: one a lane.
const uint FETCHES = (ROWS + 3u) / 4u;
#endif

void main()
{
#if PIXELS_BY_SHUFFLE
    uint columnLane = gl_SubgroupInvocationID;    // the workgroup is one subgroup of eight
#else
    uint columnLane = gl_LocalInvocationID.x;
#endif
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
#if PIXELS_BY_SHUFFLE
    // The pixels whose texels the lane fetches: the low and the high half of a chunk are neighbouring lanes'.
    const uint PIXELS = FETCHES;
#else
    const uint PIXELS = ROWS;
#endif
    int tapRow[PIXELS];
    int tapColumn[PIXELS];
    [[unroll]] for (uint r = 0u; r < PIXELS; r++) {
#if PIXELS_BY_SHUFFLE
        uint pixel = tilePixel + min(4u * r + columnLane / 2u, tilePixelCount - 1u);
#else
        uint pixel = tilePixel + min(r, tilePixelCount - 1u);
#endif
        uint row = pixel / p.width;
        tapRow[r] = int((p.firstRow + row) * p.stride) + p.origin;
        tapColumn[r] = int((pixel - row * p.width) * p.stride) + p.origin;
    }

    float sums[ROWS * COLUMNS];
    [[unroll]] for (uint i = 0u; i < ROWS * COLUMNS; i++)
        sums[i] = 0.0;

    // Inside loops lavapipe gathers push constants, lane by lane.
    uint shift = p.shift;
    int xFirstRow = p.xFirstRow;
    uint xRowTexels = p.xRowTexels;
    uint chunksPerTap = p.chunksPerTap;
    uint weightChunk = 0u;
    for (int tap = 0; tap < 9; tap++) {
        uint activationIndex[PIXELS];
        [[unroll]] for (uint r = 0u; r < PIXELS; r++) {
            int row = ((tapRow[r] + tap / 3) >> shift) - xFirstRow;
            int column = ((tapColumn[r] + tap % 3) >> shift) + 1;
            activationIndex[r] = uint(row) * xRowTexels + uint(column) * 2u * chunksPerTap;
#if PIXELS_BY_SHUFFLE
            activationIndex[r] += columnLane % 2u;
#endif
        }
        for (uint chunk = 0u; chunk < chunksPerTap; chunk++) {
#if PIXELS_BY_SHUFFLE
            vec4 fetched[FETCHES];
            [[unroll]] for (uint f = 0u; f < FETCHES; f++)
                fetched[f] = loadActivations(activationIndex[f] + 2u * chunk);
            // All fetches first, then a pixel at a time: no arithmetic waits on the far side of a fetch.
            vec4 low[COLUMNS];
            vec4 high[COLUMNS];
            [[unroll]] for (uint c = 0u; c < COLUMNS; c++)
                loadWeights(weightIndex[c] + weightChunk * chunkUnits, LANES, low[c], high[c]);
            [[unroll]] for (uint r = 0u; r < ROWS; r++) {
                float x[8];
                [[unroll]] for (uint k = 0u; k < 8u; k++)
                    x[k] = subgroupShuffle(fetched[r / 4u][k % 4u], 2u * (r % 4u) + k / 4u);
                [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
                    [[unroll]] for (uint k = 0u; k < 4u; k++)
                        sums[r * COLUMNS + c] = fma(x[k], low[c][k], sums[r * COLUMNS + c]);
                    [[unroll]] for (uint k = 0u; k < 4u; k++)
                        sums[r * COLUMNS + c] = fma(x[4u + k], high[c][k], sums[r * COLUMNS + c]);
                }
            }
            weightChunk++;
#else
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
#endif
        }
    }

    // A real loop over pixels, the next one moved to the front each time: the code for one pixel stays small, and no
    // accumulator is addressed by a variable (that would put all of them in memory).
    uint pixelIndex = p.yOffset + tilePixel * p.yPixelStride;
    uint yPixelStride = p.yPixelStride;
    uint yColumnStride = p.yColumnStride;
    uint columnCount = p.columnCount;
    uint firstColumn = p.firstColumn;
    for (uint r = 0u; r < tilePixelCount; r++, pixelIndex += yPixelStride) {
        [[unroll]] for (uint c = 0u; c < COLUMNS; c++) {
            uint column = (firstBlock + c) * LANES + lane;
            if (column < columnCount) {
                column += firstColumn;
                uint index = pixelIndex + column * yColumnStride;
                float value = sums[c];
                if ((EPILOGUE & EPILOGUE_BIAS) != 0u)
                    value += bias[column];
                if ((EPILOGUE & EPILOGUE_ADD) != 0u)
                    value += y[index];
                y[index] = value;
            }
        }
        [[unroll]] for (uint i = 0u; i < (ROWS - 1u) * COLUMNS; i++)
            sums[i] = sums[i + COLUMNS];
    }
}
