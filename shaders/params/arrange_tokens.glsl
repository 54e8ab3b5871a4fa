// ArrangeTokensParameters
layout(push_constant) uniform ArrangeTokensParameters {
    uint tokenCount;        // tokens of a sample, N
    uint rows;              // of the grid
    uint columns;           // of the grid
    uint firstToken;        // of the sample, in tokens
} shape;
