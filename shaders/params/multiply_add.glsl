// MultiplyAddParameters
layout(push_constant) uniform MultiplyAddParameters {
    uint rounds;       // times that each chain takes 8 multiply-adds
    float multiplier;
    float addend;
} shape;
