using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// From a generation's tokens, all or as many as exist, to 8-bit pixels, recorded in pieces as <see cref="SteppedGeneration"/> is. Samples are decoded one
/// after another, by the same pieces.
/// </summary>
internal sealed class PictureChain : IDisposable
{
    private readonly OwnedResources owned = new();

    /// <summary>Allocates and records.</summary>
    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="tokenizer">What decodes; its weights must outlive the chain.</param>
    /// <param name="weights">The generator, for its order of generation.</param>
    /// <param name="generation">Whose tokens are decoded; it must outlive the chain.</param>
    /// <param name="isSigned">Whether pixels are nominally -1..1 (images) rather than 0..1 (clips).</param>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public PictureChain(KernelSet kernels, IPixelTokenizer tokenizer, GeneratorWeights weights, SteppedGeneration generation, bool isSigned)
    {
        var device = kernels.Device;
        var schedule = weights.Schedule;
        var grid = tokenizer.OwnGrid ?? schedule.Grid;
        var buffers = generation.State.Buffers;
        Samples = generation.State.Key.Samples;
        Shape = tokenizer.ShapeOf(grid);
        int pixels = checked(Shape.Frames * Shape.Height * Shape.Width);
        try
        {
            var chain = owned.Add(tokenizer.CreateDecodeChain(grid, SteppedGeneration.PieceBudget(device)));
            Packed = owned.Add(device.CreateBuffer("packedPixels", (ulong)Samples * (ulong)pixels * DeviceImage.PixelBytes, BufferUse.Storage));
            var ranks = owned.Add(device.CreateBuffer("ranks", (ulong)schedule.Grid.Count * sizeof(int), BufferUse.Storage));
            device.Uploads.Upload<int>(ranks, 0, Ranks(schedule.OrderOfGeneration));
            device.Uploads.Flush();

            var arrange = Record("arrange", whole: true, recorder => Each(recorder, sample =>
                kernels.ArrangeTokens.Record(recorder, buffers.Tokens, sample, buffers.RasterPositions, ranks, generation.Known, chain.Codes, schedule.Grid)));
            var decode = Record("decode", whole: false, chain.Record);
            var pack = Record("pack", whole: true, recorder => Each(recorder, sample =>
            {
                int first = sample * pixels;
                foreach (var run in chain.Pixels)
                {
                    kernels.PackPixels.Record(recorder, run, Packed, first, isSigned);
                    first += run.Count;
                }
            }));
            Pieces = [.. Enumerable.Range(0, Samples).SelectMany(sample => (RecordedPiece[])[arrange[sample], .. decode, pack[sample]])];
        }
        catch
        {
            Dispose();
            throw;
        }

        IReadOnlyList<RecordedPiece> Record(string name, bool whole, Action<CommandRecorder> record)
        {
            using var recorder = new CommandRecorder(device, name, whole ? double.PositiveInfinity : SteppedGeneration.PieceBudget(device), secondary: true);
            record(recorder);
            return owned.Add(recorder.FinishSecondary()).Pieces;
        }

        // A piece for each sample.
        void Each(CommandRecorder recorder, Action<int> record)
        {
            for (int sample = 0; sample < Samples; sample++)
            {
                if (sample > 0)
                {
                    recorder.EndPieceHere();
                }
                record(sample);
            }
        }
    }

    /// <summary>Samples that are decoded.</summary>
    public int Samples { get; }

    /// <summary>Size of a sample's pixels.</summary>
    public PixelShape Shape { get; }

    /// <summary>RGBA8 [samples, frames, height, width].</summary>
    public DeviceBuffer Packed { get; } = null!;

    /// <summary>All of it, in order.</summary>
    public IReadOnlyList<RecordedPiece> Pieces { get; } = [];

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private static int[] Ranks(IReadOnlyList<int> order)
    {
        var ranks = new int[order.Count];
        for (int index = 0; index < ranks.Length; index++)
        {
            ranks[order[index]] = index;
        }
        return ranks;
    }
}
