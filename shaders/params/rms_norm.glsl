// RmsNormParameters
layout(push_constant) uniform RmsNormParameters {
    uint width;
    uint rowsPerSequence;   // rows written per sequence
    uint xRowsPerSequence;  // rows that x holds per sequence
    uint xFirstRow;         // first of them that is read
    float epsilon;
} shape;
