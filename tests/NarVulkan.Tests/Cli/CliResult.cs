using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>What a run of the program left: its exit code and what it said.</summary>
internal sealed record CliResult(int Code, string Output, string Error)
{
    public IReadOnlyList<string> OutputLines => Lines(Output);

    public IReadOnlyList<string> ErrorLines => Lines(Error);

    /// <summary>Asserts a failure as the contract wants it: this code, one line on standard error, nothing on standard output.</summary>
    public string FailsWith(int code)
    {
        Assert.Equal(code, Code);
        Assert.Equal("", Output);
        string line = Assert.Single(ErrorLines);
        Assert.StartsWith("narvk: ", line);
        return line;
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
