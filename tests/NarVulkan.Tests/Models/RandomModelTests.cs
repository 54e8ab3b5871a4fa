using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Generators made of random weights, without a file.</summary>
[Collection(ModelCollection.Name)]
public sealed class RandomModelTests(ModelFixture fixture)
{
    private static readonly NarRandomModel Small = new()
    {
        Architecture = "nar-c2v",
        Width = 64,
        Blocks = 2,
        Heads = 4,
        Grid = [2, 3, 4],
        Vocabulary = 512,
        Classes = 5,
    };

    private static readonly NarGenerationRequest Request = new()
    {
        Classes = [0, 4],
        Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.5f },
        KeepLogits = true,
        DecodeFrames = false,
    };

    [SkippableFact]
    public void CreateRandom_AnyGenerator_DescribesItself()
    {
        using var model = NarModel.CreateRandom(fixture.RequireContext(), Small, new NarLoadOptions { Precision = NarPrecision.Float16 });

        Assert.Equal("random-nar-c2v-64x2", model.Info.Name);
        Assert.Equal("nar-c2v", model.Info.Architecture);
        Assert.Equal([2, 3, 4], model.Info.Grid);
        Assert.Equal(new NarTransformerSize(64, 2, 2, 4, 256), model.Info.Transformer);
        Assert.Equal(512, model.Info.Vocabulary);
        Assert.Equal(5, model.Info.ClassCount);
        Assert.Equal(NarPrecision.Float16, model.Info.Precision);
        Assert.False(model.Info.HasTokenizer);
        // Classes and the unconditional one, tokens, positions; per block four norms' worth of matrices; three heads.
        long blocks = 4 * (4 * 64 * 64 + 3 * 64 * 256 + 2 * 64);
        Assert.Equal((6 + 512 + 25) * 64 + blocks + 3 * (64 + 512 * 64), model.Info.ParameterCount);
    }

    [SkippableFact]
    public void CreateRandom_SameSeed_GivesTheSameModelAndAnotherSeedAnother()
    {
        var first = Generate(Small);
        var logits = first.Logits!;

        Assert.Equal(first.Tokens, Generate(Small).Tokens);
        Assert.NotEqual(first.Tokens, Generate(Small with { Seed = 2 }).Tokens);
        // Of order one: neither dead nor blown up.
        Assert.InRange(Math.Sqrt(logits.Average(value => (double)value * value)), 0.3, 3);
        Assert.True(first.Tokens.Distinct().Count() > 10);
    }

    [SkippableTheory]
    [InlineData("nar-c2i", NarMedia.Image, 1, 7, 4, 4)]
    [InlineData("par-c2i", NarMedia.Image, 0, 7, 4, 4)]
    [InlineData("llamagen-c2i", NarMedia.Image, 0, 16, 4, 4)]
    [InlineData("nar-c2v", NarMedia.Video, 2, 8, 2, 4, 4)]
    [InlineData("larp-c2v", NarMedia.Video, 0, 32, 2, 4, 4)]
    [InlineData("nar-t2i", NarMedia.Image, 1, 7, 4, 4)]
    [InlineData("llamagen-t2i", NarMedia.Image, 0, 16, 4, 4)]
    public void CreateRandom_EveryArchitecture_GeneratesWithActivationsOfOrderOne(string architecture, NarMedia media, int extraBlocks, int steps, params int[] grid)
    {
        var random = Small with { Architecture = architecture, Grid = grid, TextFeatureWidth = 32 };
        using var model = NarModel.CreateRandom(fixture.RequireContext(), random, new NarLoadOptions { Precision = NarPrecision.Float16 });

        var result = model.Generate(model.Info.ClassCount > 0 ? Request : Request with { Classes = [-1, -1], Text = Text(model.Info) });

        Assert.Equal(architecture, model.Info.Architecture);
        Assert.Equal(media, model.Info.Media);
        Assert.Equal(extraBlocks, model.Info.Transformer!.ExtraHeadBlocks);
        Assert.Equal(steps, model.Info.Steps);
        Assert.InRange(Math.Sqrt(result.Logits!.Average(value => (double)value * value)), 0.3, 3);
        Assert.True(result.Tokens.Distinct().Count() > 5);
        Assert.All(result.Tokens, token => Assert.InRange(token, 0, random.Vocabulary - 1));
    }

    [SkippableFact]
    public void CreateRandom_OptionsForProgress_ReportsEveryWeightOnce()
    {
        long done = 0, total = 0;
        var options = new NarLoadOptions { Progress = progress => (done, total) = (progress.WeightsDone, progress.WeightsTotal) };

        using var model = NarModel.CreateRandom(fixture.RequireContext(), Small, options);

        Assert.Equal(model.Info.ParameterCount, done);
        Assert.Equal(model.Info.ParameterCount, total);
    }

    public static TheoryData<string, NarRandomModel, string> WrongModels => new()
    {
        { "architecture", Small with { Architecture = "nar-c2v-fp" }, "'nar-c2v-fp'" },
        { "odd text features", Small with { Architecture = "nar-t2i", Grid = [4, 4], TextFeatureWidth = 33 }, "text features of a width of 33" },
        { "no text features", Small with { Architecture = "nar-t2i", Grid = [4, 4], TextFeatureWidth = 0 }, "width of text features of 0" },
        { "unknown architecture", Small with { Architecture = "gpt\n" }, "choose one of nar-c2i" },
        { "heads that do not divide", Small with { Heads = 3 }, "width of 64 with 3 head" },
        { "head size 2", Small with { Heads = 32 }, "multiple of 4" },
        { "head size 256", Small with { Width = 512, Heads = 2 }, "up to 128" },
        { "no heads", Small with { Heads = 0 }, "number of heads of 0" },
        { "negative width", Small with { Width = -64 }, "width of -64" },
        { "absurd width", Small with { Width = int.MaxValue, Heads = int.MaxValue }, "width of 2147483647" },
        { "absurd blocks", Small with { Blocks = int.MaxValue }, "number of blocks" },
        { "no blocks", Small with { Blocks = 0 }, "number of blocks of 0" },
        { "no vocabulary", Small with { Vocabulary = 0 }, "vocabulary of 0" },
        { "absurd vocabulary", Small with { Vocabulary = int.MaxValue }, "vocabulary" },
        { "absurd classes", Small with { Classes = int.MaxValue }, "number of classes" },
        { "odd feed-forward", Small with { FeedForward = 100 }, "feed-forward width of 100" },
        { "no feed-forward", Small with { FeedForward = 0 }, "feed-forward width of 0" },
        { "image grid for video", Small with { Grid = [4, 4] }, "[frames, rows, columns], not [4, 4]" },
        { "video grid for images", Small with { Architecture = "nar-c2i" }, "[rows, columns], not [2, 3, 4]" },
        { "empty side", Small with { Grid = [2, 0, 4] }, "2x0x4" },
        { "absurd grid", Small with { Grid = [int.MaxValue, int.MaxValue, int.MaxValue] }, "tokens at most" },
        { "five at a time", Small with { Architecture = "par-c2i", Grid = [4, 4], ParallelTokens = 5 }, "5 parallel tokens" },
        { "regions that do not fit", Small with { Architecture = "par-c2i", Grid = [6, 6], ParallelTokens = 16 }, "4x4 regions" },
    };

    [SkippableTheory]
    [MemberData(nameof(WrongModels))]
    public void CreateRandom_SizesThatMakeNoGenerator_AreRefusedInOneLine(string what, NarRandomModel random, string problem)
    {
        var context = fixture.RequireContext();

        var error = Assert.Throws<InvalidRequestException>(() => NarModel.CreateRandom(context, random));

        Assert.True(error.Message.Contains(problem, StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [SkippableFact]
    public void CreateRandom_LargerThanTheDevice_IsRefusedBeforeTheWork()
    {
        var context = fixture.RequireContext();

        var error = Assert.Throws<DeviceMemoryException>(() => NarModel.CreateRandom(context, Small with { Width = 65536, Heads = 512, Blocks = 4096 }));

        Assert.Contains("GiB of memory", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static NarTextCondition Text(NarModelInfo info)
    {
        Random random = new(3);
        return new NarTextCondition { Features = [.. Enumerable.Range(0, 2 * info.ConditionTokens * info.TextFeatureWidth).Select(_ => random.NextSingle() - 0.5f)] };
    }

    private NarGenerationResult Generate(NarRandomModel random)
    {
        using var model = NarModel.CreateRandom(fixture.RequireContext(), random, new NarLoadOptions { Precision = NarPrecision.Float32 });
        return model.Generate(Request);
    }
}
