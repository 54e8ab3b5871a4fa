#version 450
#extension GL_GOOGLE_include_directive : require

// Adds, or sets, rows that every sequence shares (position and type embeddings, learned queries):
//   y[q * rowsPerSequence + firstRow + i] (+)= table[tableFirstRow + i % tableRows]
//   table [.., width] -> y [Q * rowsPerSequence, width]
// One invocation per element: x = column, y = row i, z = sequence q.

#include "params/add_rows.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer TableBuffer { float table[]; };
layout(std430, set = 0, binding = 1) buffer YBuffer { float y[]; };

void main() {
    uint column = gl_GlobalInvocationID.x;
    if (column >= shape.width) {
        return;
    }
    uint row = gl_WorkGroupID.y;
    float value = table[(shape.tableFirstRow + row % shape.tableRows) * shape.width + column];
    uint target = (gl_WorkGroupID.z * shape.rowsPerSequence + shape.firstRow + row) * shape.width + column;
    y[target] = shape.add != 0u ? y[target] + value : value;
}
