using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>How a download fails: notes may come before, but the end is one line.</summary>
internal static class FetchFailures
{
    /// <summary>Asserts a failure with this code, nothing on standard output and no stack trace; the last line of standard error.</summary>
    public static string FailsIn(this CliResult result, int code)
    {
        Assert.Equal((code, ""), (result.Code, result.Output));
        Assert.All(result.ErrorLines, line => Assert.StartsWith("narvk: ", line));
        Assert.DoesNotContain("internal error", result.Error);
        return result.ErrorLines[^1];
    }
}
