// The request's sampling settings, one block per session, written by the host between generations
// (C#: Decoding/SamplingParameters, same names in the same order, 64 bytes). Include inside a buffer block.
float guidanceScale;      // logits = u + (c - u) * guidanceScale
float base2LogitScale;    // log2(e) / max(temperature, 1e-5)
uint topPFraction;        // top-p in 0.32 fixed point; only read where topPOn is not 0
uint topPOn;
uint topK;                // 0: off
uint greedy;              // 1: the largest logit, lowest index first
uint seedLow;
uint seedHigh;
uint spare0;
uint spare1;
uint spare2;
uint spare3;
uint spare4;
uint spare5;
uint spare6;
uint spare7;
