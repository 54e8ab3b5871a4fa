// Parameters of matmul_cooperative. Offsets and strides in floats, those of x multiples of 4.
layout(push_constant) uniform MatmulCooperativeParameters {
    uint rowCount;
    uint firstColumn;   // the panel writes columns [firstColumn, firstColumn + columnCount) of y
    uint columnCount;
    uint blockCount;    // blocks of TILE_COLUMNS packed weight rows in the panel
    uint chunkCount;    // chunks of TILE_DEPTH along K
    uint sliceChunks;   // chunks to a slice of K; the last slice may have fewer
    uint depth;         // floats of a row of x that may be read, a multiple of 4
    uint xOffset;
    uint xStride;
    uint yOffset;
    uint yStride;
    // With EPILOGUE_CACHE the rest matters, as in matmul_tiled:
    uint firstRow;
    uint rowsPerSequence;
    uint sequenceStride;
    uint heads;
    uint headSize;
    uint capacity;
    uint firstSlot;
} p;
