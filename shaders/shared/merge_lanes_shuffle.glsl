// Merging the eight lanes of attention by a butterfly of shuffles. Needs LANES = 8, the whole workgroup in one subgroup.
// On lavapipe with AVX2 a shuffle is one instruction, while an access to shared memory is a scalar loop.

uint mergeLane() { return gl_SubgroupInvocationID; }

// The factor that brings a lane's weighted values to the row's: exp(lane maximum - row maximum) / row sum.
float mergeShare(uint lane, float laneMaximum, float laneSum)
{
    float rowMaximum = laneMaximum;
    rowMaximum = max(rowMaximum, subgroupShuffleXor(rowMaximum, 1u));
    rowMaximum = max(rowMaximum, subgroupShuffleXor(rowMaximum, 2u));
    rowMaximum = max(rowMaximum, subgroupShuffleXor(rowMaximum, 4u));
    float factor = exponential(laneMaximum - rowMaximum);
    float rowSum = laneSum * factor;
    rowSum += subgroupShuffleXor(rowSum, 1u);
    rowSum += subgroupShuffleXor(rowSum, 2u);
    rowSum += subgroupShuffleXor(rowSum, 4u);
    return rowSum > 0.0 ? factor / rowSum : 0.0;
}

// Sums eight values over eight lanes; lane l gets value l and writes it if it is one of the first `count`. Each stage halves the values: a lane passes on
// the half that its partner finishes.
void mergeEight(uint lane, uint part, vec4 low, vec4 high, uint at, uint count)
{
    bool odd1 = (lane & 1u) != 0u;
    vec4 four = odd1 ? vec4(low.yw, high.yw) : vec4(low.xz, high.xz);
    four += subgroupShuffleXor(odd1 ? vec4(low.xz, high.xz) : vec4(low.yw, high.yw), 1u);
    bool odd2 = (lane & 2u) != 0u;
    vec2 two = odd2 ? four.yw : four.xz;
    two += subgroupShuffleXor(odd2 ? four.xz : four.yw, 2u);
    bool odd4 = (lane & 4u) != 0u;
    float one = (odd4 ? two.y : two.x) + subgroupShuffleXor(odd4 ? two.x : two.y, 4u);
    if (lane < count)
        attended[at + lane] = one;
}

void mergeEnd(uint lane, uint at) { }
