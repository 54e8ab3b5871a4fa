// Parameters of softmax. Offsets and strides in floats.
layout(push_constant) uniform SoftmaxParameters {
    uint columns;
    uint stride;         // from one row to the next
    float scale;         // factor before the exponential; not negative
} p;
