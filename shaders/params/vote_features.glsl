// VoteFeaturesParameters
layout(push_constant) uniform VoteFeaturesParameters {
    uint width;
    uint heads;
    uint rowsFed;           // rows per sequence in the hidden states
    uint tokensSampled;
    uint votesOffset;       // votes of token j start at votesOffset + j * heads
    uint guided;            // 1: mixes a sample's conditional and unconditional sequence
    uint sequencesPerSample; // 2: sequences 2s (conditional) and 2s + 1 (unconditional) belong to sample s; 1: sequence s does
    float epsilon;
} shape;
