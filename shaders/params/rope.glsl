// RopeParameters
layout(push_constant) uniform RopeParameters {
    uint rowStride;         // floats from one row of qkv to the next
    uint rowsPerSequence;
    uint heads;
    uint headSize;
    uint slotOffset;        // row i of a sequence takes the angles of slot slotOffset + i
} shape;
