using NarVulkan;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Models.Larp;
using NarVulkan.Models.Vq;
using NarVulkan.Models;

namespace PipelineReport;

/// <summary>
/// Every published generator and tokenizer in every precision, with weights of the published widths. One trunk block stands
/// for all: they use the same pipelines.
/// </summary>
internal static class Workloads
{
    private const int TextTokens = 120, TextWidth = 2048, HeadGranularity = 8;

    /// <summary>Samples side by side. With and without guidance these make steps of one row to thousands.</summary>
    private static readonly int[] Batches = [1, 3, 8, 64];

    private static readonly NarPrecision[] Precisions = [NarPrecision.Float16, NarPrecision.BFloat16, NarPrecision.Float32, NarPrecision.Q8];

    public static IEnumerable<Workload> All(NarContext context) => Precisions.SelectMany(precision => Of(context, precision));

    /// <summary>Those of one precision.</summary>
    public static IEnumerable<Workload> Of(NarContext context, NarPrecision precision)
    {
        foreach (var architecture in Architectures.ByName.Values.Where(architecture => architecture != Architecture.NarFramePrediction))
        {
            bool isVideo = architecture.IsVideo();
            foreach (string size in PublishedSizes.Names(isVideo))
            {
                var (width, _, heads) = PublishedSizes.Find(isVideo, size)!.Value;
                // LlamaGen 3B has heads of 100, which generators do not take.
                if (width / heads % HeadGranularity != 0)
                {
                    continue;
                }
                yield return new Workload($"{architecture.Name()} {size} {precision}", () => Generator(context, architecture, width, heads, precision));
            }
        }
        yield return new Workload($"LARP tokenizer {precision}", () => Larp(context, precision));
        yield return new Workload($"VQ tokenizer {precision}", () => Vq(context, precision));
    }

    private static void Generator(NarContext context, Architecture architecture, int width, int heads, NarPrecision precision)
    {
        bool isVideo = architecture.IsVideo();
        var classConditional = architecture switch
        {
            Architecture.NarTextToImage => Architecture.NarClassToImage,
            Architecture.LlamaGenTextToImage => Architecture.LlamaGenClassToImage,
            _ => architecture,
        };
        var random = new NarRandomModel
        {
            Architecture = classConditional.Name(),
            Width = width,
            Blocks = 1,
            Heads = heads,
            Grid = Grid(architecture),
            Vocabulary = isVideo ? 8192 : 16384,
            Classes = isVideo ? 101 : 1000,
        };
        var description = RandomModelLoading.Describe(random).Generator!;
        using var named = RandomModelLoading.Weights(random, description);
        var tensors = OnesFile.LikeThoseOf(named);
        using var file = OnesFile.Of(classConditional == architecture ? tensors : WithText(tensors, width));
        description = description with { Architecture = architecture, ConditionTokens = architecture.DefaultConditionTokens(description.Grid) };
        using var engine = ModelLoading.LoadGenerator(context, file, description, new NarLoadOptions { Precision = precision }).Engine;
        foreach (int samples in Batches)
        {
            foreach (var guidance in new[] { GuidedSteps.None, GuidedSteps.All })
            {
                new GenerationPlan(context.Kernels, engine.Weights, new PlanKey(samples, guidance, KeepLogits: false)).Dispose();
            }
        }
    }

    /// <summary>As published; steps of a raster order are all alike, so a few stand for hundreds.</summary>
    private static int[] Grid(Architecture architecture) => architecture switch
    {
        Architecture.LarpClassToVideo => [2, 4, 4],
        Architecture.LlamaGenClassToImage or Architecture.LlamaGenTextToImage => [4, 4],
        Architecture.NarClassToVideo => [4, 16, 16],
        _ => [16, 16],
    };

    /// <summary>The same generator, conditioned on text.</summary>
    private static IEnumerable<WeightTensor> WithText(IEnumerable<WeightTensor> tensors, int width)
    {
        const string Condition = "cls_embedding.";
        return tensors.Where(tensor => !tensor.Name.StartsWith(Condition, StringComparison.Ordinal)).Concat(
        [
            OnesFile.Tensor(Condition + "cap_proj.fc1.weight", width, TextWidth),
            OnesFile.Tensor(Condition + "cap_proj.fc2.weight", width, width),
            OnesFile.Tensor(Condition + "uncond_embedding", TextTokens, TextWidth),
        ]);
    }

    private static void Larp(NarContext context, NarPrecision precision)
    {
        using var file = OnesFile.Of(LarpTensors.All());
        var config = LarpTensors.Config;
        using var loader = Loader(context, file, precision);
        using var decoder = new LarpDecoderWeights(loader, config);
        using var encoderLoader = Loader(context, file, precision);
        using var encoder = new LarpEncoderWeights(encoderLoader, config);
        foreach (int clips in new[] { 1, 8 })
        {
            new LarpDecodePlan(context.Kernels, decoder, clips).Dispose();
            new LarpEncodePlan(context.Kernels, encoder, clips).Dispose();
        }
    }

    private static void Vq(NarContext context, NarPrecision precision)
    {
        const int Tokens = 16;
        using var file = OnesFile.Of(VqTensors.All());
        var shape = VqShape.Read(file);
        using var loader = Loader(context, file, precision);
        using var decoder = new VqDecoderWeights(loader, shape);
        using var encoderLoader = Loader(context, file, precision);
        using var encoder = new VqEncoderWeights(encoderLoader, shape);
        new VqDecodePlan(context.Kernels, decoder, new TokenGrid(1, Tokens, Tokens)).Dispose();
        new VqEncodePlan(context.Kernels, encoder, Tokens * shape.Factor, Tokens * shape.Factor).Dispose();
    }

    private static WeightLoader Loader(NarContext context, WeightFile file, NarPrecision precision) =>
        new(context.Vulkan, file, WeightPrecisionChoice.Choose(precision, file, context.Vulkan.Profile), null);
}
