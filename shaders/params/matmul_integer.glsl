// Parameters of matmul_integer: those of matmul_tiled, and `depth`. Offsets and strides in floats, those of x multiples of 4.
layout(push_constant) uniform MatmulIntegerParameters {
    uint rowCount;
    uint firstColumn;   // the panel writes columns [firstColumn, firstColumn + columnCount) of y
    uint columnCount;
    uint blockCount;    // blocks of LANES packed weight rows in the panel
    uint chunkCount;    // chunks of 8 along K
    uint segmentChunks; // chunks of a segment of K, a multiple of 4; the last one may have fewer
    uint segmentCount;
    uint depth;         // K itself: what lies behind in a row of x counts for nothing
    uint xOffset;
    uint xStride;
    uint yOffset;
    uint yStride;
    // With EPILOGUE_CACHE columns are counted in pairs, and the rest matters, as in matmul_tiled:
    uint firstRow;
    uint rowsPerSequence;
    uint sequenceStride;
    uint heads;
    uint headSize;
    uint capacity;
    uint firstSlot;
} p;
