#version 450
#extension GL_GOOGLE_include_directive : require

// Second pass of GroupNorm (Wu and He, 2018): the moments of a group's image rows and channels become the group's mean
// and variance (Chan, Golub and LeVeque, 1979), and those what the third pass, conv_input, applies to each channel.
//   moments [rows, 2, C], weight [C] -> scales [2, C]: mean, weight / sqrt(variance + epsilon)
// One workgroup per group.

#include "shared/row_sum.glsl"
#include "params/group_norm_scales.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer Moments { float moments[]; };
layout(std430, set = 0, binding = 1) readonly buffer Weight { float weight[]; };
layout(std430, set = 0, binding = 2) writeonly buffer Scales { float scales[]; };

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint firstChannel = gl_WorkGroupID.x * p.groupChannels;
    uint parts = p.rows * p.groupChannels;

    float means = 0.0;
    for (uint part = lane; part < parts; part += ROW_LANES) {
        means += moments[part / p.groupChannels * 2u * p.channels + firstChannel + part % p.groupChannels];
    }
    float mean = rowSum(means) / float(parts);

    float squares = 0.0;
    for (uint part = lane; part < parts; part += ROW_LANES) {
        uint at = part / p.groupChannels * 2u * p.channels + firstChannel + part % p.groupChannels;
        float deviation = moments[at] - mean;
        squares += fma(deviation * deviation, float(p.width), moments[at + p.channels]);
    }
    float variance = rowSum(squares) / (float(parts) * float(p.width));
    float scale = inversesqrt(variance + p.epsilon);

    for (uint c = lane; c < p.groupChannels; c += ROW_LANES) {
        scales[firstChannel + c] = mean;
        scales[p.channels + firstChannel + c] = weight[firstChannel + c] * scale;
    }
}
