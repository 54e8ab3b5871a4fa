#version 450
#extension GL_GOOGLE_include_directive : require

// RMSNorm (Zhang and Sennrich, 2019): y = x / sqrt(mean(x^2) + epsilon) * weight, in float32.
//   x [Q * xRowsPerSequence, width], weight [width] -> y [Q * rowsPerSequence, width]
// y's row q * rowsPerSequence + i is x's row q * xRowsPerSequence + xFirstRow + i.
// One workgroup per row: x = row within the sequence, y = sequence q.

#include "shared/row_sum.glsl"
#include "params/rms_norm.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer XBuffer { float x[]; };
layout(std430, set = 0, binding = 1) readonly buffer WeightBuffer { float weight[]; };
layout(std430, set = 0, binding = 2) writeonly buffer YBuffer { float y[]; };

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint sequence = gl_WorkGroupID.y;
    uint xRow = (sequence * shape.xRowsPerSequence + shape.xFirstRow + gl_WorkGroupID.x) * shape.width;
    uint yRow = (sequence * shape.rowsPerSequence + gl_WorkGroupID.x) * shape.width;

    float squares = 0.0;
    for (uint column = lane; column < shape.width; column += ROW_LANES) {
        float value = x[xRow + column];
        squares += value * value;
    }
    float scale = inversesqrt(rowSum(squares) / float(shape.width) + shape.epsilon);

    for (uint column = lane; column < shape.width; column += ROW_LANES) {
        y[yRow + column] = x[xRow + column] * scale * weight[column];
    }
}
