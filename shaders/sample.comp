#version 450
#extension GL_GOOGLE_include_directive : require

// Draws one token per row of logits: temperature, top-k, top-p, softmax, draw; or the largest logit.
//   logits [S * tokensSampled, logitsStride], positions [tokenCapacity] (raster position by order of
//   generation) -> tokens [S, tokenCapacity], entries tokensOffset ... of every sample
// One workgroup per row: x = token j, y = sample s.
//
// Everything after the scaled logit is integer arithmetic, so neither the workgroup's size nor the order of
// its atomics can change a token, and the CPU twin finds the same one:
//   key       the logit's bits, mapped so that unsigned order is numeric order; -0 = +0, NaN = -infinity
//   weight    exp((logit - largest) / temperature) in units of 2^-31, at most 2^31
//   mass      a sum of weights, 64 bits (at most 2^48 for 2^17 entries)
// top-k keeps the keys at or above the k-th largest; top-p keeps, of those, the keys with at most p of the
// mass above them. Both thresholds are found by radix selection: four passes over the logits, one histogram
// of the next 8 bits of the key each. The draw takes 32 bits of Philox, counter (raster position, stream,
// 0, 0), and walks the weights in index order to that part of the mass.
// Rounding: a weight is within 3 * 2^-31 of the true one, relative to the largest weight, and the scaled
// logit within 2^-23 of its own size; probabilities are good to 1e-6 where exp's own argument is below 10.
//
// Variant WRITE_PROBABILITIES also writes the distribution that was drawn from, for tests.

#include "shared/fixed_exp2.glsl"
#include "shared/philox.glsl"
#include "shared/wide_uint.glsl"
#include "params/sample.glsl"

layout(local_size_x_id = 0) in;

layout(std430, set = 0, binding = 0) readonly buffer LogitBuffer { float logits[]; };
layout(std430, set = 0, binding = 1) readonly buffer SamplingBuffer {
#include "shared/sampling_parameters.glsl"
    uint streams[];    // random stream of each sample of the batch
};
layout(std430, set = 0, binding = 2) readonly buffer PositionBuffer { int positions[]; };
layout(std430, set = 0, binding = 3) writeonly buffer TokenBuffer { int tokens[]; };
#ifdef WRITE_PROBABILITIES
layout(std430, set = 0, binding = 4) writeonly buffer ProbabilityBuffer { float probabilities[]; };
#endif

const uint LANES = gl_WorkGroupSize.x;
const uint KEY_NEGATIVE_INFINITY = 0x007FFFFFu;
const uint WEIGHT_ONE = 0x80000000u;

shared uint histogramLow[256];    // counts, or the low words of masses
shared uint histogramHigh[256];
shared uvec2 laneMass[LANES];     // mass of each invocation's run of indices
shared uint largestKey;
shared uint chosenToken;
shared uint chosenDigit;
shared uvec2 chosenRest;          // what is left of a threshold below the chosen digit
shared uint owner;                // invocation whose run holds the drawn token
shared uvec2 ownerTarget;         // mass to walk past within that run

uint keyOf(float logit) {
    uint bits = floatBitsToUint(logit);
    uint magnitude = bits & 0x7FFFFFFFu;
    if (magnitude == 0u) {
        return 0x80000000u;
    }
    if (magnitude > 0x7F800000u) {
        return KEY_NEGATIVE_INFINITY;
    }
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
}

float logitOf(uint key) {
    return uintBitsToFloat((key & 0x80000000u) != 0u ? key ^ 0x80000000u : ~key);
}

// The weight of a key against the largest one, which is finite or has infinitely more than any other.
uint weightOf(uint key, uint largest) {
    if (key == largest) {
        return WEIGHT_ONE;
    }
    if (key == KEY_NEGATIVE_INFINITY || largest == 0xFF800000u) {
        return 0u;
    }
    // Halves cannot overflow; below 1e30 neither can the product with the largest scale, 1.5e5.
    precise float halfGap = min(logitOf(largest) * 0.5 - logitOf(key) * 0.5, 1e30);
    precise float exponent = min(halfGap * base2LogitScale * 2.0, 63.0);
    return fixedExp2Negative(uint(exponent * 67108864.0)); // 2^26: exact, then truncated
}

void clearHistogram() {
    for (uint digit = gl_LocalInvocationID.x; digit < 256u; digit += LANES) {
        histogramLow[digit] = 0u;
        histogramHigh[digit] = 0u;
    }
    barrier();
}

void addToHistogram(uint digit, uint amount) {
    uint before = atomicAdd(histogramLow[digit], amount);
    if (before + amount < before) {
        atomicAdd(histogramHigh[digit], 1u);
    }
}

// The lowest digit with at most rest above it; rest becomes what of it is left below the digits passed.
void chooseDigit(uvec2 rest) {
    uvec2 above = uvec2(0u);
    uint digit = 255u;
    while (digit > 0u) {
        uvec2 next = wideAdd(above, uvec2(histogramLow[digit], histogramHigh[digit]));
        if (wideGreater(next, rest)) {
            break;
        }
        above = next;
        digit--;
    }
    uint borrow;
    uint low = usubBorrow(rest.x, above.x, borrow);
    chosenRest = uvec2(low, rest.y - above.y - borrow);
    chosenDigit = digit;
}

