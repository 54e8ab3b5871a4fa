using System.Diagnostics;

namespace NarVulkan.Endurance;

/// <summary>Generations of mixed sizes and kinds, one after another, in one process, on one model.</summary>
internal static class SoakRun
{
    /// <param name="context">The device.</param>
    /// <param name="model">The model.</param>
    /// <param name="generations">How many.</param>
    /// <param name="seed">Decides what is asked for.</param>
    /// <param name="seen">Is given each row.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="distinct">How many different requests there are; after them they come again.</param>
    /// <exception cref="InvalidOperationException">The first request, asked again at the end, got other tokens.</exception>
    public static IReadOnlyList<SoakRow> Run(NarContext context, NarModel model, int generations, int seed, Action<SoakRow> seen, CancellationToken cancellation, int distinct = int.MaxValue)
    {
        var requests = new Requests(model.Info, seed);
        var rows = new List<SoakRow>(generations);
        int[]? first = null;
        for (int index = 0; index < generations; index++)
        {
            // The last is the first once more.
            var request = requests[index == generations - 1 ? 0 : index % distinct];
            long start = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            var result = model.Generate(request, progress: null, cancellation);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            first ??= result.Tokens;
            if (index == generations - 1 && !first.AsSpan().SequenceEqual(result.Tokens))
            {
                throw new InvalidOperationException($"after {index} generations the first request got other tokens");
            }
            var row = new SoakRow(index, request.Classes.Count, seconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, context.DeviceMemory.InUse, ProcessMemory.Now());
            rows.Add(row);
            seen(row);
        }
        return rows;
    }
}
