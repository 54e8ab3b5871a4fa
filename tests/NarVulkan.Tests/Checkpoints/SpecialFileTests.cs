using System.Diagnostics;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Pipes, sockets and devices where files are expected: refused, not waited for.</summary>
public sealed class SpecialFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenWeights_OfAPipe_IsRefusedAtOnce(bool throughLink)
    {
        using TemporaryFolder folder = new();
        string pipe = MakePipe(folder), path = throughLink ? folder.File("link.pth") : pipe;
        if (throughLink)
        {
            File.CreateSymbolicLink(path, pipe);
        }

        ModelFileException refusal = await Assert.ThrowsAsync<ModelFileException>(() => Task.Run(() => WeightFile.Open(path).Dispose()).WaitAsync(Patience));

        HostileFile.IsOneLine(refusal, path, "the file is empty, or a pipe, socket or device");
    }

    [SkippableFact]
    public async Task ReadNpy_OfAPipe_IsRefusedAtOnce()
    {
        using TemporaryFolder folder = new();
        string path = MakePipe(folder);

        InvalidRequestException refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Task.Run(() => NpyFile.Read(path)).WaitAsync(Patience));

        Assert.StartsWith($"{path}: the file is empty, or a pipe", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task ReadPng_OfAPipe_IsRefusedAtOnce()
    {
        using TemporaryFolder folder = new();
        string path = MakePipe(folder);

        InvalidRequestException refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Task.Run(() => PngReader.Read(path, path)).WaitAsync(Patience));

        Assert.StartsWith($"{path}: the file is empty, or a pipe", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task OpenFolder_WhoseManifestNamesAPipeAsClasses_IsRefusedAtOnce()
    {
        using TemporaryFolder folder = new();
        ModelFolderTests.WriteModel(folder, """{"tokenizer":{"kind":"larp","weights":"t.pth"},"classes":"pipe"}""");
        string path = MakePipe(folder);

        ModelFileException refusal = await Assert.ThrowsAsync<ModelFileException>(() => Task.Run(() => ModelFolder.Open(folder.Path)).WaitAsync(Patience));

        HostileFile.IsOneLine(refusal, path, "a pipe, socket or device");
    }

    [SkippableTheory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void OpenWeights_OfADevice_IsRefused(string device)
    {
        Skip.IfNot(File.Exists(device), $"no {device}");

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => WeightFile.Open(device).Dispose()), device, "a pipe, socket or device");
    }

    [SkippableFact]
    public void OpenWeights_ThroughALinkToAFile_IsRead()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege");
        using TemporaryFolder folder = new();
        string blob = folder.Write("blobs/1", SafetensorsFile.OfShapes([("w", [2])])), link = folder.File("model.safetensors");
        File.CreateSymbolicLink(link, blob);

        using WeightFile file = WeightFile.Open(link);

        Assert.True(file.TryGet("w", out _));
    }

    [SkippableTheory]
    [InlineData("pipe")]
    [InlineData("link to a pipe")]
    [InlineData("/dev/zero")]
    public async Task Verify_OfAPipeOrDevice_IsRefusedAtOnce(string kind)
    {
        using TemporaryFolder folder = new();
        string pipe = MakePipe(folder), path = kind == "pipe" ? pipe : folder.File("config");
        if (path != pipe)
        {
            File.CreateSymbolicLink(path, kind.StartsWith('/') ? kind : pipe);
        }
        folder.Write("SHA256SUMS", $"{new string('0', 64)}  {Path.GetFileName(path)}\n");
        long read = 0;

        ModelFileException refusal = await Assert.ThrowsAsync<ModelFileException>(() => Task.Run(() => ModelChecksums.Verify(folder.Path, [path], (done, _) =>
        {
            // So that the reader of a device ends even where it should not have begun.
            read = done < 1 << 24 ? done : throw new InvalidOperationException("reads a device");
        })).WaitAsync(Patience));

        Assert.Equal(0, read);
        HostileFile.IsOneLine(refusal, path, "a pipe, socket or device");
    }

    private static string MakePipe(TemporaryFolder folder)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pipes among the files");
        string path = folder.File("pipe");
        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}
