using System.Diagnostics;

namespace NarVulkan.Tests.Cli;

/// <summary>The program in a process of its own.</summary>
internal static class NarvkProcess
{
    /// <summary>The program's file.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "narvk.dll");

    /// <summary>The runtime that runs the tests.</summary>
    public static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>
    /// How to start it with these arguments. Signals have their usual effect even where these tests were started with some ignored, as shells do
    /// for what they run in the background: children inherit that.
    /// </summary>
    public static ProcessStartInfo StartInfo(params string[] arguments) => OperatingSystem.IsLinux()
        ? new ProcessStartInfo("env", ["--default-signal=INT,TERM,HUP", DotNet, Program, .. arguments])
        : new ProcessStartInfo(DotNet, [Program, .. arguments]);
}
