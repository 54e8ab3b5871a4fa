// Parameters of pack_rows. Offsets and strides in floats.
layout(push_constant) uniform PackRowsParameters {
    uint rows;           // N
    uint depth;          // K
    uint lanes;          // packed rows that lie side by side
    uint firstRow;       // of the panel
    uint xOffset;
    uint xRowStride;     // from x[n, k] to x[n + 1, k]
    uint xColumnStride;  // from x[n, k] to x[n, k + 1]
} p;
