// EmbedTokensParameters
layout(push_constant) uniform EmbedTokensParameters {
    uint width;
    uint rowsPerSequence;   // of the output
    uint firstRow;          // of a sequence's output rows, where the gathered ones start
    uint idsOffset;
    uint idsStride;
    uint idsDivisor;
    uint positionsOffset;
    uint addPositions;      // 0: no position embedding; those two bindings are not read
    uint positionRows;
    uint tableRows;         // rows of the whole table
    uint partFirstRow;      // first row of the part bound here
    uint partRows;
} shape;
