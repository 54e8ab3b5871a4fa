#version 450
#extension GL_GOOGLE_include_directive : require

// First pass of GroupNorm: mean and sum of squared deviations of every channel over one image row, in two passes over
// the row (no cancellation where the mean is large).
//   x [rows, width, C] -> moments [rows, 2, C]: mean, squares
// An image row is the unit because images are kept in bands of whole rows: what a row gives does not depend on the band.
// One invocation per four channels of a row: x = channels, y = row.

#include "shared/load_quads.glsl"
#include "params/group_norm_moments.glsl"

layout(local_size_x = 32) in;

layout(std430, set = 0, binding = 1) writeonly buffer Moments { vec4 moments[]; };

void main() {
    uint quad = gl_GlobalInvocationID.x;
    if (quad >= p.channelQuads) {
        return;
    }
    uint first = (p.xFirstRow + gl_WorkGroupID.y) * p.width * p.channelQuads + quad;
    uint end = first + p.width * p.channelQuads;
    vec4 sum = vec4(0.0);
    for (uint index = first; index < end; index += p.channelQuads) {
        sum += loadQuad(index);
    }
    vec4 mean = sum / float(p.width);
    vec4 squares = vec4(0.0);
    for (uint index = first; index < end; index += p.channelQuads) {
        vec4 deviation = loadQuad(index) - mean;
        squares = fma(deviation, deviation, squares);
    }
    uint at = (p.firstRow + gl_WorkGroupID.y) * 2u * p.channelQuads + quad;
    moments[at] = mean;
    moments[at + p.channelQuads] = squares;
}
