#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

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
// mass above them. The draw takes 32 bits of Philox, counter (raster position, stream, 0, 0), and finds the
// first index up to which the weights in index order exceed that part of the mass.
//
// A threshold is found among few keys, listed in shared memory, by radix selection (8 bits of the key at a time):
//   small k    with the row cut into GROUPS groups, the k-th largest of their largest keys has at least k keys
//              at or above it, and few more; these are listed
//   else       one histogram over 256 equal steps of the scaled gap to the largest key; the step that the
//              threshold falls in is listed. Keys that weigh nothing are left out: they change no draw.
//   more keys than the list holds (many equal ones, wild outliers): radix selection over the whole row
//
// Ladder (lavapipe of Mesa 22.3, two cores under load, 16 rows of 16384 normal logits, us of processor time a row, best of 7):
//                                                  plain  top-k 100  top-k 2000  top-p 0.9  both  greedy
//   eight histogram passes over the row, one lane    124        483         538        676  1216      65
//     choosing digits and walking to the draw
//   thresholds among listed keys, scans              144        263         403        609   357     127
//   and no groups where there is no threshold: not measured yet
// What runs over digits or over lanes is a scan; the draw is narrowed down to one index by whole workgroups.
// Rounding: a weight is within 3 * 2^-31 of the true one, relative to the largest weight, and the scaled
// logit within 2^-23 of its own size; probabilities are good to 1e-6 where exp's own argument is below 10.
//
// Variant WRITE_PROBABILITIES also writes the distribution that was drawn from, for tests.

#include "shared/fixed_exp2.glsl"
#include "shared/philox.glsl"
#include "shared/wide_uint.glsl"
#include "params/sample.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint UNROLL = 4u;   // keys whose loads are on their way together

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
const uint GROUPS = 512u;
const uint LIST_LENGTH = 1024u;
const uint EVERY_BIN = 256u;
const float WEIGHTLESS_EXPONENT = 33.0;   // 2^31 * 2^-33 rounds to no weight at all

shared uint histogramLow[256];    // counts, or the low words of masses
shared uint histogramHigh[256];
shared uvec2 laneMass[LANES];     // what each invocation has found, then the sums up to it
shared uint list[LIST_LENGTH];    // keys; or the largest of each group
shared uint listed;               // how many, more where the list was too short
shared uint listLow;              // smallest and largest of them
shared uint listHigh;
shared uint largestKey;
shared uint smallestKey;
shared float binScale;
shared uint chosenToken;
shared uint chosenDigit;
shared uvec2 chosenRest;          // what is left of a threshold below the chosen digit, or of a draw before the chosen part
shared uint chosenPart;

