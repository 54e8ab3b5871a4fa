// PatchifyParameters
layout(push_constant) uniform PatchifyParameters {
    uint channels;
    uint frames;            // of the video, a multiple of patchFrames
    uint rows;              // of the video, a multiple of patchSize
    uint columns;           // of the video, a multiple of patchSize
    uint patchFrames;
    uint patchSize;         // rows and columns of a patch
    uint rowsPerVideo;      // rows of patchRows per video
    uint firstRow;          // first of them that holds a patch
} shape;
