// Parameters of matmul_tiled. Offsets and strides in floats, those of x multiples of 4.
layout(push_constant) uniform MatmulTiledParameters {
    uint rowCount;
    uint firstColumn;   // the panel writes columns [firstColumn, firstColumn + columnCount) of y
    uint columnCount;
    uint blockCount;    // blocks of LANES packed weight rows in the panel
    uint chunkCount;    // chunks of 8 along K
    uint segmentChunks; // chunks of a segment of K; the last one may have fewer
    uint segmentCount;
    uint xOffset;
    uint xStride;
    uint yOffset;
    uint yStride;
    // With EPILOGUE_CACHE columns are counted in pairs, and the rest matters:
    uint firstRow;      // rows of the product before this dispatch
    uint rowsPerSequence;
    uint sequenceStride;    // cache sequence = fed sequence * sequenceStride
    uint heads;
    uint headSize;      // even
    uint capacity;      // slots per head
    uint firstSlot;     // row i of a sequence goes to slot firstSlot + i
} p;
