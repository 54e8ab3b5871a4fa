// SampleParameters
layout(push_constant) uniform SampleParameters {
    uint vocabulary;
    uint logitsStride;      // floats from one row of logits to the next
    uint tokensSampled;     // per sample, in this dispatch
    uint tokensOffset;      // order of generation of the first of them
    uint tokenCapacity;     // tokens per sample in the token buffer
} shape;
