// Merging the lanes of attention through shared memory: any number of lanes, any device.

shared float laneMaxima[LANES];
shared float laneSums[LANES];
shared float laneValues[LANES * HEAD_TEXELS * 4u];

uint mergeLane() { return gl_LocalInvocationID.x; }

// The factor that brings a lane's weighted values to the row's: exp(lane maximum - row maximum) / row sum.
float mergeShare(uint lane, float laneMaximum, float laneSum)
{
    laneMaxima[lane] = laneMaximum;
    laneSums[lane] = laneSum;
    barrier();
    float rowMaximum = LOWEST;
    for (uint i = 0u; i < LANES; i++)
        rowMaximum = max(rowMaximum, laneMaxima[i]);
    float rowSum = 0.0;
    for (uint i = 0u; i < LANES; i++)
        rowSum = fma(laneSums[i], exponential(laneMaxima[i] - rowMaximum), rowSum);
    return rowSum > 0.0 ? exponential(laneMaximum - rowMaximum) / rowSum : 0.0;
}

// The first `count` (4 or 8) of eight values of a lane, at their place in the row.
void mergeEight(uint lane, uint part, vec4 low, vec4 high, uint at, uint count)
{
    uint first = lane * HEAD_TEXELS * 4u + part * 8u;
    [[unroll]] for (uint i = 0u; i < 4u; i++) {
        laneValues[first + i] = low[i];
        if (count == 8u)
            laneValues[first + 4u + i] = high[i];
    }
}

// Sums over lanes and writes the row.
void mergeEnd(uint lane, uint at)
{
    barrier();
    for (uint d = lane; d < HEAD_TEXELS * 4u; d += LANES) {
        float result = 0.0;
        for (uint i = 0u; i < LANES; i++)
            result += laneValues[i * HEAD_TEXELS * 4u + d];
        attended[at + d] = result;
    }
    barrier();
}
