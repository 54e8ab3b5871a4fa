using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Benchmarks.Subjects;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>Times tokens to pixels: by the model's own tokenizer, or by one of the published size with random weights.</summary>
internal static class DecodeBench
{
    /// <param name="context">The device.</param>
    /// <param name="model">What generated the tokens.</param>
    /// <param name="tokens">[batch, tokens], raster order.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="settings">How often, and with which precision.</param>
    /// <exception cref="InvalidRequestException">No tokenizer of published size takes such tokens.</exception>
    /// <exception cref="DeviceException">Two runs differ.</exception>
    public static DecodeTiming Run(NarContext context, NarModel model, int[] tokens, int batch, BenchSettings settings, Action<BenchProgress> show, CancellationToken cancellation)
    {
        show(new BenchProgress("decode", null, ""));
        if (model.Info.HasTokenizer)
        {
            return Time(model, model.Info.Name, model.Info.Grid, tokens, batch, settings.Runs, show, cancellation);
        }
        bool isVideo = model.Info.Media == NarMedia.Video;
        if (isVideo && (!model.Info.Grid.SequenceEqual([4, 16, 16]) || model.Info.Vocabulary > 8192))
        {
            throw new InvalidRequestException("--decode: the published video tokenizer decodes 4x16x16 tokens of 8192; leave --grid and --vocabulary out, or give a model folder with a tokenizer");
        }
        string folder = System.IO.Directory.CreateTempSubdirectory("narvk-bench-").FullName;
        try
        {
            if (isVideo)
            {
                RandomLarpTokenizer.Write(folder);
            }
            else
            {
                RandomVqTokenizer.WriteFolder(folder);
            }
            using var tokenizer = NarModel.Load(context, folder, new NarLoadOptions { Precision = settings.Precision });
            int[] codes = [.. tokens.Select(token => token % tokenizer.Info.Vocabulary)];
            return Time(tokenizer, tokenizer.Info.Name, isVideo ? null : model.Info.Grid, codes, batch, settings.Runs, show, cancellation);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private static DecodeTiming Time(
        NarModel tokenizer, string name, IReadOnlyList<int>? grid, int[] tokens, int batch, int runs, Action<BenchProgress> show, CancellationToken cancellation)
    {
        // An image's grid has no frames for the tokenizer.
        var lattice = tokenizer.Info.Media == NarMedia.Image ? grid?.Skip(1).ToArray() : grid;
        var seconds = new List<double>();
        float[]? first = null;
        for (int run = 0; run <= runs; run++)
        {
            show(new BenchProgress("decode", (double)run / (runs + 1), run == 0 ? "checking" : FormattableString.Invariant($"run {run}/{runs}")));
            long start = Stopwatch.GetTimestamp();
            float[] frames = tokenizer.Decode(tokens, batch, lattice, cancellation);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            first ??= frames;
            if (!frames.AsSpan().SequenceEqual(first) || frames.AsSpan().ContainsAny(float.NaN, float.PositiveInfinity, float.NegativeInfinity))
            {
                throw Verification.Failure("decoding", $"run {run} gave other pixels than the first, or pixels that are no numbers");
            }
        }
        return new DecodeTiming(name, batch, seconds[0], Spread.Of(runs > 0 ? seconds.Skip(1) : seconds));
    }
}
