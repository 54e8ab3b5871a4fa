// Parameters of group_norm_scales.
layout(push_constant) uniform GroupNormScalesParameters {
    uint rows;           // image rows
    uint width;          // pixels of an image row
    uint channels;
    uint groupChannels;  // channels of a group
    float epsilon;
} p;
