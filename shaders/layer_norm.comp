#version 450
#extension GL_GOOGLE_include_directive : require

// LayerNorm (Ba, Kiros and Hinton, 2016): y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with
// the population variance, in float32 and two passes (no cancellation for rows with a large mean).
//   x [Q * xRowsPerSequence, width], weight [width], bias [width] -> y [Q * rowsPerSequence, width]
// y's row q * rowsPerSequence + i is x's row q * xRowsPerSequence + xFirstRow + i.
// One workgroup per row: x = row within the sequence, y = sequence q.

#include "shared/row_sum.glsl"
#include "params/layer_norm.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer XBuffer { float x[]; };
layout(std430, set = 0, binding = 1) readonly buffer WeightBuffer { float weight[]; };
layout(std430, set = 0, binding = 2) readonly buffer BiasBuffer { float bias[]; };
layout(std430, set = 0, binding = 3) writeonly buffer YBuffer { float y[]; };

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint sequence = gl_WorkGroupID.y;
    uint xRow = (sequence * shape.xRowsPerSequence + shape.xFirstRow + gl_WorkGroupID.x) * shape.width;
    uint yRow = (sequence * shape.rowsPerSequence + gl_WorkGroupID.x) * shape.width;

    float values = 0.0;
    for (uint column = lane; column < shape.width; column += ROW_LANES) {
        values += x[xRow + column];
    }
    float mean = rowSum(values) / float(shape.width);

    float squares = 0.0;
    for (uint column = lane; column < shape.width; column += ROW_LANES) {
        float deviation = x[xRow + column] - mean;
        squares += deviation * deviation;
    }
    float scale = inversesqrt(rowSum(squares) / float(shape.width) + shape.epsilon);

    for (uint column = lane; column < shape.width; column += ROW_LANES) {
        y[yRow + column] = (x[xRow + column] - mean) * scale * weight[column] + bias[column];
    }
}
