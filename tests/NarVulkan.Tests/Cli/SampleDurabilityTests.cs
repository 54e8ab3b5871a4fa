using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using NarVulkan.Cli;
using NarVulkan.Cli.Sampling;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Large runs after a power cut, beside other processes, and with files from elsewhere.</summary>
public sealed class SampleDurabilityTests : IDisposable
{
    private readonly SamplingEngine engine = new(NarMedia.Image);
    private readonly CliRunner cli;
    private readonly string model;

    public SampleDurabilityTests()
    {
        cli = new CliRunner(engine);
        model = cli.Install("images", "nar-c2i");
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void PictureFolder_Write_WaitsForEachPictureUnderItsTemporaryNameAndThenForTheirNames()
    {
        string folder = cli.Folder["png"];
        RecordingDiskSync sync = new();
        SampleBatches batches = new(engine, 4, new NarSampling(), new SampleSequence([0, 1, 2], byCondition: false), null);
        new PictureFolder(folder, batches, 4, sync).Write(5, batches.Make(5, 3, new Progress<NarProgress>(), default), default);
        Assert.Equal(4, sync.Paths.Count);
        Assert.All(sync.Paths.SkipLast(1), path => Assert.EndsWith(".tmp", path));
        Assert.Equal(folder, sync.Paths[^1]);
        Assert.Equal(
            Directory.GetFiles(folder, "*.png").Select(file => new FileInfo(file).Length).Order(),
            sync.FileLengths.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Samples_FinishedRunWithTornPictures_MakesThoseAgain(bool withArray)
    {
        string[] command = ["--model", model, "--samples", "9", "--seed", "4", "--batch", "2", "--out", "png", .. withArray ? (string[])["--npz", "s.npz"] : []];
        Assert.Equal(0, cli.Run(command).Code);
        byte[][] expected = Pictures(9);
        string journal = cli.Folder[withArray ? "s.npz.journal" : "png/samples.journal"];
        byte[] journalBytes = File.ReadAllBytes(journal), array = withArray ? File.ReadAllBytes(cli.Folder["s.npz"]) : [];
        File.WriteAllBytes(cli.Folder["png/000001.png"], []);
        File.WriteAllBytes(cli.Folder["png/000003.png"], expected[3][..^1]);
        File.WriteAllBytes(cli.Folder["png/000004.png"], new byte[expected[4].Length]);
        File.Delete(cli.Folder["png/000005.png"]);
        File.WriteAllBytes(cli.Folder["png/000008.png"], expected[8][..10]);
        engine.Batches.Clear();
        CliResult result = cli.Run(command);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal([1, 2, 1, 1], engine.Batches);
        Assert.Contains(result.ErrorLines, line => line.Contains("png: 5 samples whose picture was missing or torn are made again"));
        Assert.Equal(expected, Pictures(9));
        Assert.Equal(journalBytes, File.ReadAllBytes(journal));
        if (withArray)
        {
            Assert.Equal(array, File.ReadAllBytes(cli.Folder["s.npz"]));
            Assert.False(File.Exists(cli.Folder["s.npz.part"]));
        }
        engine.Batches.Clear();
        Assert.Contains(cli.Run(command).ErrorLines, line => line.Contains("is finished already"));
        Assert.Empty(engine.Batches);
    }

    [Fact]
    public void Samples_GoingOnWithTornPictures_MakesThoseAgain()
    {
        string[] command = ["--model", model, "--samples", "9", "--seed", "4", "--batch", "2", "--npz", "s.npz", "--out"];
        Assert.Equal(0, cli.Run([.. command, "png"]).Code);
        byte[][] expected = Pictures(9);
        byte[] array = File.ReadAllBytes(cli.Folder["s.npz"]);
        engine.BeforeBatch = batch =>
        {
            if (batch == 3)
            {
                throw new IOException("power is out");
            }
        };
        engine.Batches.Clear();
        Assert.Equal(1, cli.Run([.. command, "png", "--restart"]).Code);
        engine.BeforeBatch = null;
        // The part file lost its last batch, samples 4 and 5: those are made once, not twice.
        byte[] part = File.ReadAllBytes(cli.Folder["s.npz.part"]);
        File.WriteAllBytes(cli.Folder["s.npz.part"], part[..^1]);
        File.WriteAllBytes(cli.Folder["png/000000.png"], []);
        File.WriteAllBytes(cli.Folder["png/000004.png"], []);
        engine.Batches.Clear();
        Assert.Contains("lacks 000000.png and all others", cli.Run([.. command, "other", "--quiet"]).FailsWith(2));
        CliResult result = cli.Run([.. command, "png"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal([1, 2, 2, 1], engine.Batches);
        Assert.Contains(result.ErrorLines, line => line.Contains("1 sample whose picture was missing or torn is made again"));
        Assert.Equal(expected, Pictures(9));
        Assert.Equal(array, File.ReadAllBytes(cli.Folder["s.npz"]));
    }

    [Fact]
    public void Samples_FinishedArrayThatLostItsName_GetsItBack()
    {
        string[] command = ["--model", model, "--samples", "9", "--seed", "4", "--npz", "s.npz"];
        Assert.Equal(0, cli.Run(command).Code);
        byte[] array = File.ReadAllBytes(cli.Folder["s.npz"]);
        File.Move(cli.Folder["s.npz"], cli.Folder["s.npz.part"]);
        engine.Batches.Clear();
        CliResult result = cli.Run(command);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains(result.ErrorLines, line => line.Contains("is finished already"));
        Assert.Empty(engine.Batches);
        Assert.Equal(array, File.ReadAllBytes(cli.Folder["s.npz"]));
        Assert.False(File.Exists(cli.Folder["s.npz.part"]));

        // A part that is not the finished array does not become it.
        foreach (int damaged in (int[])[20, 300, array.Length - 1])
        {
            byte[] other = (byte[])array.Clone();
            other[damaged] ^= 1;
            File.Delete(cli.Folder["s.npz"]);
            File.WriteAllBytes(cli.Folder["s.npz.part"], other);
            Assert.Contains("make it again with --restart", cli.Run([.. command, "--quiet"]).FailsWith(2));
            Assert.False(File.Exists(cli.Folder["s.npz"]));
        }
    }

    [Theory]
    [InlineData("\"samples of\":\"3x5x3\"", "samples of nothing and 3x5x3")]
    [InlineData("\"the number of shards\":\"2\"", "the number of shards nothing and 2")]
    [InlineData("\"a\\nb\\u001b[2J\":\"c\"", "are not of one run: a?b?[2J nothing and c")]
    public void Join_ForeignSettingInAJournal_IsADifferenceInOneLine(string setting, string expected)
    {
        string[] shards = MakeShards(2);
        Edit(shards[1], "\"--seed\":\"4\"", "\"--seed\":\"4\"," + setting);
        Assert.Contains(expected, cli.Run(["join", "o.npz", .. shards, "--quiet"]).FailsWith(2));
        Assert.False(File.Exists(cli.Folder["o.npz"]));
    }

    [Theory]
    [InlineData("\"--shard\":\"0/2\"", "\"--shard\":\"0/2147483647\"")]
    [InlineData("\"--shard\":\"0/2\"", "\"--shard\":\"0/3\"")]
    [InlineData("\"--samples\":\"8\"", "\"--samples\":\"2147483647\"")]
    [InlineData("\"--samples\":\"8\"", "\"--samples\":\"many\"")]
    public void Join_ShardThatNoSuchRunHas_IsRefusedInOneLine(string old, string hostile)
    {
        string[] shards = MakeShards(2);
        Edit(shards[0], old, hostile);
        Assert.Contains("its journal is damaged", cli.Run(["join", "o.npz", .. shards, "--quiet"]).FailsWith(2));
    }

    /// <summary>A journal whose numbers fit each other: nothing may be made that is as large as they are.</summary>
    [Fact]
    public void Join_AbsurdButConsistentNumberOfShards_NamesTheFirstThatAreMissing()
    {
        Assert.Equal(0, cli.Run("--model", model, "--samples", "2", "--seed", "4", "--npz", "s.npz", "--shard", "0/2").Code);
        Edit("s.shard-0-of-2.npz", "\"--samples\":\"2\"", "\"--samples\":\"2147483647\"");
        Edit("s.shard-0-of-2.npz", "\"--shard\":\"0/2\"", "\"--shard\":\"1/2147483647\"");
        long before = GC.GetAllocatedBytesForCurrentThread();
        string line = cli.Run("join", "o.npz", "s.shard-0-of-2.npz", "--quiet").FailsWith(2);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
        Assert.Contains("2147483646 of 2147483647 shards are missing: 0/2147483647, 2/2147483647, ", line);
        Assert.EndsWith("8/2147483647, ...", line);
    }

    [Fact]
    public void RunJournal_Empty_GoesAndOneThatIsThereIsNew()
    {
        string path = cli.Folder["s.journal"];
        RunJournal.Open(path, restart: false).Dispose();
        Assert.False(File.Exists(path));
        File.WriteAllBytes(path, []);
        using RunJournal again = RunJournal.Open(path, restart: false);
        Assert.Null(again.Header);
    }

    [SkippableFact]
    public void Samples_PipeWhereThePartWillBe_IsOneLineAndLeavesNothing()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pipes among the files");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [cli.Folder["s.npz.part"]]))
        {
            made.WaitForExit();
        }
        Assert.Contains("s.npz.part: is a pipe or device", cli.Run("--model", model, "--samples", "2", "--seed", "4", "--npz", "s.npz", "--quiet").FailsWith(1));
        Assert.False(File.Exists(cli.Folder["s.npz.journal"]));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void Samples_OverAnArrayThatIsClosedToOthers_KeepsThatAndItsJournalToo()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such permissions");
        const UnixFileMode closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string[] command = ["--model", model, "--samples", "4", "--seed", "4", "--npz", "s.npz", "--restart"];
        string array = cli.Folder["s.npz"], journal = array + ".journal";
        Assert.Equal(0, cli.Run(command).Code);
        File.SetUnixFileMode(array, closed);
        Assert.NotEqual(closed, File.GetUnixFileMode(journal));
        Assert.Equal(0, cli.Run(command).Code);
        Assert.Equal((closed, closed), (File.GetUnixFileMode(array), File.GetUnixFileMode(journal)));
        // As a power cut leaves it that took the name: another file has that, and the part is open.
        File.Move(array, array + ".part");
        File.SetUnixFileMode(array + ".part", closed | UnixFileMode.OtherRead);
        File.WriteAllText(array, "torn");
        File.SetUnixFileMode(array, closed);
        CliResult result = cli.Run(command[..^1]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(closed, File.GetUnixFileMode(array));
    }

    private string[] MakeShards(int count) => Enumerable.Range(0, count).Select(i =>
    {
        Assert.Equal(0, cli.Run("--model", model, "--samples", "8", "--seed", "4", "--npz", "s.npz", "--shard", $"{i}/{count}").Code);
        return $"s.shard-{i}-of-{count}.npz";
    }).ToArray();

    private void Edit(string shard, string old, string replacement)
    {
        string journal = cli.Folder[shard + ".journal"], text = File.ReadAllText(journal);
        Assert.Contains(old, text);
        File.WriteAllText(journal, text.Replace(old, replacement));
    }

    private byte[][] Pictures(int count) => Enumerable.Range(0, count).Select(i => File.ReadAllBytes(cli.Folder[$"png/{SampleFiles.PictureName(i)}"])).ToArray();
}
