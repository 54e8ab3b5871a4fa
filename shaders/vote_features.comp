#version 450
#extension GL_GOOGLE_include_directive : require

// The features whose product with the heads' output matrices, side by side, is the logits of a sampled
// token, heads averaged and guidance applied. Both are linear in the logits and the logits are linear in
// the normed hidden states, so they may come before the output product, which then runs once per token:
//   features[s * tokens + j, h * width ...] = u + (c - u) * guidanceScale, where c and u (conditional,
//   unconditional) = RMSNorm_h(hidden_h[row]) / number of votes, row = votes[j, h]; zeros where row < 0
//   hidden_h [Q * rowsFed, width], normWeight_h [width], h < heads <= 3
//   -> features [S * tokens, heads * width]
// Unguided: features = c, whether or not there is an unconditional sequence.
// One workgroup per (token, head, sample) = (x, y, z). Bindings of heads that do not exist are not read.

#include "shared/row_sum.glsl"
#include "params/vote_features.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) readonly buffer HiddenBuffer0 { float hidden0[]; };
layout(std430, set = 0, binding = 1) readonly buffer HiddenBuffer1 { float hidden1[]; };
layout(std430, set = 0, binding = 2) readonly buffer HiddenBuffer2 { float hidden2[]; };
layout(std430, set = 0, binding = 3) readonly buffer NormWeightBuffer0 { float normWeight0[]; };
layout(std430, set = 0, binding = 4) readonly buffer NormWeightBuffer1 { float normWeight1[]; };
layout(std430, set = 0, binding = 5) readonly buffer NormWeightBuffer2 { float normWeight2[]; };
layout(std430, set = 0, binding = 6) readonly buffer VoteBuffer { int votes[]; };
layout(std430, set = 0, binding = 7) readonly buffer SamplingBuffer {
#include "shared/sampling_parameters.glsl"
};
layout(std430, set = 0, binding = 8) writeonly buffer FeatureBuffer { float features[]; };

float hidden(uint head, uint index) {
    return head == 0u ? hidden0[index] : head == 1u ? hidden1[index] : hidden2[index];
}

float normWeight(uint head, uint index) {
    return head == 0u ? normWeight0[index] : head == 1u ? normWeight1[index] : normWeight2[index];
}

// 1 / RMS of the hidden row that starts at first. Called by the whole workgroup.
float rowScale(uint head, uint first) {
    float squares = 0.0;
    for (uint column = gl_LocalInvocationID.x; column < shape.width; column += ROW_LANES) {
        float value = hidden(head, first + column);
        squares += value * value;
    }
    return inversesqrt(rowSum(squares) / float(shape.width) + shape.epsilon);
}

void main() {
    uint token = gl_WorkGroupID.x;
    uint head = gl_WorkGroupID.y;
    uint sampleIndex = gl_WorkGroupID.z;
    uint feature = ((sampleIndex * shape.tokensSampled + token) * shape.heads + head) * shape.width;

    uint firstVote = shape.votesOffset + token * shape.heads;
    uint voteCount = 0u;
    for (uint other = 0u; other < shape.heads; other++) {
        voteCount += votes[firstVote + other] >= 0 ? 1u : 0u;
    }
    int row = votes[firstVote + head];
    if (row < 0) {
        for (uint column = gl_LocalInvocationID.x; column < shape.width; column += ROW_LANES) {
            features[feature + column] = 0.0;
        }
        return;
    }

    float share = 1.0 / float(voteCount);
    bool isGuided = shape.guided != 0u;
    uint sequence = sampleIndex * shape.sequencesPerSample;
    uint conditional = (sequence * shape.rowsFed + uint(row)) * shape.width;
    float conditionalScale = rowScale(head, conditional);
    if (!isGuided) {
        for (uint column = gl_LocalInvocationID.x; column < shape.width; column += ROW_LANES) {
            features[feature + column] = hidden(head, conditional + column) * conditionalScale * normWeight(head, column) * share;
        }
        return;
    }

    uint unconditional = conditional + shape.rowsFed * shape.width;
    float unconditionalScale = rowScale(head, unconditional);
    for (uint column = gl_LocalInvocationID.x; column < shape.width; column += ROW_LANES) {
        float weight = normWeight(head, column) * share;
        float c = hidden(head, conditional + column) * conditionalScale * weight;
        float u = hidden(head, unconditional + column) * unconditionalScale * weight;
        features[feature + column] = u + (c - u) * guidanceScale;
    }
}
