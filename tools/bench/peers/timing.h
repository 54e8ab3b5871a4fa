// What the drivers in C share: they answer on stdout for every case named on stdin, with the seconds of one call.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 7 };
static const double seconds_per_run = 0.02; // as narvk bench times its kernels

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void fail(const char *what) {
    printf("error %s\n", what);
    fflush(stdout);
    exit(1);
}

// Median seconds of one call; `call` has been made once already.
static double median_seconds(void (*call)(void *), void *state) {
    double start = now();
    call(state);
    double once = now() - start, times[RUNS];
    int calls = once * 2000 < seconds_per_run ? 2000 : (int)(seconds_per_run / once);
    if (calls < 1) calls = 1;
    for (int run = 0; run < RUNS; run++) {
        start = now();
        for (int i = 0; i < calls; i++) call(state);
        times[run] = (now() - start) / calls;
    }
    qsort(times, RUNS, sizeof times[0], by_size);
    return times[RUNS / 2];
}

// The same numbers at every run: uniform in [-1, 1).
static void fill(float *values, size_t count, unsigned seed) {
    unsigned long long state = seed * 2654435769ull + 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        values[i] = (float)(state >> 40) / (1 << 23) - 1;
    }
}

static float *allocate(size_t count) {
    float *values = malloc(count * sizeof *values);
    if (!values) fail("out of memory");
    return values;
}
