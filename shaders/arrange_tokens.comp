#version 450
#extension GL_GOOGLE_include_directive : require

// Brings a sample's tokens from order of generation to raster order, for the tokenizer's decoder:
//   tokens [.., N] in order of generation, of which the first known[0] exist
//   -> codes [N] in raster order (frame, row, column)
// order [N] is the raster index of each token in order of generation, ranks [N] its inverse.
// A token that does not exist yet takes the code of the nearest one that does: nearest by the sum of the distances in
// frames, rows and columns, of equally near ones the one that was generated first. Where none exists all are code 0.
// One invocation per place. Only places without a token search, all of what exists: N^2 / 4 steps at most.

#include "params/arrange_tokens.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer TokenBuffer { int tokens[]; };
layout(std430, set = 0, binding = 1) readonly buffer OrderBuffer { int order[]; };
layout(std430, set = 0, binding = 2) readonly buffer RankBuffer { int ranks[]; };
layout(std430, set = 0, binding = 3) readonly buffer KnownBuffer { uint known[]; };
layout(std430, set = 0, binding = 4) writeonly buffer CodeBuffer { int codes[]; };

ivec3 placeOf(uint raster) {
    return ivec3(raster / (shape.rows * shape.columns), raster / shape.columns % shape.rows, raster % shape.columns);
}

void main() {
    uint raster = gl_GlobalInvocationID.x;
    if (raster >= shape.tokenCount) {
        return;
    }
    uint existing = min(known[0], shape.tokenCount);
    uint source = uint(ranks[raster]);
    if (source >= existing) {
        ivec3 place = placeOf(raster);
        int nearest = 0x7FFFFFFF;
        for (uint candidate = 0u; candidate < existing; candidate++) {
            ivec3 apart = abs(placeOf(uint(order[candidate])) - place);
            int distance = apart.x + apart.y + apart.z;
            if (distance < nearest) {
                nearest = distance;
                source = candidate;
            }
        }
    }
    codes[raster] = existing == 0u ? 0 : tokens[shape.firstToken + source];
}
