using System.Globalization;

namespace SpinningCube;

/// <summary>Times of frames, apart for those that generated and those that only drew.</summary>
internal sealed class FrameTimes
{
    private readonly List<double> generating = [], drawing = [];

    /// <summary>Adds a frame.</summary>
    /// <param name="seconds">From its beginning to that of the next.</param>
    /// <param name="generated">Whether work of the generator was in it.</param>
    public void Add(double seconds, bool generated) => (generated ? generating : drawing).Add(seconds);

    public override string ToString() => $"frames with generation {Words(generating)}, without {Words(drawing)}";

    private static string Words(List<double> times)
    {
        if (times.Count == 0)
        {
            return "none";
        }
        double[] sorted = [.. times.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted[sorted.Length / 2] * 1000:0.0} ms (99% below {sorted[Math.Min(sorted.Length - 1, sorted.Length * 99 / 100)] * 1000:0.0} ms, {sorted.Length} frames)");
    }
}
