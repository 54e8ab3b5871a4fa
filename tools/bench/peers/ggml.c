// ggml's Vulkan backend for the cases named on stdin, on the first device that it finds:
//   product M    f16 weights [1024, 1024] times M rows of f32 (MUL_MAT)
//   attention M  M rows, 16 heads of 64, 1024 keys and values in f16, as ggml keeps them (FLASH_ATTN_EXT)
// A graph holds one node many times, so that what a submission costs is shared, as in a model.
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-vulkan.h>
#include <ggml.h>
#include <math.h>
#include <stdbool.h>

#include "timing.h"

enum { N = 1024, K = 1024, HEADS = 16, HEAD = 64, KEYS = 1024, NODES = 8 };

static ggml_backend_t backend;

static void run(void *state) {
    if (ggml_backend_graph_compute(backend, state) != GGML_STATUS_SUCCESS) fail("the graph does not run");
}

static float *values(size_t count, unsigned seed) {
    float *result = allocate(count);
    fill(result, count, seed);
    return result;
}

// Uploads as the tensor's type; what f16 makes of the values is written back for the check.
static void upload(struct ggml_tensor *tensor, float *data) {
    size_t count = ggml_nelements(tensor);
    if (tensor->type == GGML_TYPE_F32) {
        ggml_backend_tensor_set(tensor, data, 0, count * sizeof(float));
        return;
    }
    ggml_fp16_t *halves = malloc(count * sizeof *halves);
    ggml_fp32_to_fp16_row(data, halves, count);
    ggml_fp16_to_fp32_row(halves, data, count);
    ggml_backend_tensor_set(tensor, halves, 0, count * sizeof *halves);
    free(halves);
}

static void verify_product(const float *w, const float *x, const float *y, int rows) {
    for (int row = 0; row < rows; row++) {
        for (int column = row % 7; column < N; column += 97) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += (double)w[column * K + k] * x[row * K + k];
            // From some rows on it sums in f16: off by 0.24 in sums of up to 32.
            if (!(fabs(sum - y[row * N + column]) < 0.5)) fail("MUL_MAT computes something else");
        }
    }
}

// q [heads][rows][64], k and v [heads][keys][64], y [rows][heads][64]
static void verify_attention(const float *q, const float *k, const float *v, const float *y, int rows) {
    double scores[KEYS];
    for (int head = 0; head < HEADS; head += 5) {
        for (int row = 0; row < rows; row += 7) {
            const float *query = q + ((size_t)head * rows + row) * HEAD;
            double sum = 0;
            for (int key = 0; key < KEYS; key++) {
                double dot = 0;
                for (int i = 0; i < HEAD; i++) dot += (double)query[i] * k[((size_t)head * KEYS + key) * HEAD + i];
                sum += scores[key] = exp(dot / sqrt(HEAD));
            }
            for (int i = 0; i < HEAD; i++) {
                double mean = 0;
                for (int key = 0; key < KEYS; key++) mean += scores[key] * v[((size_t)head * KEYS + key) * HEAD + i];
                if (!(fabs(mean / sum - y[((size_t)row * HEADS + head) * HEAD + i]) < 5e-3)) fail("FLASH_ATTN_EXT computes something else");
            }
        }
    }
}

static double measure(bool product, int rows) {
    struct ggml_init_params params = {.mem_size = ggml_tensor_overhead() * 16 + ggml_graph_overhead_custom(2 * NODES, false), .no_alloc = true};
    struct ggml_context *context = ggml_init(params);
    struct ggml_tensor *inputs[3], *output;
    int count;
    if (product) {
        inputs[0] = ggml_new_tensor_2d(context, GGML_TYPE_F16, K, N);
        inputs[1] = ggml_new_tensor_2d(context, GGML_TYPE_F32, K, rows);
        output = ggml_mul_mat(context, inputs[0], inputs[1]);
        count = 2;
    } else {
        inputs[0] = ggml_new_tensor_3d(context, GGML_TYPE_F32, HEAD, rows, HEADS);
        inputs[1] = ggml_new_tensor_3d(context, GGML_TYPE_F16, HEAD, KEYS, HEADS);
        inputs[2] = ggml_new_tensor_3d(context, GGML_TYPE_F16, HEAD, KEYS, HEADS);
        output = ggml_flash_attn_ext(context, inputs[0], inputs[1], inputs[2], NULL, 1 / sqrtf(HEAD), 0, 0);
        count = 3;
    }
    if (!ggml_backend_supports_op(backend, output)) fail("the device does not run this operation");
    ggml_backend_buffer_t memory = ggml_backend_alloc_ctx_tensors(context, backend);
    if (!memory) fail("out of device memory");
    float *data[3];
    for (int i = 0; i < count; i++) {
        data[i] = values(ggml_nelements(inputs[i]), i + 1);
        upload(inputs[i], data[i]);
    }
    struct ggml_cgraph *graph = ggml_new_graph_custom(context, 2 * NODES, false);
    ggml_build_forward_expand(graph, output);
    for (int i = 1; i < NODES; i++) ggml_graph_add_node(graph, output);
    run(graph);
    float *result = allocate(ggml_nelements(output));
    ggml_backend_tensor_get(output, result, 0, ggml_nbytes(output));
    if (product) verify_product(data[0], data[1], result, rows);
    else verify_attention(data[0], data[1], data[2], result, rows);
    double seconds = median_seconds(run, graph) / NODES;
    for (int i = 0; i < count; i++) free(data[i]);
    free(result);
    ggml_backend_buffer_free(memory);
    ggml_free(context);
    return seconds;
}

static void silent(enum ggml_log_level level, const char *text, void *data) {
    (void)data;
    if (level >= GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

int main(void) {
    ggml_log_set(silent, NULL);
    if (ggml_backend_vk_get_device_count() == 0 || !(backend = ggml_backend_vk_init(0))) fail("ggml finds no Vulkan device");
    char name[256];
    ggml_backend_vk_get_device_description(0, name, sizeof name);
    printf("ggml-vulkan %s on %s\n", ggml_version(), name);
    fflush(stdout);
    char operation[32];
    int rows;
    while (scanf(" %31s %d", operation, &rows) == 2) {
        bool product = strcmp(operation, "product") == 0;
        if (!product && strcmp(operation, "attention") != 0) fail("no such case");
        printf("%.9g\n", measure(product, rows));
        fflush(stdout);
    }
    ggml_backend_free(backend);
    return 0;
}
