using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Large runs: shards, resume, joining, and their array.</summary>
public sealed class SampleCommandTests : IDisposable
{
    private const int SampleBytes = SamplingEngine.Height * SamplingEngine.Width * 3;

    private readonly SamplingEngine engine = new(NarMedia.Image);
    private readonly CliRunner cli;
    private readonly string model;

    public SampleCommandTests()
    {
        cli = new CliRunner(engine);
        model = cli.Install("images", "nar-c2i");
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Npz_OrdinaryRun_HoldsAllSamplesInOrderAsTheEvaluatorWantsThem()
    {
        CliResult result = Run("--class", "3,1", "--count", "2", "--seed", "9", "--npz", "a.npz", "--dump-frames", "f.npy");
        Assert.Contains("a.npz", result.OutputLines);
        (int[] shape, byte[] bytes) = NpzFiles.Read(cli.Folder["a.npz"]);
        Assert.Equal([4, SamplingEngine.Height, SamplingEngine.Width, 3], shape);
        float[] frames = NpyFile.Read(cli.Folder["f.npy"]).ToFloats();
        const int area = SamplingEngine.Height * SamplingEngine.Width;
        byte[] expected = new byte[frames.Length];
        for (int i = 0; i < frames.Length; i++)
        {
            int sample = i / (3 * area), channel = i / area % 3;
            expected[(sample * area + i % area) * 3 + channel] = (byte)Math.Clamp(127.5f * frames[i] + 128f, 0, 255);
        }
        Assert.Equal(expected, bytes);
        Assert.Contains((byte)0, bytes);
        Assert.Contains((byte)255, bytes);
    }

    [Fact]
    public void Npz_Clips_HaveATimeAxis()
    {
        using CliRunner clips = new(new SamplingEngine(NarMedia.Video));
        string folder = clips.Install("clips");
        Assert.Equal(0, clips.Run("--model", folder, "--class", "0,1", "--seed", "1", "--npz", "a.npz", "--dump-frames", "f.npy").Code);
        (int[] shape, byte[] bytes) = NpzFiles.Read(clips.Folder["a.npz"]);
        Assert.Equal([2, 2, SamplingEngine.Height, SamplingEngine.Width, 3], shape);
        float[] frames = NpyFile.Read(clips.Folder["f.npy"]).ToFloats();
        IEnumerable<byte> expected = Enumerable.Range(0, 2)
            .SelectMany(sample => FrameConversion.ToImages(frames, NarMedia.Video, sample, 2, SamplingEngine.Height, SamplingEngine.Width, 2)).SelectMany(frame => frame.Pixels);
        Assert.Equal(expected, bytes);
        Assert.Equal(0, clips.Run("--model", folder, "--samples", "3", "--class", "0,1", "--seed", "1", "--npz", "b.npz", "--out", "clips").Code);
        Assert.Equal(bytes, NpzFiles.Read(clips.Folder["b.npz"]).Bytes[..bytes.Length]);
        Assert.Equal(2, PngReader.Read(clips.Folder["clips/000002.png"], "x").Frames.Count);
    }

    [Fact]
    public void Samples_Run_TakesTheClassesInTurnWithTheSamplesOfAnOrdinaryRun()
    {
        Run("--samples", "12", "--seed", "4", "--npz", "all.npz");
        byte[] all = NpzFiles.Read(cli.Folder["all.npz"]).Bytes;
        Run("--class", "0-4", "--count", "3", "--seed", "4", "--npz", "ordinary.npz");
        byte[] ordinary = NpzFiles.Read(cli.Folder["ordinary.npz"]).Bytes;
        for (int g = 0; g < 12; g++)
        {
            int inOrdinaryRun = g % 5 * 3 + g / 5;
            Assert.Equal(Sample(ordinary, inOrdinaryRun), Sample(all, g));
        }
        // A class that is listed twice has different samples in its two places.
        Run("--samples", "4", "--class", "2,2", "--seed", "4", "--npz", "twice.npz");
        byte[] twice = NpzFiles.Read(cli.Folder["twice.npz"]).Bytes;
        Assert.Equal(4, Enumerable.Range(0, 4).Select(g => Convert.ToHexString(Sample(twice, g))).Distinct().Count());
        Assert.Equal(Sample(ordinary, 2 * 3), Sample(twice, 0));
        Assert.Equal(Sample(ordinary, 2 * 3 + 1), Sample(twice, 1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Join_AllShards_GivesTheBytesOfTheUnshardedRun(int count)
    {
        Run("--samples", "64", "--seed", "4", "--npz", "all.npz", "--batch", "10");
        List<string> shards = [];
        for (int i = count - 1; i >= 0; i--)
        {
            shards.AddRange(Run("--samples", "64", "--seed", "4", "--npz", "s.npz", "--shard", $"{i}/{count}", "--batch", "3").OutputLines);
        }
        Assert.Equal($"s.shard-{count - 1}-of-{count}.npz", shards[0]);
        CliResult joined = cli.Run(["join", "joined.npz", .. shards]);
        Assert.True(joined.Code == 0, joined.Error);
        Assert.Equal(["joined.npz"], joined.OutputLines);
        Assert.Equal(File.ReadAllBytes(cli.Folder["all.npz"]), File.ReadAllBytes(cli.Folder["joined.npz"]));
        Assert.Equal([64, SamplingEngine.Height, SamplingEngine.Width, 3], NpzFiles.Read(cli.Folder["joined.npz"]).Shape);
    }

    [Fact]
    public void Samples_Out_WritesAPictureOfEachSampleUnderItsGlobalIndex()
    {
        Run("--samples", "8", "--seed", "4", "--npz", "all.npz");
        byte[] all = NpzFiles.Read(cli.Folder["all.npz"]).Bytes;
        Run("--samples", "8", "--seed", "4", "--shard", "0/2", "--out", "png");
        CliResult result = Run("--samples", "8", "--seed", "4", "--shard", "1/2", "--out", "png");
        Assert.Equal(["png"], result.OutputLines);
        for (int g = 0; g < 8; g++)
        {
            PngPicture picture = PngReader.Read(cli.Folder[$"png/{g:D6}.png"], "x");
            Assert.Equal(Sample(all, g), Assert.Single(picture.Frames).Pixels);
            Assert.Equal((g.ToString(), (g % 5).ToString(), "4"), (picture.Text["Sample"], picture.Text["Class"], picture.Text["Seed"]));
        }
        Assert.Equal(8, cli.Folder.Files.Count(file => file.EndsWith(".png")));
    }

    [Fact]
    public void Samples_BatchesAreBoundedAndProgressIsCounted()
    {
        Run("--samples", "150", "--seed", "4", "--npz", "all.npz");
        Assert.Equal([64, 64, 22], engine.Batches);
        List<WorkState> shown = [];
        SampleProgress progress = new(shown.Add, 10, 4, "images");
        progress.Begin(3);
        Thread.Sleep(5);
        progress.Report(new NarProgress("steps", 1, 2, 5, 10));
        progress.End();
        Assert.Equal(0.4, shown[0].Fraction);
        Assert.Equal(0.55, shown[1].Fraction!.Value, 6);
        Assert.StartsWith("4/10 images, ", shown[1].Detail);
        Assert.Contains("images/s, ", shown[1].Detail);
        Assert.StartsWith("7/10 images, ", shown[2].Detail);
    }

    [Fact]
    public void Samples_CrashBetweenBatches_GoesOnWhereItWas()
    {
        byte[] expected = Unsharded();
        engine.BeforeBatch = batch =>
        {
            if (batch == 3)
            {
                throw new IOException("power is out");
            }
        };
        Assert.Equal(1, cli.Run(Command("s.npz", "--out", "png")).Code);
        Assert.False(File.Exists(cli.Folder["s.npz"]));
        engine.BeforeBatch = null;
        engine.Batches.Clear();
        CliResult result = cli.Run(Command("s.npz", "--out", "png"));
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal([3, 2], engine.Batches);
        Assert.Contains(result.ErrorLines, line => line.Contains("5 samples made now, 9 samples before"));
        Assert.Equal(expected, File.ReadAllBytes(cli.Folder["s.npz"]));
        Assert.Equal(14, Directory.GetFiles(cli.Folder["png"], "*.png").Length);
        Assert.DoesNotContain(cli.Folder.Files, file => file.EndsWith(".part") || file.EndsWith(".tmp"));
    }

    /// <summary>Whatever part of the two files a dying process or machine left, the next run ends in the same bytes.</summary>
    [Fact]
    public void Samples_TornFiles_AreCutBackAndMadeAgain()
    {
        byte[] expected = Unsharded();
        engine.BeforeBatch = batch =>
        {
            if (batch == 4)
            {
                throw new IOException("power is out");
            }
        };
        Assert.Equal(1, cli.Run(Command("s.npz")).Code);
        engine.BeforeBatch = null;
        byte[] part = File.ReadAllBytes(cli.Folder["s.npz.part"]), journal = File.ReadAllBytes(cli.Folder["s.npz.journal"]);
        int lines = journal.Count(b => b == '\n');
        Assert.Equal(5, lines);
        List<(byte[] Part, byte[] Journal)> states = [];
        states.AddRange(Enumerable.Range(0, 20).Select(i => (part[..(part.Length * i / 20)], journal)));
        states.AddRange(Enumerable.Range(0, 40).Select(i => (part, journal[..(journal.Length * i / 40)])));
        states.Add(([.. part, .. new byte[1000]], [.. journal, .. "{\"done\":14,\"batch"u8]));
        states.Add((part, [.. journal, .. new byte[30], (byte)'\n']));
        // A batch whose bytes did not reach the disk although their journal line did.
        states.Add(([.. part[..^10], .. new byte[10]], journal));
        // A disk that damaged an earlier batch.
        states.Add(([.. part[..(part.Length / 4)], (byte)(part[part.Length / 4] ^ 1), .. part[(part.Length / 4 + 1)..]], journal));
        // Dying while finishing: the directory is there and the checksum is not, or both.
        byte[] whole = File.ReadAllBytes(cli.Folder["all.npz"]), wholeJournal = File.ReadAllBytes(cli.Folder["all.npz.journal"]);
        byte[] unfinished = wholeJournal[..(wholeJournal.AsSpan().LastIndexOf("{\"finished"u8))];
        states.Add((whole, unfinished));
        foreach ((byte[] torn, byte[] tornJournal) in states)
        {
            File.Delete(cli.Folder["s.npz"]);
            File.WriteAllBytes(cli.Folder["s.npz.part"], torn);
            File.WriteAllBytes(cli.Folder["s.npz.journal"], tornJournal);
            CliResult result = cli.Run(Command("s.npz"));
            Assert.True(result.Code == 0, result.Error);
            Assert.Equal(expected, File.ReadAllBytes(cli.Folder["s.npz"]));
        }
        // And between the renaming and the journal's last line.
        File.WriteAllBytes(cli.Folder["s.npz.journal"], unfinished);
        engine.Batches.Clear();
        Assert.Equal(0, cli.Run(Command("s.npz")).Code);
        Assert.Empty(engine.Batches);
        Assert.Equal(expected, File.ReadAllBytes(cli.Folder["s.npz"]));
    }

    [Fact]
    public void Samples_Cancelled_ExitsWith130AndKeepsTheFinishedBatches()
    {
        byte[] expected = Unsharded();
        using CancellationTokenSource source = new();
        engine.BeforeBatch = batch =>
        {
            if (batch == 2)
            {
                source.Cancel();
            }
        };
        string line = cli.Run(source.Token, Command("s.npz", "--quiet")).FailsWith(130);
        Assert.Contains("6 of 14 samples are kept", line);
        engine.BeforeBatch = null;
        engine.Batches.Clear();
        Assert.Equal(0, cli.Run(Command("s.npz")).Code);
        Assert.Equal([3, 3, 2], engine.Batches);
        Assert.Equal(expected, File.ReadAllBytes(cli.Folder["s.npz"]));
    }

    [Fact]
    public void Samples_FinishedRun_SaysSoWithoutWork()
    {
        Unsharded();
        engine.Batches.Clear();
        CliResult result = cli.Run(Command("all.npz"));
        Assert.Equal((0, "all.npz"), (result.Code, Assert.Single(result.OutputLines)));
        Assert.Contains(result.ErrorLines, line => line.Contains("is finished already: 14 samples in all.npz"));
        Assert.Empty(engine.Batches);
        File.Delete(cli.Folder["all.npz"]);
        Assert.Contains("--restart", cli.Run(Command("all.npz", "--quiet")).FailsWith(2));
        Assert.Equal(0, cli.Run(Command("all.npz", "--restart")).Code);
        Assert.Equal(14, engine.Batches.Sum());
    }

    [Theory]
    [InlineData("--seed 4", "--seed 5", "--seed 4 (here 5)")]
    [InlineData("--class 1", "--class 2", "--class 1 (here 2)")]
    [InlineData("--cfg 2", "--cfg 3", "sampling cfg 2, ")]
    [InlineData("--precision fp32", "--precision fp16", "--precision fp32 (here fp16)")]
    [InlineData("--samples 14", "--samples 15", "--samples 14 (here 15)")]
    [InlineData("", "--out png", "--out no (here yes)")]
    public void Samples_AnotherCommandOnTheSameFile_IsRefusedWithWhatDiffers(string first, string second, string expected)
    {
        string[] common = ["--model", model, "--npz", "s.npz", "--quiet"];
        engine.BeforeBatch = batch =>
        {
            if (batch == 1)
            {
                throw new IOException("stop");
            }
        };
        Assert.Equal(1, cli.Run([.. common, .. Words(first), "--batch", "3"]).Code);
        engine.BeforeBatch = null;
        byte[] part = File.ReadAllBytes(cli.Folder["s.npz.part"]);
        string line = cli.Run([.. common, .. Words(second)]).FailsWith(2);
        Assert.Contains(expected, line);
        Assert.Contains("--restart", line);
        Assert.Equal(part, File.ReadAllBytes(cli.Folder["s.npz.part"]));
        Assert.Equal(0, cli.Run([.. common, .. Words(second), "--restart"]).Code);

        static IEnumerable<string> Words(string options) => ((string[])["--samples 14", "--seed 4"])
            .Where(standard => !options.StartsWith(standard.Split(' ')[0], StringComparison.Ordinal)).Append(options)
            .SelectMany(option => option.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Samples_WeightsChanged_IsRefused()
    {
        Unsharded();
        File.WriteAllText(Path.Combine(model, "weights.bin"), "other values");
        Assert.Contains("the model's files", cli.Run(Command("all.npz", "--quiet")).FailsWith(2));
    }

    [Fact]
    public void Samples_PrecisionOfTheDeviceDiffers_IsRefusedWhenGoingOnAndWhenJoining()
    {
        engine.BeforeBatch = batch =>
        {
            if (batch == 1)
            {
                throw new IOException("stop");
            }
        };
        Assert.Equal(1, cli.Run(Command("s.npz")).Code);
        engine.BeforeBatch = null;
        engine.Precision = NarPrecision.Float16;
        Assert.Contains("weights in fp32, and this device takes fp16", cli.Run(Command("s.npz", "--quiet")).FailsWith(2));
        Run("--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "0/2");
        engine.Precision = NarPrecision.Float32;
        Run("--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "1/2");
        Assert.Contains("the precision of the weights fp16 and fp32", cli.Run("join", "j.npz", "t.shard-0-of-2.npz", "t.shard-1-of-2.npz").FailsWith(2));
    }

    [Fact]
    public void Samples_AnotherDevice_IsToldWhenGoingOnAndWhenJoining()
    {
        Run("--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "0/2");
        engine.BeforeBatch = batch =>
        {
            if (batch == 2)
            {
                throw new IOException("stop");
            }
        };
        Assert.Equal(1, cli.Run("--model", model, "--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "1/2", "--batch", "1").Code);
        engine.BeforeBatch = null;
        engine.Device = engine.Device with { Name = "Another device" };
        CliResult result = Run("--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "1/2");
        Assert.Contains(result.ErrorLines, line => line.Contains("was begun on Sampling device"));
        Run("--samples", "8", "--seed", "4", "--npz", "t.npz", "--shard", "1/2", "--restart");
        CliResult joined = cli.Run("join", "j.npz", "t.shard-0-of-2.npz", "t.shard-1-of-2.npz");
        Assert.Equal(0, joined.Code);
        Assert.Contains(joined.ErrorLines, line => line.Contains("and on Another device"));
    }

    [Fact]
    public void Samples_SeedNotGiven_IsDrawnOnceAndKept()
    {
        engine.BeforeBatch = batch =>
        {
            if (batch == 2)
            {
                throw new IOException("stop");
            }
        };
        string[] command = ["--model", model, "--samples", "8", "--npz", "s.npz", "--batch", "2"];
        Assert.Equal(1, cli.Run(command).Code);
        engine.BeforeBatch = null;
        CliResult result = cli.Run([.. command, "--json"]);
        Assert.Equal(0, result.Code);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        string seed = json.RootElement.GetProperty("seed").GetUInt64().ToString();
        Run("--samples", "8", "--npz", "again.npz", "--seed", seed);
        Assert.Equal(File.ReadAllBytes(cli.Folder["again.npz"]), File.ReadAllBytes(cli.Folder["s.npz"]));
    }

    [Fact]
    public void Samples_TwoAtOnce_TheSecondIsRefused()
    {
        CliResult? second = null;
        engine.BeforeBatch = batch =>
        {
            engine.BeforeBatch = null;
            second = cli.Run(Command("s.npz", "--quiet"));
        };
        Assert.Equal(0, cli.Run(Command("s.npz")).Code);
        Assert.Contains("another narvk is at work", second!.FailsWith(1));
    }

    [Fact]
    public void Samples_ClassNotInTheModel_LeavesNothing()
    {
        Assert.Contains("classes 0 to 4", cli.Run("--model", model, "--samples", "8", "--class", "9", "--npz", "s.npz", "--quiet").FailsWith(2));
        Assert.DoesNotContain(cli.Folder.Files, file => file.StartsWith('s'));
        Run("--samples", "8", "--class", "1", "--npz", "s.npz");
    }

    [Fact]
    public void Samples_FramePrediction_TakesTheConditionRowsInTurn()
    {
        SamplingEngine clips = new(NarMedia.Video) { ConditionTokens = 3 };
        using CliRunner runner = new(clips);
        string folder = runner.Install("predictor", "nar-c2v-fp");
        NpyFile.Write(runner.Folder["c.npy"], [2, 3], [1, 2, 4, 3, 0, 4]);
        string[] common = ["--model", folder, "--condition-tokens", "c.npy", "--seed", "1"];
        Assert.Equal(0, runner.Run([.. common, "--count", "3", "--npz", "ordinary.npz"]).Code);
        Assert.Equal(0, runner.Run([.. common, "--samples", "5", "--batch", "2", "--npz", "s.npz"]).Code);
        byte[] ordinary = NpzFiles.Read(runner.Folder["ordinary.npz"]).Bytes, all = NpzFiles.Read(runner.Folder["s.npz"]).Bytes;
        const int bytes = 2 * SampleBytes;
        for (int g = 0; g < 5; g++)
        {
            Assert.Equal(ordinary.AsSpan((g % 2 * 3 + g / 2) * bytes, bytes), all.AsSpan(g * bytes, bytes));
        }
        NpyFile.Write(runner.Folder["c.npy"], [2, 3], [1, 2, 4, 3, 1, 4]);
        Assert.Contains("--condition-tokens", runner.Run([.. common, "--samples", "5", "--npz", "s.npz", "--quiet"]).FailsWith(2));
    }

    [Fact]
    public void Samples_Json_TellsWhatWasMade()
    {
        using JsonDocument json = JsonDocument.Parse(Run("--samples", "9", "--seed", "4", "--shard", "1/2", "--npz", "s.npz", "--json").Output);
        JsonElement root = json.RootElement;
        Assert.Equal("s.shard-1-of-2.npz", Assert.Single(root.GetProperty("files").EnumerateArray()).GetString());
        Assert.Equal((9, "1/2", 4, 5, 5, 0), (root.GetProperty("samples").GetInt32(), root.GetProperty("shard").GetString(), root.GetProperty("first").GetInt32(),
            root.GetProperty("count").GetInt32(), root.GetProperty("madeNow").GetInt32(), root.GetProperty("madeEarlier").GetInt32()));
        using JsonDocument again = JsonDocument.Parse(Run("--samples", "9", "--seed", "4", "--shard", "1/2", "--npz", "s.npz", "--json").Output);
        Assert.Equal((0, 5), (again.RootElement.GetProperty("madeNow").GetInt32(), again.RootElement.GetProperty("madeEarlier").GetInt32()));
    }

    [SkippableFact]
    public void Join_AJournalThatIsAPipe_IsRefusedAndNotWaitedFor()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pipes among the files");
        Run("--samples", "9", "--seed", "4", "--npz", "s.npz", "--shard", "0/3");
        string journal = cli.Folder["s.shard-0-of-3.npz.journal"];
        File.Delete(journal);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [journal]))
        {
            made.WaitForExit();
        }

        Assert.Contains("is no journal of narvk, but empty, or a pipe or device", cli.Run("join", "o.npz", "s.shard-0-of-3.npz").FailsWith(2));
        Assert.Contains("is a pipe or device and nothing that narvk left unfinished", cli.Run("--model", model, "--samples", "9", "--seed", "4", "--npz", "s.npz", "--shard", "0/3").FailsWith(1));
    }

    [Fact]
    public void Join_WrongShards_AreRefusedInOneLine()
    {
        for (int i = 0; i < 3; i++)
        {
            Run("--samples", "9", "--seed", "4", "--npz", "s.npz", "--shard", $"{i}/3");
        }
        Run("--samples", "9", "--seed", "5", "--npz", "other.npz", "--shard", "2/3");
        Run("--samples", "9", "--seed", "4", "--npz", "two.npz", "--shard", "0/2");
        Run("--samples", "9", "--seed", "4", "--npz", "whole.npz");
        Assert.Contains("join OUT.npz SHARDS", cli.Run("join").FailsWith(2));
        Assert.Contains("join needs the shards", cli.Run("join", "o.npz").FailsWith(2));
        Assert.Contains("is missing: 1/3", Join("s.shard-0-of-3.npz", "s.shard-2-of-3.npz"));
        Assert.Contains("are both shard 0/3", Join("s.shard-0-of-3.npz", "./s.shard-0-of-3.npz"));
        Assert.Contains("--seed 4 and 5", Join("s.shard-0-of-3.npz", "s.shard-1-of-3.npz", "other.shard-2-of-3.npz"));
        Assert.Contains("the number of shards 3 and 2", Join("s.shard-0-of-3.npz", "two.shard-0-of-2.npz"));
        Assert.Contains("is a whole run", Join("whole.npz"));
        Assert.Contains("no such file", Join("nosuch.npz"));
        Assert.Contains("is among the shards", cli.Run("join", "s.shard-0-of-3.npz", "s.shard-0-of-3.npz").FailsWith(2));
        string[] all = ["s.shard-0-of-3.npz", "s.shard-1-of-3.npz", "s.shard-2-of-3.npz"];
        File.Move(cli.Folder["s.shard-1-of-3.npz.journal"], cli.Folder["away"]);
        Assert.Contains("is missing; a shard's journal", Join(all));
        File.WriteAllText(cli.Folder["s.shard-1-of-3.npz.journal"], File.ReadAllText(cli.Folder["away"]).Replace("{\"finished\":true}\n", ""));
        Assert.Contains("not finished", Join(all));
        File.Move(cli.Folder["away"], cli.Folder["s.shard-1-of-3.npz.journal"], overwrite: true);
        byte[] bytes = File.ReadAllBytes(cli.Folder[all[1]]);
        File.WriteAllBytes(cli.Folder[all[1]], bytes[..^1]);
        Assert.Contains("is not the array that its journal", Join(all));
        bytes[300] ^= 1;
        File.WriteAllBytes(cli.Folder[all[1]], bytes);
        Assert.Contains("is not the array that its journal", Join(all));
        Assert.False(File.Exists(cli.Folder["o.npz"]));

        string Join(params string[] shards) => cli.Run(["join", "o.npz", .. shards, "--quiet"]).FailsWith(2);
    }

    [Theory]
    [InlineData("--shard 2/2 --seed 1 --npz a.npz --samples 4", "shards count from 0, so those of 2 are 0/2 to 1/2")]
    [InlineData("--shard 1 --seed 1 --npz a.npz --samples 4", "'1' is no shard; write i/n")]
    [InlineData("--shard -1/2 --seed 1 --npz a.npz --samples 4", "is no shard")]
    [InlineData("--shard 0/0 --seed 1 --npz a.npz --samples 4", "is no shard")]
    [InlineData("--shard 0/9 --seed 1 --npz a.npz --samples 4", "more shards than the 4 samples")]
    [InlineData("--shard 0/2 --npz a.npz --samples 4", "--shard needs --seed")]
    [InlineData("--shard 0/2 --npz a.npz --samples 4 --greedy --class 1", "--shard needs --seed")]
    [InlineData("--shard 0/2 --npz a.npz", "--shard is for large runs")]
    [InlineData("--restart --npz a.npz", "--restart is for large runs")]
    [InlineData("--batch 2 --npz a.npz", "--batch is for large runs")]
    [InlineData("--samples 4", "give --npz FILE, --out DIR, or both")]
    [InlineData("--samples 0 --npz a.npz", "--samples: 0 is out of range")]
    [InlineData("--samples 4 --npz a.npz --batch 0", "--batch: 0 is out of range")]
    [InlineData("--samples 4 --npz a.npz --count 2", "--count does not go with --samples")]
    [InlineData("--samples 4 --npz a.npz --dump-tokens t.npy", "--dump-tokens does not go with --samples")]
    [InlineData("--samples 4 --npz a.npz --format gif", "--format does not go with --samples")]
    [InlineData("--samples 4 --npz a.npz --scale 2", "--scale does not go with --samples")]
    [InlineData("--samples 4 --out a.png", "name a folder")]
    [InlineData("--npz same.npz --dump-tokens same.npz", "both name same.npz")]
    public void Run_WrongUsage_ExitsWith2AndOneLine(string options, string expected) =>
        Assert.Contains(expected, cli.Run(["--model", model, .. options.Split(' ')]).FailsWith(2));

    [Fact]
    public void Samples_WithoutATokenizer_IsRefused()
    {
        string folder = cli.Install("tokens-only", "nar-c2i", tokenizer: false);
        Assert.Contains("no tokenizer", cli.Run("--model", folder, "--samples", "4", "--npz", "a.npz").FailsWith(2));
        Assert.Contains("--npz needs pictures", cli.Run("--model", folder, "--class", "1", "--dump-tokens", "t.npy", "--npz", "a.npz").FailsWith(2));
    }

    [Fact]
    public void Help_Join_TellsHowBatchSystemsNumberShards()
    {
        string help = cli.Run("join", "--help").Output;
        Assert.All(["OUT.npz", "SHARDS", "$SLURM_ARRAY_TASK_ID/64", "$JOB_COMPLETION_INDEX/64"], text => Assert.Contains(text, help));
        Assert.All(["--npz FILE", "--samples N", "--shard i/n", "--batch N", "--restart"], text => Assert.Contains(text, cli.Run("--help").Output));
    }

    private static byte[] Sample(byte[] array, int index) => array.AsSpan(index * SampleBytes, SampleBytes).ToArray();

    private string[] Command(string npz, params string[] more) => ["--model", model, "--samples", "14", "--seed", "4", "--batch", "3", "--npz", npz, .. more];

    private byte[] Unsharded()
    {
        CliResult result = cli.Run(Command("all.npz"));
        Assert.True(result.Code == 0, result.Error);
        engine.Batches.Clear();
        return File.ReadAllBytes(cli.Folder["all.npz"]);
    }

    private CliResult Run(params string[] options)
    {
        CliResult result = cli.Run(["--model", model, .. options]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }
}
