// How packed weights and activations are read. One source serves every device; macros choose:
//   LOAD_PATH_TEXEL   1: uniform texel buffers, 0: storage buffers
//   WEIGHT_TYPE       0: float32, 1: float16, 2: bfloat16, 3: int8 with a float16 scale for 32 weights along K (load_q8.glsl)
// On lavapipe a per-lane storage load is a scalar loop with a bounds check per component, a texel fetch a few vector
// instructions; on AMD hardware a uniform storage load is a scalar load. Hence a macro, chosen per device.
// The weight types are unpacked from words: no device needs 16-bit or 8-bit storage or arithmetic for them.
#define WEIGHT_FLOAT32 0
#define WEIGHT_FLOAT16 1
#define WEIGHT_BFLOAT16 2
#define WEIGHT_Q8 3

#if LOAD_PATH_TEXEL
layout(set = 0, binding = 0) uniform usamplerBuffer weights;
layout(set = 0, binding = 1) uniform samplerBuffer activations;
uvec4 loadWeightWords(uint index) { return texelFetch(weights, int(index)); }
vec4 loadActivations(uint index) { return texelFetch(activations, int(index)); }
#else
layout(std430, set = 0, binding = 0) readonly buffer Weights { uvec4 weights[]; };
layout(std430, set = 0, binding = 1) readonly buffer Activations { vec4 activations[]; };
uvec4 loadWeightWords(uint index) { return weights[index]; }
vec4 loadActivations(uint index) { return activations[index]; }
#endif

#if WEIGHT_TYPE == WEIGHT_Q8
#include "load_q8.glsl"
#else
// Number of 16-byte units that hold 8 consecutive weights of one row.
#if WEIGHT_TYPE == WEIGHT_FLOAT32
const uint WEIGHT_UNITS = 2u;
#else
const uint WEIGHT_UNITS = 1u;
#endif

// Eight consecutive weights of one row; `unitStride` is the distance between its units.
void loadWeights(uint index, uint unitStride, out vec4 low, out vec4 high)
{
#if WEIGHT_TYPE == WEIGHT_FLOAT32
    low = uintBitsToFloat(loadWeightWords(index));
    high = uintBitsToFloat(loadWeightWords(index + unitStride));
#elif WEIGHT_TYPE == WEIGHT_FLOAT16
    uvec4 words = loadWeightWords(index);
    low = vec4(unpackHalf2x16(words.x), unpackHalf2x16(words.y));
    high = vec4(unpackHalf2x16(words.z), unpackHalf2x16(words.w));
#else
    uvec4 words = loadWeightWords(index);
    uvec4 even = words << 16u;
    uvec4 odd = words & 0xffff0000u;
    low = uintBitsToFloat(uvec4(even.x, odd.x, even.y, odd.y));
    high = uintBitsToFloat(uvec4(even.z, odd.z, even.w, odd.w));
#endif
}
#endif
