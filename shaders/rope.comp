#version 450
#extension GL_GOOGLE_include_directive : require

// Rotary position embedding (Su et al., 2021), in place on the q and k parts of packed rows:
//   (a, b) -> (a cos - b sin, a sin + b cos)  for each interleaved pair (2i, 2i+1) of each head
//   qkv [Q * rowsPerSequence, rowStride], q first, k at heads * headSize
//   cosSin [slots, headSize / 2, 2]; a slot of zeros makes q and k zero (condition tokens)
// One invocation per pair: x = pair of q then of k, y = row in the sequence, z = sequence.

#include "params/rope.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) buffer QkvBuffer { float qkv[]; };
layout(std430, set = 0, binding = 1) readonly buffer CosSinBuffer { float cosSin[]; };

void main() {
    uint pair = gl_GlobalInvocationID.x;
    uint pairsPerHead = shape.headSize / 2u;
    if (pair >= 2u * shape.heads * pairsPerHead) {
        return;
    }
    uint row = gl_WorkGroupID.z * shape.rowsPerSequence + gl_WorkGroupID.y;
    uint first = row * shape.rowStride + pair * 2u; // k follows q, head by head, so pairs simply continue
    uint angle = ((shape.slotOffset + gl_WorkGroupID.y) * pairsPerHead + pair % pairsPerHead) * 2u;

    float cosine = cosSin[angle];
    float sine = cosSin[angle + 1u];
    float a = qkv[first];
    float b = qkv[first + 1u];
    qkv[first] = a * cosine - b * sine;
    qkv[first + 1u] = a * sine + b * cosine;
}
