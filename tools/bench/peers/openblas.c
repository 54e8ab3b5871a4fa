// OpenBLAS's sgemm for the sizes named on stdin: `product M`, y[M, N] = x[M, K] w[N, K]^T with N = K = 1024.
// Usage: openblas LIBRARY. It has no product with fp16 weights, so these are fp32: twice the bytes.
#include <dlfcn.h>
#include <math.h>

#include "timing.h"

enum { N = 1024, K = 1024, ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

typedef void sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static sgemm *multiply;

struct product {
    int rows;
    float *x, *w, *y;
};

static void run(void *state) {
    struct product *p = state;
    multiply(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, p->rows, N, K, 1, p->x, K, p->w, K, 0, p->y, N);
}

static void verify(const struct product *p) {
    for (int row = 0; row < p->rows; row++) {
        for (int column = row % 7; column < N; column += 97) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += (double)p->x[row * K + k] * p->w[column * K + k];
            if (!(fabs(sum - p->y[row * N + column]) < 1e-3)) fail("sgemm computes something else");
        }
    }
}

int main(int argc, char **argv) {
    void *library = dlopen(argc > 1 ? argv[1] : "libopenblas.so.0", RTLD_NOW);
    if (!library || !(multiply = (sgemm *)dlsym(library, "cblas_sgemm"))) fail(dlerror());
    char *(*core)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
    printf("OpenBLAS, %s kernels\n", core ? core() : "unknown");
    fflush(stdout);
    int rows;
    while (scanf(" product %d", &rows) == 1) {
        struct product p = {rows, allocate((size_t)rows * K), allocate((size_t)N * K), allocate((size_t)rows * N)};
        fill(p.x, (size_t)rows * K, 1);
        fill(p.w, (size_t)N * K, 2);
        run(&p);
        verify(&p);
        printf("%.9g\n", median_seconds(run, &p));
        fflush(stdout);
        free(p.x);
        free(p.w);
        free(p.y);
    }
    return 0;
}