// The lowest key with at most the given amount above it, counting entries (byMass false) or their
// mass, and only keys from floorKey up. byMass: the amount is topPFraction of all the mass counted.
uint selectKey(bool byMass, uint amount, uint floorKey, uint rowStart) {
    uint largest = largestKey;
    uint prefix = 0u;
    for (int shift = 24; shift >= 0; shift -= 8) {
        clearHistogram();
        for (uint index = gl_LocalInvocationID.x; index < shape.vocabulary; index += LANES) {
            uint key = keyOf(logits[rowStart + index]);
            if (key >= floorKey && (shift == 24 || key >> (shift + 8) == prefix)) {
                addToHistogram((key >> shift) & 255u, byMass ? weightOf(key, largest) : 1u);
            }
        }
        barrier();
        if (gl_LocalInvocationID.x == 0u) {
            uvec2 rest = shift == 24 ? uvec2(amount, 0u) : chosenRest;
            if (byMass && shift == 24) {
                uvec2 total = uvec2(0u);
                for (uint digit = 0u; digit < 256u; digit++) {
                    total = wideAdd(total, uvec2(histogramLow[digit], histogramHigh[digit]));
                }
                rest = wideScale(total, amount);
            }
            chooseDigit(rest);
        }
        barrier();
        prefix = (prefix << 8) | chosenDigit;
        barrier();
    }
    return prefix;
}

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint sampleIndex = gl_WorkGroupID.y;
    uint row = sampleIndex * shape.tokensSampled + gl_WorkGroupID.x;
    uint rowStart = row * shape.logitsStride;
    uint order = shape.tokensOffset + gl_WorkGroupID.x;

    // Pass: the largest key.
    if (lane == 0u) {
        largestKey = 0u;
        chosenToken = 0xFFFFFFFFu;
        owner = 0u;
    }
    barrier();
    uint laneLargest = 0u;
    for (uint index = lane; index < shape.vocabulary; index += LANES) {
        laneLargest = max(laneLargest, keyOf(logits[rowStart + index]));
    }
    atomicMax(largestKey, laneLargest);
    barrier();
    uint largest = largestKey;

    // Greedy: its lowest index. So too where no logit is above minus infinity: that is index 0.
    if (greedy != 0u || largest == KEY_NEGATIVE_INFINITY) {
        for (uint index = lane; index < shape.vocabulary; index += LANES) {
            if (keyOf(logits[rowStart + index]) == largest) {
                atomicMin(chosenToken, index);
                break;
            }
        }
        barrier();
        if (lane == 0u) {
            tokens[sampleIndex * shape.tokenCapacity + order] = int(chosenToken);
        }
#ifdef WRITE_PROBABILITIES
        for (uint index = lane; index < shape.vocabulary; index += LANES) {
            probabilities[row * shape.vocabulary + index] = index == chosenToken ? 1.0 : 0.0;
        }
#endif
        return;
    }

    // Passes: the thresholds.
    uint floorKey = 0u;
    if (topK != 0u && topK < shape.vocabulary) {
        floorKey = selectKey(false, topK - 1u, 0u, rowStart);
    }
    if (topPOn != 0u) {
        floorKey = selectKey(true, topPFraction, floorKey, rowStart);
    }

    // Pass: the mass of each invocation's run of indices, then where in it the draw falls.
    uint run = (shape.vocabulary + LANES - 1u) / LANES;
    uint runStart = min(lane * run, shape.vocabulary);
    uint runEnd = min(runStart + run, shape.vocabulary);
    uvec2 mass = uvec2(0u);
    for (uint index = runStart; index < runEnd; index++) {
        uint key = keyOf(logits[rowStart + index]);
        if (key >= floorKey) {
            mass = wideAdd(mass, uvec2(weightOf(key, largest), 0u));
        }
    }
    laneMass[lane] = mass;
    barrier();
    if (lane == 0u) {
        uvec2 total = uvec2(0u);
        for (uint other = 0u; other < LANES; other++) {
            total = wideAdd(total, laneMass[other]);
        }
        uvec4 counter = uvec4(uint(positions[order]), streams[sampleIndex], 0u, 0u);
        uvec2 target = wideScale(total, philox4x32(counter, uvec2(seedLow, seedHigh)).x);
        uvec2 before = uvec2(0u);
        uint candidate = 0u;
        for (; candidate < LANES - 1u; candidate++) {
            uvec2 next = wideAdd(before, laneMass[candidate]);
            if (wideGreater(next, target)) {
                break;
            }
            before = next;
        }
        uint borrow;
        uint low = usubBorrow(target.x, before.x, borrow);
        ownerTarget = uvec2(low, target.y - before.y - borrow);
        owner = candidate;
#ifdef WRITE_PROBABILITIES
        chosenRest = total;
#endif
    }
    barrier();

    // The first index whose inclusive cumulative mass exceeds the target.
    if (lane == owner) {
        uvec2 cumulative = uvec2(0u);
        uint index = runStart;
        for (; index < runEnd; index++) {
            uint key = keyOf(logits[rowStart + index]);
            if (key >= floorKey) {
                cumulative = wideAdd(cumulative, uvec2(weightOf(key, largest), 0u));
                if (wideGreater(cumulative, ownerTarget)) {
                    break;
                }
            }
        }
        tokens[sampleIndex * shape.tokenCapacity + order] = int(index);
    }
#ifdef WRITE_PROBABILITIES
    float totalMass = wideToFloat(chosenRest);
    for (uint index = lane; index < shape.vocabulary; index += LANES) {
        uint key = keyOf(logits[rowStart + index]);
        probabilities[row * shape.vocabulary + index] = key >= floorKey ? float(weightOf(key, largest)) / totalMass : 0.0;
    }
#endif
}
