// Parameters of conv_tiled. Offsets and strides of y in floats, of x in texels (4 floats).
layout(push_constant) uniform ConvTiledParameters {
    uint pixelCount;     // output pixels of this dispatch, in raster order
    uint width;          // of the output image
    uint firstRow;       // row of the output image with which this dispatch begins
    uint stride;         // 2 halves the image, else 1
    uint shift;          // 1 reads the image as if it were doubled by repeating pixels, else 0
    int origin;          // pixels from an output pixel to the first tap: -1, or 0 where only right and bottom are padded
    int xFirstRow;       // image row of the first row of x; -1 is the padding above the image
    uint xRowTexels;     // from one row of x to the next
    uint chunksPerTap;   // chunks of 8 input channels
    uint firstColumn;    // the panel gives channels [firstColumn, firstColumn + columnCount) of y
    uint columnCount;
    uint blockCount;     // blocks of LANES packed weight rows in the panel
    uint yOffset;
    uint yPixelStride;
    uint yColumnStride;
} p;
