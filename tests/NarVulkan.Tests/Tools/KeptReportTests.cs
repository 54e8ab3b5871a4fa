using PipelineReport;
using Xunit;

namespace NarVulkan.Tests.Tools;

public sealed class KeptReportTests
{
    private const string Device = "Null hardware (RADV NAVI31)";

    private const string Columns = "| pipeline | lanes | VGPRs | SGPRs | spilled | scratch | LDS | waves/SIMD | instructions | code | first used by |\n|---|---|---|---|---|---|---|---|---|---|---|\n";

    private static readonly string Kept =
        $"# Pipelines\n\n### Null hardware (RADV NAVI21), radv 1\n\n{Columns}| a[1] | 64 | 99 | 128 | 7 | 0 | 0 | 32 | 47 | 224 | x |\n\n"
        + $"### {Device}, radv 1\n\n{Columns}| a[1,2] | 64 | 8 | 128 | 0 | 0 | 0 | 32 | 47 | 224 | x |\n| b[] | 32 | 48 | 128 | 2 | 16 | 512 | 16 | 9 | 99 | y |\n\n2 pipelines.\n";

    [Fact]
    public void Read_DeviceOfSeveral_TakesItsRowsAlone()
    {
        var kept = Read(Kept)!;
        Assert.Equal(("radv 1", 2), (kept.Driver, kept.Rows.Count));
        Assert.Equal("8", kept.Rows["a[1,2]"]["VGPRs"]);
        Assert.Null(KeptReport.Read(new StringReader(Kept), "Another device"));
    }

    [Fact]
    public void Differences_TheSame_AreNone()
    {
        Assert.Empty(Read(Kept)!.Differences(Read(Kept.Replace("| 224 | x |", "| 224 | z |", StringComparison.Ordinal))!, out int spills));
        Assert.Equal(0, spills);
    }

    [Theory]
    [InlineData("| b[] | 32 | 48 | 128 | 2 | 16 |", "| b[] | 32 | 48 | 128 | 3 | 16 |", "SPILLS b[]: spilled 3, scratch 16", 1)]
    [InlineData("| b[] | 32 | 48 | 128 | 2 | 16 |", "| b[] | 32 | 48 | 128 | 0 | 0 |", "changed b[]: spilled 2 -> 0, scratch 16 -> 0", 0)]
    [InlineData("| a[1,2] | 64 | 8 | 128 | 0 | 0 |", "| a[1,2] | 64 | 8 | 128 | 0 | 4 |", "SPILLS a[1,2]: spilled 0, scratch 4", 1)]
    [InlineData("| a[1,2] | 64 | 8 | 128 |", "| a[1,2] | 64 | 16 | 128 |", "changed a[1,2]: VGPRs 8 -> 16", 0)]
    [InlineData("| a[1,2] | 64 |", "| c[] | 64 |", "new c[]: 8 VGPRs, 32 waves; gone a[1,2]", 0)]
    [InlineData("| a[1,2] | 64 | 8 | 128 | 0 |", "| c[] | 64 | 8 | 128 | 1 |", "SPILLS c[]: spilled 1, scratch 0; gone a[1,2]", 1)]
    public void Differences_OfAnyKind_AreTold(string before, string after, string expected, int expectedSpills)
    {
        string differences = string.Join("; ", Read(Kept)!.Differences(Read(Kept.Replace(before, after, StringComparison.Ordinal))!, out int spills));
        Assert.Equal((expected, expectedSpills), (differences, spills));
    }

    private static KeptReport? Read(string text) => KeptReport.Read(new StringReader(text), Device);
}
