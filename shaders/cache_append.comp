#version 450
#extension GL_GOOGLE_include_directive : require

// Appends the keys and values of the rows just computed to the KV cache, in order of generation:
//   qkv [Q * rowsPerSequence, rowStride], packed q, k, v of heads * headSize each
//   -> keys, values [Q * sequenceStride, heads, capacity, headSize], slots firstSlot ...
// One invocation per element: x = element of a head row (head, e), y = row in the sequence, z = sequence.

#include "params/cache_append.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer QkvBuffer { float qkv[]; };
layout(std430, set = 0, binding = 1) writeonly buffer KeyBuffer { float keys[]; };
layout(std430, set = 0, binding = 2) writeonly buffer ValueBuffer { float values[]; };

void main() {
    uint element = gl_GlobalInvocationID.x;
    uint width = shape.heads * shape.headSize;
    if (element >= width) {
        return;
    }
    uint head = element / shape.headSize;
    uint sequence = gl_WorkGroupID.z * shape.sequenceStride;
    uint slot = shape.firstSlot + gl_WorkGroupID.y;
    uint source = (gl_WorkGroupID.z * shape.rowsPerSequence + gl_WorkGroupID.y) * shape.rowStride + width + element;
    uint target = ((sequence * shape.heads + head) * shape.capacity + slot) * shape.headSize + element % shape.headSize;

    keys[target] = qkv[source];
    values[target] = qkv[source + width];
}
