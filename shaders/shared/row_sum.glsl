#ifndef NARVK_ROW_SUM_GLSL
#define NARVK_ROW_SUM_GLSL

// One workgroup of ROW_LANES invocations owns a row. The order of the additions is a function of the
// row's width alone: a row's sum has the same bits whatever else is in the dispatch, and on every device.
const uint ROW_LANES = 64;
shared float rowPartials[ROW_LANES];

float rowSum(float partial) {
    uint lane = gl_LocalInvocationID.x;
    rowPartials[lane] = partial;
    barrier();
    for (uint stride = ROW_LANES / 2u; stride > 0u; stride >>= 1) {
        if (lane < stride) {
            rowPartials[lane] += rowPartials[lane + stride];
        }
        barrier();
    }
    float sum = rowPartials[0];
    barrier(); // the next sum may overwrite the partials
    return sum;
}

#endif
