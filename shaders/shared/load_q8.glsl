// Weights in 8 bits: q s, with q an int8 and s the float16 scale of 32 weights of a row along K. 8 and 11 bits: q s is exact in float32, however
// it is computed, so that all forms of a kernel see the same weights.
//
// A packed block of LANES rows is [ceil(K / 16)][LANES] 16-byte units of 16 weights each, and behind them [ceil(K / 32)][LANES] scales of 16 bits. A unit is two
// chunks of 8, so that a turn of a loop over K has two parts. Filled up with zeros; LANES is a multiple of 8.
// A packed scale has 6 bits of exponent and 10 of fraction rather than a half's 5 and 10 and a sign: small halfs are subnormal, which a device may take for zero.
// Ladder: what it takes to make a float32 of a byte.
//   lavapipe         and or shift to the highest byte, convert, multiply by s / 2^24: 3.5 instructions; by two shifts 3.75, by
//                    a byte without sign and fma(), two instructions there, 4.5
//   RDNA3            byte without sign (q + 128) and fma(): v_cvt_f32_ubyte and one more

// 16-byte units of a block: weights, and with their scales.
uint q8WeightUnits(uint chunkCount, uint lanes) { return (chunkCount + 1u) / 2u * lanes; }
uint q8BlockUnits(uint chunkCount, uint lanes) { return q8WeightUnits(chunkCount, lanes) + (chunkCount + 3u) / 4u * (lanes / 8u); }

// The scale with an index, in the word that has it; MatrixPacker.PackScale is the other way.
float q8Scale(uint word, uint index)
{
    return uintBitsToFloat((((word >> (16u * (index & 1u))) & 0xffffu) << 13u) + 0x33000000u);
}

// Likewise in a unit.
float q8Scale(uvec4 unit, uint index)
{
    uvec2 pair = (index & 4u) != 0u ? unit.zw : unit.xy;
    return q8Scale((index & 2u) != 0u ? pair.y : pair.x, index);
}

#if !LOAD_PATH_TEXEL
// The scale with an index counted from a unit on: only its word is read.
float loadQ8Scale(uint unit, uint index)
{
    return q8Scale(weights[unit + index / 8u][index / 2u % 4u], index);
}
#endif

// Four weights, the one of the lowest k in the lowest byte.
vec4 q8Weights(uint word, float scale)
{
#if LOAD_PATH_TEXEL
    ivec4 bytes = ivec4(word << 24u, (word << 16u) & 0xff000000u, (word << 8u) & 0xff000000u, word & 0xff000000u);
    return vec4(bytes) * (scale * 5.9604644775390625e-8);
#else
    uint biased = word ^ 0x80808080u;
    vec4 bytes = vec4(biased & 0xffu, (biased >> 8u) & 0xffu, (biased >> 16u) & 0xffu, biased >> 24u);
    return fma(bytes, vec4(scale), vec4(-128.0 * scale));
#endif
}

// The weights of a chunk.
void q8Weights(uvec2 words, float scale, out vec4 low, out vec4 high)
{
    low = q8Weights(words.x, scale);
    high = q8Weights(words.y, scale);
}
