#version 450

layout(push_constant) uniform Parameters {
    mat4 transform;
    uint layer;
} p;

layout(set = 0, binding = 0) uniform sampler2DArray clip;

layout(location = 0) in vec2 uv;
layout(location = 1) in float light;
layout(location = 0) out vec4 color;

void main() {
    color = vec4(texture(clip, vec3(uv, float(p.layer))).rgb * light, 1.0);
}
