using System.Buffers.Binary;
using System.Diagnostics;
using Xunit;

namespace NarVulkan.Tests.Window;

/// <summary>A display of its own in memory (Xvfb), whose pixels and keys tests have: it ends with the test.</summary>
internal sealed class VirtualDisplay : IDisposable
{
    private const int Width = 1000, Height = 800;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("narvk-display-");
    private readonly Process server;

    private VirtualDisplay()
    {
        ProcessStartInfo start = new(
            "Xvfb", ["-displayfd", "1", "-noreset", "-screen", "0", $"{Width}x{Height}x24", "-fbdir", folder.FullName, "-nolisten", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        server = Process.Start(start)!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        Name = ":" + server.StandardOutput.ReadLine();
    }

    /// <summary>What DISPLAY is set to.</summary>
    public string Name { get; }

    /// <summary>Starts a display; skips the test where that takes programs that are not installed.</summary>
    public static VirtualDisplay Start()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "windows are tested under Xvfb");
        string[] missing = [.. new[] { ("Xvfb", "xvfb"), ("xdotool", "xdotool") }.Where(tool => !IsInstalled(tool.Item1)).Select(tool => tool.Item2)];
        Skip.If(missing.Length > 0, $"windows are tested under Xvfb: apt-get install {string.Join(' ', missing)}");
        Skip.IfNot(System.Runtime.InteropServices.NativeLibrary.TryLoad("libglfw.so.3", out _), "windows need GLFW: apt-get install libglfw3");
        return new VirtualDisplay();
    }

    /// <summary>Red, green and blue of a pixel of the screen.</summary>
    public (int Red, int Green, int Blue) Pixel(int x, int y)
    {
        // An XWD file, as XWDFile.h has it: a header of big-endian words, a colour map, rows of pixels.
        using FileStream file = new(Path.Combine(folder.FullName, "Xvfb_screen0"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> header = stackalloc byte[100];
        file.ReadExactly(header);
        int headerBytes = Word(header, 0), rowBytes = Word(header, 12), colors = Word(header, 19);
        file.Position = headerBytes + (colors * 12L) + ((long)y * rowBytes) + (x * 4);
        Span<byte> pixel = stackalloc byte[4];
        file.ReadExactly(pixel);
        return (pixel[2], pixel[1], pixel[0]);
    }

    /// <summary>Runs xdotool; what it prints.</summary>
    public string Tool(params string[] arguments)
    {
        ProcessStartInfo start = new("xdotool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DISPLAY"] = Name;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }

    public void Dispose()
    {
        server.Kill();
        server.WaitForExit();
        server.Dispose();
        folder.Delete(recursive: true);
    }

    private static int Word(ReadOnlySpan<byte> header, int index) => BinaryPrimitives.ReadInt32BigEndian(header[(index * 4)..]);

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
