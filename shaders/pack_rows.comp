#version 450
#extension GL_GOOGLE_include_directive : require

// Packs activations as the float32 weights of matmul_tiled, so that a product of two activations is a matrix product:
//   x [N, K] with any strides -> packed [N / lanes][K / 8][2][lanes] units of 4 floats, zeros where K or N is filled up
// One invocation per unit: x = unit within the block of `lanes` rows, y = block of the panel.

#include "params/pack_rows.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer Rows { float x[]; };
layout(std430, set = 0, binding = 1) writeonly buffer Packed { vec4 packed[]; };

void main() {
    uint unit = gl_GlobalInvocationID.x;
    uint blockUnits = (p.depth + 7u) / 8u * 2u * p.lanes;
    if (unit >= blockUnits) {
        return;
    }
    uint row = p.firstRow + gl_WorkGroupID.y * p.lanes + unit % p.lanes;
    uint column = unit / p.lanes * 4u;
    vec4 values = vec4(0.0);
    if (row < p.rows) {
        uint from = p.xOffset + row * p.xRowStride + column * p.xColumnStride;
        for (uint i = 0u; i < 4u && column + i < p.depth; i++) {
            values[i] = x[from + i * p.xColumnStride];
        }
    }
    packed[gl_WorkGroupID.y * blockUnits + unit] = values;
}
