#version 450

// The pictures of all samples side by side, of clips one frame of each, with the state of their tokens laid over: the wave front is tinted,
// what does not exist yet is darkened, in two shades: a picture that is dark itself does not look like that.

layout(push_constant) uniform Parameters {
    uint columns;       // samples in a row
    uint rows;
    uint samples;
    uint frames;        // of a sample; array layer = sample * frames + frame
    uint frame;         // the one that is shown
    uint gridFrames;    // tokens of a sample: [gridFrames, gridRows, gridColumns]
    uint gridRows;
    uint gridColumns;
    float gap;          // between samples, in parts of a sample
} p;

layout(set = 0, binding = 0) uniform sampler2DArray pictures;
layout(set = 0, binding = 1) readonly buffer Tokens { uint states[]; } tokens; // [gridFrames, gridRows, gridColumns], the same for all samples

layout(location = 0) in vec2 place;
layout(location = 0) out vec4 color;

const vec3 BACKGROUND = vec3(0.09, 0.09, 0.10);
const vec3 TINT = vec3(1.0, 0.55, 0.10);
const uint MISSING = 0u;     // not sampled yet
const uint SETTLED = 1u;     // sampled some steps ago; above it: how fresh, up to 255
const float DARKENED = 0.35;
const float LIFTED[2] = float[](0.015, 0.05); // of even and odd places
const float STRONGEST = 0.65;

void main() {
    vec2 scaled = place * vec2(p.columns, p.rows);
    uvec2 cell = min(uvec2(scaled), uvec2(p.columns, p.rows) - 1u);
    uint index = cell.y * p.columns + cell.x;
    vec2 inside = ((scaled - vec2(cell)) * (1.0 + p.gap)) - 0.5 * p.gap;
    // Derivatives are of no use here: there is one mip level.
    vec3 texel = textureLod(pictures, vec3(inside, float(min(index, p.samples - 1u) * p.frames + p.frame)), 0.0).rgb;
    if (index >= p.samples || any(lessThan(inside, vec2(0.0))) || any(greaterThanEqual(inside, vec2(1.0)))) {
        color = vec4(BACKGROUND, 1.0);
        return;
    }
    uint gridFrame = p.frame * p.gridFrames / p.frames, row = uint(inside.y * float(p.gridRows)), column = uint(inside.x * float(p.gridColumns));
    uint state = tokens.states[(gridFrame * p.gridRows + row) * p.gridColumns + column];
    float fresh = STRONGEST * float(max(state, SETTLED) - SETTLED) / 254.0;
    vec3 missing = texel * DARKENED + LIFTED[(row + column) & 1u];
    color = vec4(mix(state == MISSING ? missing : texel, TINT, fresh), 1.0);
}
