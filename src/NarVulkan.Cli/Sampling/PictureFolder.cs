using System.Runtime.ExceptionServices;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>Writes each sample of a large run as a file of its own, named by its global index: a PNG, of a clip an animated one.</summary>
internal sealed class PictureFolder(string folder, SampleBatches batches, ulong seed, IDiskSync sync)
{
    private const int FramesPerSecond = 8;

    /// <summary>Writes pictures, and waits until they and their names are on disk.</summary>
    /// <param name="first">Global index of the first sample.</param>
    /// <param name="samples">Consecutive samples, each as its pictures.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public void Write(int first, IReadOnlyList<IReadOnlyList<RgbImage>> samples, CancellationToken cancellation)
    {
        try
        {
            // Compressing takes longer than generating does on a fast device.
            Parallel.For(0, samples.Count, new ParallelOptions { CancellationToken = cancellation }, i => Write(first + i, samples[i]));
            sync.Folder(folder);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void Write(int sample, IReadOnlyList<RgbImage> pictures)
    {
        string? prompt = batches.PromptOf(sample);
        IReadOnlyList<KeyValuePair<string, string>> text = PngText.Entries(
            batches.Info.Name, prompt is null ? batches.LabelOf(sample) : null, prompt, batches.Negative, seed, sample, batches.Settings);
        AtomicFile.Write(Path.Combine(folder, SampleFiles.PictureName(sample)), stream =>
        {
            if (pictures.Count == 1)
            {
                StillPng.Write(stream, pictures[0], text);
            }
            else
            {
                AnimatedPng.Write(stream, pictures, FramesPerSecond, text);
            }
        }, sync);
    }
}
