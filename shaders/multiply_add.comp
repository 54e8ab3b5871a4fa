#version 450
#extension GL_GOOGLE_include_directive : require

// Multiply-adds and nothing else, to measure what the device's plain float32 units can do: the yardstick of `narvk bench`.
//   -> y [invocations], the sum of the chains of each invocation
// Chain c of invocation i starts at (i mod 8) + c and becomes a * multiplier + addend, 8 times a round. Eight chains are
// independent of one another, so that their latencies overlap; nothing is read and one value is written at the end.
//
// The ladder (lavapipe 22.3, two cores of an EPYC): eight chains reach 78 to 83 GFLOP/s, about what products do at most.

#include "params/multiply_add.glsl"

layout(local_size_x = 64) in;

layout(std430, set = 0, binding = 0) writeonly buffer YBuffer { float y[]; };

#define STEP(m, b) \
    a0 = fma(a0, m, b); a1 = fma(a1, m, b); a2 = fma(a2, m, b); a3 = fma(a3, m, b); \
    a4 = fma(a4, m, b); a5 = fma(a5, m, b); a6 = fma(a6, m, b); a7 = fma(a7, m, b);

void main() {
    float multiplier = shape.multiplier;
    float addend = shape.addend;
    float start = float(gl_GlobalInvocationID.x % 8u);
    float a0 = start, a1 = start + 1.0, a2 = start + 2.0, a3 = start + 3.0;
    float a4 = start + 4.0, a5 = start + 5.0, a6 = start + 6.0, a7 = start + 7.0;
    for (uint done = 0u; done < shape.rounds; done++) {
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
        STEP(multiplier, addend)
    }
    y[gl_GlobalInvocationID.x] = ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
}
