// Parameters of group_norm_moments.
layout(push_constant) uniform GroupNormMomentsParameters {
    uint width;          // pixels of an image row
    uint channelQuads;   // channels / 4
    uint xFirstRow;      // image row of x with which this dispatch begins
    uint firstRow;       // row of `moments` that it gives
} p;
