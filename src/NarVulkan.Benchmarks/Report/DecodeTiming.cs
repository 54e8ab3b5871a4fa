namespace NarVulkan.Benchmarks.Report;

/// <summary>Tokens to pixels; every run gave the same pixels, bit for bit.</summary>
/// <param name="Tokenizer">What decodes.</param>
/// <param name="Batch">Samples of a run.</param>
/// <param name="FirstSeconds">Of the first run, with loading and compilation.</param>
/// <param name="Seconds">Of the timed runs.</param>
internal sealed record DecodeTiming(string Tokenizer, int Batch, double FirstSeconds, Spread Seconds);
