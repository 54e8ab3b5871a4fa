#version 450

// One triangle that covers the viewport, which is the part of the window that the pictures take.

layout(location = 0) out vec2 place; // 0..1 over the viewport, y down

void main() {
    place = vec2((gl_VertexIndex << 1) & 2, gl_VertexIndex & 2);
    gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
}
