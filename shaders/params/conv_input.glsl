// Parameters of conv_input.
layout(push_constant) uniform ConvInputParameters {
    uint width;          // pixels of an image row
    uint channelQuads;   // channels / 4
    int xFirstRow;       // row of x that becomes the first row of this dispatch; below 0 it is a row of zeros
    uint xRows;          // rows of x; from there on rows of zeros
    uint yFirstRow;      // row of y with which this dispatch begins
    uint border;         // 1: a pixel of zeros at either side of a row of y
    uint normalize;      // 1: (x - mean) * scale + bias, where not the border
    uint swish;          // 1: then swish
} p;
