#version 450
#extension GL_GOOGLE_include_directive : require

// Cuts videos into patches, each laid out as a Conv3d's weight is, so that the patch embedding is a matrix
// product:
//   video [B, channels, frames, rows, columns]
//   -> patchRows [B * rowsPerVideo, channels * patchFrames * patchSize^2], elements ordered (c, t, h, w)
// Patch p of a video, in raster order (t, h, w), is its row firstRow + p.
// One invocation per element: x = element of the patch, y = patch, z = video.

#include "params/patchify.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer VideoBuffer { float video[]; };
layout(std430, set = 0, binding = 1) writeonly buffer PatchRowBuffer { float patchRows[]; };

void main() {
    uint element = gl_GlobalInvocationID.x;
    uint area = shape.patchSize * shape.patchSize;
    uint patchWidth = shape.channels * shape.patchFrames * area;
    if (element >= patchWidth) {
        return;
    }
    uint patchIndex = gl_WorkGroupID.y;
    uint gridColumns = shape.columns / shape.patchSize;
    uint gridRows = shape.rows / shape.patchSize;

    uint channel = element / (shape.patchFrames * area);
    uint frame = patchIndex / (gridRows * gridColumns) * shape.patchFrames + element / area % shape.patchFrames;
    uint row = patchIndex / gridColumns % gridRows * shape.patchSize + element / shape.patchSize % shape.patchSize;
    uint column = patchIndex % gridColumns * shape.patchSize + element % shape.patchSize;

    uint source = (((gl_WorkGroupID.z * shape.channels + channel) * shape.frames + frame) * shape.rows + row) * shape.columns + column;
    patchRows[(gl_WorkGroupID.z * shape.rowsPerVideo + shape.firstRow + patchIndex) * patchWidth + element] = video[source];
}