uint keyOf(float logit) {
    uint bits = floatBitsToUint(logit);
    uint magnitude = bits & 0x7FFFFFFFu;
    uint key = (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
    key = magnitude == 0u ? 0x80000000u : key;
    return magnitude > 0x7F800000u ? KEY_NEGATIVE_INFINITY : key;
}

float logitOf(uint key) {
    return uintBitsToFloat((key & 0x80000000u) != 0u ? key ^ 0x80000000u : ~key);
}

// log2 of how much more the largest key weighs, up to 63. Keys in order have exponents in order.
float exponentOf(uint key, uint largest) {
    if (key == largest) {
        return 0.0;
    }
    if (key == KEY_NEGATIVE_INFINITY || largest == 0xFF800000u) {
        return 63.0;
    }
    // Halves cannot overflow; below 1e30 neither can the product with the largest scale, 1.5e5.
    precise float halfGap = min(logitOf(largest) * 0.5 - logitOf(key) * 0.5, 1e30);
    precise float exponent = min(halfGap * base2LogitScale * 2.0, 63.0);
    return exponent;
}

// The weight of a key against the largest one, which is finite or has infinitely more than any other.
uint weightOf(uint key, uint largest) {
    if (key == largest) {
        return WEIGHT_ONE;
    }
    if (key == KEY_NEGATIVE_INFINITY || largest == 0xFF800000u) {
        return 0u;
    }
    return fixedExp2Negative(uint(exponentOf(key, largest) * 67108864.0)); // 2^26: exact, then truncated
}

// The step of a key: 255 holds the largest, EVERY_BIN means none.
uint binOf(uint key, uint largest) {
    precise float position = exponentOf(key, largest) * binScale;
    return position >= WEIGHTLESS_EXPONENT * binScale ? EVERY_BIN : 255u - min(uint(position), 255u);
}

// Keys of UNROLL indices some stride apart; 0, which is no logit's, from `end` on.
void loadKeys(uint rowStart, uint index, uint stride, uint end, out uint keys[UNROLL]) {
    [[unroll]] for (uint u = 0u; u < UNROLL; u++) {
        uint at = index + u * stride;
        uint key = keyOf(logits[rowStart + min(at, end - 1u)]);
        keys[u] = at < end ? key : 0u;
    }
}

// laneMass becomes the sums up to and with each lane (Hillis and Steele). Everybody's entry was written before.
void scanLanes() {
    uint lane = gl_LocalInvocationID.x;
    barrier();
    for (uint distance = 1u; distance < LANES; distance *= 2u) {
        uvec2 below = lane >= distance ? laneMass[lane - distance] : uvec2(0u);
        barrier();
        laneMass[lane] = wideAdd(laneMass[lane], below);
        barrier();
    }
}

uvec2 massBelow(uint lane) {
    return lane == 0u ? uvec2(0u) : laneMass[lane - 1u];
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

// The lowest digit with at most rest above it; chosenRest is what of rest is left below the digits passed. Where all
// digits have no more than rest: EVERY_BIN. byFraction: rest.x is that part of everything counted instead.
void chooseDigit(uvec2 rest, bool byFraction) {
    uint lane = gl_LocalInvocationID.x;
    uint perLane = (256u + LANES - 1u) / LANES;
    uint begin = min(lane * perLane, 256u);
    uint end = min(begin + perLane, 256u);
    uvec2 own = uvec2(0u);
    for (uint i = begin; i < end; i++) {
        own = wideAdd(own, uvec2(histogramLow[255u - i], histogramHigh[255u - i]));
    }
    laneMass[lane] = own;
    if (lane == 0u) {
        chosenDigit = EVERY_BIN;
    }
    scanLanes();
    if (byFraction) {
        rest = wideScale(laneMass[LANES - 1u], rest.x);
    }
    uvec2 above = massBelow(lane);
    if (!wideGreater(above, rest) && wideGreater(laneMass[lane], rest)) {
        uint i = begin;
        for (; i < end; i++) {
            uvec2 next = wideAdd(above, uvec2(histogramLow[255u - i], histogramHigh[255u - i]));
            if (wideGreater(next, rest)) {
                break;
            }
            above = next;
        }
        chosenDigit = 255u - i;
        chosenRest = wideSubtract(rest, above);
    }
    barrier();
}

// The lowest key with at most rest above it, counting entries (byMass false) or their mass, and only keys from floorKey
// up; of the list, or of the whole row. byFraction: rest.x is the part of all the mass counted.
uint selectKey(bool fromList, bool byMass, uvec2 rest, bool byFraction, uint floorKey, uint rowStart) {
    uint largest = largestKey;
    uint count = fromList ? listed : shape.vocabulary;
    uint differing = fromList ? listLow ^ listHigh : 0xFFFFFFFFu;
    if (differing == 0u) {
        return listHigh;
    }
    // Digits that all keys share need no pass.
    int shift = findMSB(differing) / 8 * 8;
    uint prefix = shift == 24 ? 0u : listHigh >> (shift + 8);
    for (; shift >= 0; shift -= 8) {
        clearHistogram();
        for (uint index = gl_LocalInvocationID.x; index < count; index += LANES) {
            uint key = fromList ? list[index] : keyOf(logits[rowStart + index]);
            if (key >= floorKey && (shift == 24 || key >> (shift + 8) == prefix)) {
                addToHistogram((key >> shift) & 255u, byMass ? weightOf(key, largest) : 1u);
            }
        }
        barrier();
        chooseDigit(rest, byFraction);
        prefix = (prefix << 8) | chosenDigit;
        rest = chosenRest;
        byFraction = false;
    }
    return prefix;
}

// Lists the keys from floorKey up, of one step or of all; whether the list is long enough for them.
bool listKeys(uint floorKey, uint bin, uint rowStart) {
    uint largest = largestKey;
    barrier();
    if (gl_LocalInvocationID.x == 0u) {
        listed = 0u;
        listLow = 0xFFFFFFFFu;
        listHigh = 0u;
    }
    barrier();
    uint low = 0xFFFFFFFFu;
    uint high = 0u;
    for (uint index = gl_LocalInvocationID.x; index < shape.vocabulary; index += UNROLL * LANES) {
        uint keys[UNROLL];
        loadKeys(rowStart, index, LANES, shape.vocabulary, keys);
        [[unroll]] for (uint u = 0u; u < UNROLL; u++) {
            uint key = keys[u];
            if (key >= max(floorKey, 1u) && (bin == EVERY_BIN || binOf(key, largest) == bin)) {
                uint at = atomicAdd(listed, 1u);
                if (at < LIST_LENGTH) {
                    list[at] = key;
                }
                low = min(low, key);
                high = max(high, key);
            }
        }
    }
    if (high != 0u) {
        atomicMin(listLow, low);
        atomicMax(listHigh, high);
    }
    barrier();
    return listed <= LIST_LENGTH;
}

// selectKey over the row, by way of the step that the threshold falls in.
uint selectKeyByBins(bool byMass, uvec2 rest, uint floorKey, uint rowStart) {
    uint largest = largestKey;
    clearHistogram();
    for (uint index = gl_LocalInvocationID.x; index < shape.vocabulary; index += UNROLL * LANES) {
        uint keys[UNROLL];
        loadKeys(rowStart, index, LANES, shape.vocabulary, keys);
        [[unroll]] for (uint u = 0u; u < UNROLL; u++) {
            uint bin = keys[u] >= max(floorKey, 1u) ? binOf(keys[u], largest) : EVERY_BIN;
            if (bin != EVERY_BIN) {
                addToHistogram(bin, byMass ? weightOf(keys[u], largest) : 1u);
            }
        }
    }
    barrier();
    chooseDigit(rest, byMass);
    if (chosenDigit == EVERY_BIN) {
        return floorKey;
    }
    uvec2 restInBin = chosenRest;
    if (listKeys(floorKey, chosenDigit, rowStart)) {
        return selectKey(true, byMass, restInBin, false, floorKey, rowStart);
    }
    return selectKey(false, byMass, rest, byMass, floorKey, rowStart);
}

void main() {
    uint lane = gl_LocalInvocationID.x;
    uint sampleIndex = gl_WorkGroupID.y;
    uint row = sampleIndex * shape.tokensSampled + gl_WorkGroupID.x;
    uint rowStart = row * shape.logitsStride;
    uint order = shape.tokensOffset + gl_WorkGroupID.x;

    // Pass: the largest and the smallest key, and the largest of each group.
    if (lane == 0u) {
        largestKey = 0u;
        smallestKey = 0xFFFFFFFFu;
        chosenToken = 0xFFFFFFFFu;
    }
    barrier();
    uint laneLargest = 0u;
    uint laneSmallest = 0xFFFFFFFFu;
    uint groupsPerLane = GROUPS / LANES;
    uint groupSpan = (shape.vocabulary + UNROLL * LANES * groupsPerLane - 1u) / (UNROLL * LANES * groupsPerLane) * UNROLL * LANES;
    bool hasThresholds = greedy == 0u && (topK != 0u || topPOn != 0u);
    for (uint index = lane; !hasThresholds && index < shape.vocabulary; index += UNROLL * LANES) {
        uint keys[UNROLL];
        loadKeys(rowStart, index, LANES, shape.vocabulary, keys);
        [[unroll]] for (uint u = 0u; u < UNROLL; u++)
            laneLargest = max(laneLargest, keys[u]);
    }
    for (uint group = 0u; hasThresholds && group < groupsPerLane; group++) {
        uint groupLargest = 0u;
        uint groupEnd = min((group + 1u) * groupSpan, shape.vocabulary);
        for (uint index = group * groupSpan + lane; index < groupEnd; index += UNROLL * LANES) {
            uint keys[UNROLL];
            loadKeys(rowStart, index, LANES, groupEnd, keys);
            [[unroll]] for (uint u = 0u; u < UNROLL; u++) {
                groupLargest = max(groupLargest, keys[u]);
                laneSmallest = min(laneSmallest, keys[u] - 1u); // of 0 that is no minimum
            }
        }
        list[group * LANES + lane] = groupLargest;
        laneLargest = max(laneLargest, groupLargest);
    }
    atomicMax(largestKey, laneLargest);
    atomicMin(smallestKey, laneSmallest);
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
    bool isListed = false; // every key from floorKey up
    if (lane == 0u) {
        binScale = 256.0 / clamp(exponentOf(smallestKey + 1u, largest), 1e-20, WEIGHTLESS_EXPONENT);
        listed = groupsPerLane * LANES;
        listLow = 0u;
        listHigh = largest;
    }
    barrier();
    if (topK != 0u && topK < shape.vocabulary) {
        uvec2 rest = uvec2(topK - 1u, 0u);
        if (topK <= listed / 2u) {
            uint bound = selectKey(true, false, rest, false, 0u, rowStart);
            isListed = listKeys(bound, EVERY_BIN, rowStart);
        }
        floorKey = isListed ? selectKey(true, false, rest, false, 0u, rowStart) : selectKeyByBins(false, rest, 0u, rowStart);
    }
    if (topPOn != 0u) {
        uvec2 fraction = uvec2(topPFraction, 0u);
        floorKey = isListed ? selectKey(true, true, fraction, true, floorKey, rowStart) : selectKeyByBins(true, fraction, floorKey, rowStart);
    }

    // Pass: the mass of each invocation's part of the indices; then of each one's part of the part that the draw falls in.
    uvec4 counter = uvec4(uint(positions[order]), streams[sampleIndex], 0u, 0u);
    uint random = philox4x32(counter, uvec2(seedLow, seedHigh)).x;
    uvec2 target = uvec2(0u);
    uvec2 total = uvec2(0u);
    uint start = 0u;
    uint length = shape.vocabulary;
    for (bool isWhole = true; isWhole || (length > 1u && LANES > 1u); isWhole = false) {
        uint part = (length + LANES - 1u) / LANES;
        uint partStart = start + min(lane * part, length);
        uint partEnd = start + min((lane + 1u) * part, length);
        uvec2 mass = uvec2(0u);
        for (uint index = partStart; index < partEnd; index += UNROLL) {
            uint keys[UNROLL];
            loadKeys(rowStart, index, 1u, partEnd, keys);
            [[unroll]] for (uint u = 0u; u < UNROLL; u++) {
                if (keys[u] >= max(floorKey, 1u)) {
                    mass = wideAdd(mass, uvec2(weightOf(keys[u], largest), 0u));
                }
            }
        }
        barrier();
        laneMass[lane] = mass;
        scanLanes();
        if (isWhole) {
            total = laneMass[LANES - 1u];
            target = wideScale(total, random);
        }
        uvec2 before = massBelow(lane);
        if (!wideGreater(before, target) && wideGreater(laneMass[lane], target)) {
            chosenPart = lane;
            chosenRest = wideSubtract(target, before);
        }
        barrier();
        start += chosenPart * part;
        length = min(part, length - chosenPart * part);
        target = chosenRest;
    }

    // The first index whose inclusive cumulative mass exceeds the target: the one that is left, but for a single lane.
    if (lane == 0u) {
        uvec2 cumulative = uvec2(0u);
        for (; length > 1u; length--) {
            uint key = keyOf(logits[rowStart + start]);
            cumulative = wideAdd(cumulative, uvec2(key >= floorKey ? weightOf(key, largest) : 0u, 0u));
            if (wideGreater(cumulative, target)) {
                break;
            }
            start++;
        }
        tokens[sampleIndex * shape.tokenCapacity + order] = int(start);
    }
#ifdef WRITE_PROBABILITIES
    float totalMass = wideToFloat(total);
    for (uint index = lane; index < shape.vocabulary; index += LANES) {
        uint key = keyOf(logits[rowStart + index]);
        probabilities[row * shape.vocabulary + index] = key >= floorKey ? float(weightOf(key, largest)) / totalMass : 0.0;
    }
#endif
}
