// LayerNormParameters
layout(push_constant) uniform LayerNormParameters {
    uint width;
    uint rowsPerSequence;   // rows written per sequence
    uint xRowsPerSequence;  // rows that x holds per sequence
    uint xFirstRow;         // first of them that is read
    float epsilon;
} shape;
