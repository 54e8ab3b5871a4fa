#ifndef NARVK_WEIGHT_WORDS_GLSL
#define NARVK_WEIGHT_WORDS_GLSL

// Weights are stored as 32-bit words whatever their type, so that no device needs 16-bit storage: a word
// is one float32 or two halves, the one with the lower index in the lower bits.
// WEIGHT_FORMAT comes from variants.json.
#define WEIGHT_FLOAT32 0
#define WEIGHT_FLOAT16 1
#define WEIGHT_BFLOAT16 2

#if WEIGHT_FORMAT == WEIGHT_FLOAT16
vec2 unpackWeights(uint word) {
    return unpackHalf2x16(word);
}
#elif WEIGHT_FORMAT == WEIGHT_BFLOAT16
vec2 unpackWeights(uint word) {
    return uintBitsToFloat(uvec2(word << 16, word & 0xFFFF0000u));
}
#endif

#endif
