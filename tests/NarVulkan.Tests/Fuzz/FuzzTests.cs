using NarVulkan.Fuzz;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Fuzz;

/// <summary>A fixed budget of mutated files for every reader, and proof that the harness sees what goes wrong. <c>tools/Fuzz</c> runs longer.</summary>
public sealed class FuzzTests
{
    private const int InputsEach = 250;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Read_MutatedFiles_AreReadOrRefused(string name)
    {
        using TemporaryFolder folder = new();
        using FuzzSession session = new(seed: 20250311, [FuzzTargets.All.Single(target => target.Name == name)], Corpus.Of, folder.File("scratch"));
        session.RunSeeds();
        Assert.Equal(Corpus.Of(name).Count, session.Inputs);
        for (int i = 0; i < InputsEach; i++)
        {
            session.Run(i);
        }

        Assert.True(session.Failures.Count == 0, string.Join("\n", session.Failures.Select(failure => $"input {failure.Index} ({System.Convert.ToHexString(failure.Input)}): {failure.Problem}")));
        // If everything, or nothing, were refused, the checks behind the first would not be reached.
        Assert.InRange(session.Refused, InputsEach / 20, InputsEach + Corpus.Of(name).Count - 1);
        Assert.InRange(session.Signatures, 3, InputsEach);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Read_LargeFiles_AreReadOrRefusedInProportion(string name)
    {
        using TemporaryFolder folder = new();
        FuzzTarget target = FuzzTargets.All.Single(target => target.Name == name);
        target.Prepare(folder.Path);
        string path = Path.Combine(folder.Path, target.FileName);
        FuzzRandom random = FuzzRandom.For(20250311, 0, 0);
        for (int i = 0; i < 6; i++)
        {
            byte[] input = target.Grow((byte[])random.Pick(Corpus.Of(name)).Clone(), random, 1 << 18);
            File.WriteAllBytes(path, input);

            Assert.Null(Inspection.Of(target, path, input.Length).Problem);
            Assert.InRange(input.Length, 1 << 12, 1 << 21);
        }
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameInputs()
    {
        Assert.Equal(Inputs(seed: 1), Inputs(seed: 1));
        Assert.NotEqual(Inputs(seed: 1), Inputs(seed: 2));

        static List<byte[]> Inputs(ulong seed)
        {
            using TemporaryFolder folder = new();
            RecordingTarget target = new();
            using FuzzSession session = new(seed, [target], _ => [[1, 2, 3, 4], [5, 6]], folder.File("scratch"));
            for (int i = 0; i < 50; i++)
            {
                session.Run(i);
            }
            return target.Inputs;
        }
    }

    [Fact]
    public void Run_ReaderThatThrowsAnythingElse_IsAFailureAndMadeShort()
    {
        using TemporaryFolder folder = new();
        using FuzzSession session = new(seed: 1, [new BrokenTarget(input => input.Contains((byte)7) ? throw new IndexOutOfRangeException() : "")], _ => [[.. Enumerable.Repeat((byte)1, 500), 7, 1]], folder.File("scratch"));

        session.RunSeeds();

        FuzzFailure failure = Assert.Single(session.Failures);
        Assert.Equal([7], failure.Input);
        Assert.Contains("IndexOutOfRangeException", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReaderThatAllocatesBeyondItsInput_IsAFailure()
    {
        using TemporaryFolder folder = new();
        using FuzzSession session = new(seed: 1, [new BrokenTarget(_ => new byte[64 << 20].Length.ToString())], _ => [[1, 2, 3]], folder.File("scratch"));

        session.RunSeeds();

        Assert.Contains("bytes for an input of", Assert.Single(session.Failures).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReaderThatIsSlowEveryTime_IsAFailure()
    {
        using TemporaryFolder folder = new();
        BrokenTarget slow = new(_ =>
        {
            // Waiting for a lower bound is no race: sleeping is never shorter.
            Thread.Sleep(2100);
            return "";
        });
        slow.Prepare(folder.Path);
        string path = folder.Write(slow.FileName, [1]);

        Assert.StartsWith("takes ", Inspection.Of(slow, path, 1).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RefusalOfSeveralLines_IsNoFailureSinceMessagesAreCleaned()
    {
        using TemporaryFolder folder = new();
        using FuzzSession session = new(seed: 1, [new BrokenTarget(_ => throw new InvalidRequestException("a\nb"))], _ => [[1]], folder.File("scratch"));

        session.RunSeeds();

        Assert.Empty(session.Failures);
        Assert.Equal(1, session.Refused);
    }

    private sealed class RecordingTarget() : FuzzTarget("recording")
    {
        public List<byte[]> Inputs { get; } = [];

        public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => NarVulkan.Fuzz.Mutation.ByteMutator.Mutate(input, random, other);

        public override string Read(string path)
        {
            Inputs.Add(File.ReadAllBytes(path));
            return $"{Inputs[^1].Length} long";
        }
    }

    private sealed class BrokenTarget(Func<byte[], string> read) : FuzzTarget("broken")
    {
        public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => input;

        public override string Read(string path) => read(File.ReadAllBytes(path));
    }
}
