#version 450
#extension GL_GOOGLE_include_directive : require

// Lays out image rows as conv_tiled reads them, and applies on the way the norm and activation that come before the
// convolution: third pass of GroupNorm, then swish.
//   x [xRows, width, C], scales [2, C] (mean, scale), bias [C] -> y [rows, border + width + border, C]
// One invocation per four channels of COLUMNS_PER_GROUP pixels: x = channels, y = row, z = run of pixels.

#include "shared/load_quads.glsl"
#include "shared/exponential.glsl"
#include "shared/activation_functions.glsl"
#include "params/conv_input.glsl"

layout(local_size_x = 32) in;

layout(std430, set = 0, binding = 1) readonly buffer Scales { vec4 scales[]; };
layout(std430, set = 0, binding = 2) readonly buffer Bias { vec4 bias[]; };
layout(std430, set = 0, binding = 3) writeonly buffer Output { vec4 y[]; };

const uint COLUMNS_PER_GROUP = 32u;

void main() {
    uint quad = gl_GlobalInvocationID.x;
    if (quad >= p.channelQuads) {
        return;
    }
    uint yWidth = p.width + 2u * p.border;
    uint column = gl_WorkGroupID.z * COLUMNS_PER_GROUP;
    uint end = min(column + COLUMNS_PER_GROUP, yWidth);
    int row = p.xFirstRow + int(gl_WorkGroupID.y);
    bool outside = row < 0 || row >= int(p.xRows);
    uint at = ((p.yFirstRow + gl_WorkGroupID.y) * yWidth + column) * p.channelQuads + quad;
    // Of the pixel left of the row it wraps, and is not read.
    uint from = (uint(max(row, 0)) * p.width + column - p.border) * p.channelQuads + quad;

    vec4 mean = vec4(0.0);
    vec4 scale = vec4(1.0);
    vec4 shift = vec4(0.0);
    if (p.normalize != 0u) {
        mean = scales[quad];
        scale = scales[p.channelQuads + quad];
        shift = bias[quad];
    }
    for (; column < end; column++) {
        vec4 value = vec4(0.0);
        if (!outside && column - p.border < p.width) {
            value = fma(loadQuad(from) - mean, scale, shift);
            if (p.swish != 0u) {
                value = vec4(silu(value.x), silu(value.y), silu(value.z), silu(value.w));
            }
        }
        y[at] = value;
        at += p.channelQuads;
        from += p.channelQuads;
    }
}
