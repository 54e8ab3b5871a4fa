using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>What every refusal of a file has in common.</summary>
internal static class HostileFile
{
    /// <summary>Opening these bytes fails with one line that names the file and says <paramref name="problem"/>.</summary>
    public static void IsRefused(byte[] contents, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("weights.bin", contents);

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => WeightFile.Open(path).Dispose());

        IsOneLine(refusal, path, problem);
    }

    public static void IsOneLine(ModelFileException refusal, string path, string problem)
    {
        Assert.Equal(path, refusal.Path);
        Assert.StartsWith(path + ": ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }
}
