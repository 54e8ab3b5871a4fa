#version 450
#extension GL_GOOGLE_include_directive : require

// Lays patches side by side as videos (the order of LARP's final layer):
//   patchRows [B * rowsPerVideo, patchFrames * patchSize^2 * channels], elements ordered (t, h, w, c)
//   -> video [B, channels, frames, rows, columns]
// Patch p of a video, in raster order (t, h, w), is its row firstRow + p.
// One invocation per element: x = element of the patch, y = patch, z = video.

#include "params/unpatchify.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer PatchRowBuffer { float patchRows[]; };
layout(std430, set = 0, binding = 1) writeonly buffer VideoBuffer { float video[]; };

void main() {
    uint element = gl_GlobalInvocationID.x;
    uint patchWidth = shape.channels * shape.patchFrames * shape.patchSize * shape.patchSize;
    if (element >= patchWidth) {
        return;
    }
    uint patchIndex = gl_WorkGroupID.y;
    uint gridColumns = shape.columns / shape.patchSize;
    uint gridRows = shape.rows / shape.patchSize;

    uint channel = element % shape.channels;
    uint pixel = element / shape.channels;
    uint frame = patchIndex / (gridRows * gridColumns) * shape.patchFrames + pixel / (shape.patchSize * shape.patchSize);
    uint row = patchIndex / gridColumns % gridRows * shape.patchSize + pixel / shape.patchSize % shape.patchSize;
    uint column = patchIndex % gridColumns * shape.patchSize + pixel % shape.patchSize;

    uint target = (((gl_WorkGroupID.z * shape.channels + channel) * shape.frames + frame) * shape.rows + row) * shape.columns + column;
    video[target] = patchRows[(gl_WorkGroupID.z * shape.rowsPerVideo + shape.firstRow + patchIndex) * patchWidth + element];
}
