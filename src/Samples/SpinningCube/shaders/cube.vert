#version 450

// A cube without a vertex buffer: 6 faces of 2 triangles, from the number of the vertex.

layout(push_constant) uniform Parameters {
    mat4 transform;     // from the cube's space to clip space
    uint layer;         // of the clip: the frame that is shown
} p;

layout(location = 0) out vec2 uv;
layout(location = 1) out float light;

const vec2 CORNERS[6] = vec2[](vec2(0, 0), vec2(1, 0), vec2(1, 1), vec2(0, 0), vec2(1, 1), vec2(0, 1));

void main() {
    uint face = gl_VertexIndex / 6;
    vec2 corner = CORNERS[gl_VertexIndex % 6];
    // A face of the cube [-1, 1]^3, seen from outside: right and down along its picture, and the way that it looks.
    vec3 right, down;
    switch (face) {
        case 0: right = vec3(1, 0, 0); down = vec3(0, -1, 0); break;
        case 1: right = vec3(0, 0, -1); down = vec3(0, -1, 0); break;
        case 2: right = vec3(-1, 0, 0); down = vec3(0, -1, 0); break;
        case 3: right = vec3(0, 0, 1); down = vec3(0, -1, 0); break;
        case 4: right = vec3(1, 0, 0); down = vec3(0, 0, 1); break;
        default: right = vec3(1, 0, 0); down = vec3(0, 0, -1); break;
    }
    vec3 outward = cross(down, right);
    gl_Position = p.transform * vec4(outward + (corner.x * 2.0 - 1.0) * right + (corner.y * 2.0 - 1.0) * down, 1.0);
    uv = corner;
    // A little darker from face to face, so that edges are seen where the picture has none.
    light = 1.0 - 0.08 * float(face % 4);
}
