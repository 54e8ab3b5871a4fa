// Activations read four floats at a time, at binding 0. LOAD_PATH_TEXEL as in load_weights.glsl.
#if LOAD_PATH_TEXEL
layout(set = 0, binding = 0) uniform samplerBuffer quads;
vec4 loadQuad(uint index) { return texelFetch(quads, int(index)); }
#else
layout(std430, set = 0, binding = 0) readonly buffer Quads { vec4 quads[]; };
vec4 loadQuad(uint index) { return quads[index]; }
#endif
