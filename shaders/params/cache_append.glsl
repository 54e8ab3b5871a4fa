// CacheAppendParameters
layout(push_constant) uniform CacheAppendParameters {
    uint rowStride;         // floats from one row of qkv to the next
    uint rowsPerSequence;
    uint heads;
    uint headSize;
    uint sequenceStride;    // cache sequence = fed sequence * sequenceStride
    uint capacity;          // slots per head
    uint firstSlot;         // row i of a sequence goes to slot firstSlot + i
} shape;
