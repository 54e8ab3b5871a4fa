#version 450
#extension GL_GOOGLE_include_directive : require

// Embedding gather, with an optional learned position embedding:
//   output[q * n + firstRow + i] = table[ids[(q / idsDivisor) * idsStride + idsOffset + i]]
//                                + positionEmbedding[positions[positionsOffset + i]]
//   table [tableRows, width] of WEIGHT_FORMAT, positionEmbedding [positionRows, width] float32
//   -> output [Q * n, width] float32, width even
// A table larger than a storage buffer may be comes in parts, one dispatch each: a dispatch writes the rows
// whose id lies in its part. An id outside the table counts as a row of zeros (written by the first part),
// a position outside its table adds nothing; neither reads outside a buffer.
// One invocation per pair of columns: x = pair, y = row i, z = sequence q.

#include "shared/weight_words.glsl"
#include "params/embed_tokens.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer TableBuffer { uint tableWords[]; };
layout(std430, set = 0, binding = 1) readonly buffer IdBuffer { int ids[]; };
layout(std430, set = 0, binding = 2) readonly buffer PositionEmbeddingBuffer { float positionEmbedding[]; };
layout(std430, set = 0, binding = 3) readonly buffer PositionBuffer { int positions[]; };
layout(std430, set = 0, binding = 4) writeonly buffer OutputBuffer { float outputRows[]; };

void main() {
    uint column = gl_GlobalInvocationID.x * 2u;
    uint row = gl_WorkGroupID.y;
    uint sequence = gl_WorkGroupID.z;
    if (column >= shape.width) {
        return;
    }

    // A negative id becomes larger than any table and falls out with the other ids that do not exist.
    uint id = uint(ids[(sequence / shape.idsDivisor) * shape.idsStride + shape.idsOffset + row]);
    bool inTable = id < shape.tableRows;
    uint partRow = id - shape.partFirstRow; // wraps to a large number for the ids of earlier parts
    if (inTable ? partRow >= shape.partRows : shape.partFirstRow != 0u) {
        return;
    }

    vec2 value = vec2(0.0);
    if (inTable) {
        uint pair = (partRow * shape.width + column) / 2u;
#if WEIGHT_FORMAT == WEIGHT_FLOAT32
        value = uintBitsToFloat(uvec2(tableWords[pair * 2u], tableWords[pair * 2u + 1u]));
#else
        value = unpackWeights(tableWords[pair]);
#endif
    }
    if (shape.addPositions != 0u) {
        uint position = uint(positions[shape.positionsOffset + row]);
        if (position < shape.positionRows) {
            uint first = position * shape.width + column;
            value += vec2(positionEmbedding[first], positionEmbedding[first + 1u]);
        }
    }

    uint target = (sequence * shape.rowsPerSequence + shape.firstRow + row) * shape.width + column;
    outputRows[target] = value.x;
    outputRows[target + 1u] = value.y;
}
