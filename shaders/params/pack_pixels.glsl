// PackPixelsParameters
layout(push_constant) uniform PackPixelsParameters {
    uint pixelCount;        // pixels of this dispatch
    uint firstPixel;        // first of them in a plane, in floats
    uint planeStride;       // from one colour to the next, in floats
    uint firstPacked;       // where the first of them goes, in pixels
    uint isSigned;          // 0: nominally 0..1 (clips); 1: nominally -1..1 (images)
} shape;
