#version 450
#extension GL_GOOGLE_include_directive : require

// Softmax of rows in place: x[r, c] = exp(scale x[r, c] - m) / sum over c, m the row's largest scaled value.
//   x [rows, stride], the first `columns` of each row are used
// One workgroup per row.

#include "shared/row_sum.glsl"
#include "shared/exponential.glsl"
#include "params/softmax.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) buffer Rows { float x[]; };

shared float laneMaxima[ROW_LANES];

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint first = gl_WorkGroupID.x * p.stride;
    float largest = -3.0e38;
    for (uint column = lane; column < p.columns; column += ROW_LANES) {
        largest = max(largest, x[first + column]);
    }
    laneMaxima[lane] = largest;
    barrier();
    for (uint other = 0u; other < ROW_LANES; other++) {
        largest = max(largest, laneMaxima[other]);
    }

    float sum = 0.0;
    for (uint column = lane; column < p.columns; column += ROW_LANES) {
        float weight = exponential((x[first + column] - largest) * p.scale);
        x[first + column] = weight;
        sum += weight;
    }
    float total = rowSum(sum);
    for (uint column = lane; column < p.columns; column += ROW_LANES) {
        x[first + column] /= total;
    }
}
