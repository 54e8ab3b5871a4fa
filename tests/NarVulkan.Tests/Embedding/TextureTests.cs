using NarVulkan.Cli.Media;
using NarVulkan.Tests.Models;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>Pictures on the device: the bytes of the PNGs, while they come into being and at the end.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class TextureTests(EmbeddingFixture fixture)
{
    private static readonly NarGenerationRequest Clip = new() { Classes = [3], Sampling = new NarSampling { GuidanceScale = 1.25f }, Seed = 5 };

    [SkippableTheory]
    [InlineData("../../weights/demo-video", 1)]
    [InlineData("../../weights/demo-image", 2)]
    public async Task Decode_OfAFinishedGeneration_HoldsTheBytesOfThePngs(string folder, int samples)
    {
        fixture.SkipIfSlow(samples > 1, "one sample shows it");
        var model = fixture.Model(folder);
        using var session = model.CreateSession();
        using var texture = session.CreateTexture(new NarTextureOptions { Samples = samples });
        var request = Clip with { Classes = [.. Enumerable.Repeat(3, samples)] };

        await foreach (var step in session.GenerateAsync(request))
        {
            Assert.Equal(step.Index + 1, session.StepsDone);
        }
        fixture.Host.Wait(session.Decode(texture));

        var expected = model.Generate(request);
        Assert.Equal(expected.Tokens, session.ReadTokens());
        Assert.Equal(Bytes(model.Info, expected.Frames!, samples), Read(texture));
        Assert.Equal((samples * model.Info.Frames, ImageLayout.ShaderReadOnlyOptimal, Format.R8G8B8A8Unorm), (texture.Layers, texture.Layout, texture.Format));
    }

    [SkippableFact]
    public async Task Decode_BetweenSteps_ShowsTheNearestTokensWhereNoneIsYet()
    {
        var model = fixture.Model("../../weights/demo-image");
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        int[] grid = [model.Info.Grid[1], model.Info.Grid[2]];

        await foreach (var step in session.GenerateAsync(Clip))
        {
            if (step.Index is not (0 or 9))
            {
                continue;
            }
            session.Decode(texture);

            int[] tokens = session.ReadTokens();
            Assert.Equal(step.TokensDone, tokens.Count(token => token >= 0));
            Assert.All(step.Fresh, place => Assert.True(tokens[place] >= 0));
            var pixels = model.Decode(Filled(tokens, grid[1], model), 1);
            Assert.Equal(Bytes(model.Info, pixels, 1), Read(texture));
        }
    }

    [SkippableFact]
    public void Decode_AfterAPointWithoutASemaphore_WaitsForNothing()
    {
        var model = fixture.Model("../../weights/demo-image");
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        using var never = session.CreateTexture();
        session.Begin(Clip);

        session.Decode(texture, default(NarTimelinePoint));
        byte[] first = Read(texture);
        fixture.Host.Wait(session.Decode(texture, never.Ready));

        Assert.Equal(first, Read(texture));
    }

    [SkippableFact]
    public void Dispose_OfATextureWhoseDecodingInFlightWasDiscarded_WaitsForIt()
    {
        using var session = fixture.Model("../../weights/demo-image").CreateSession();
        var texture = session.CreateTexture();
        session.Begin(Clip);
        NarRecording decoding = default;
        fixture.Host.Frame(commands => decoding = session.RecordDecode(commands, texture, NarBudget.Unlimited), () => decoding.Done);
        // Refused where it has run already.
        bool discarded = Record.Exception(() => session.Discard(decoding)) is null;
        Assert.Equal(discarded ? default : decoding.Done, texture.Ready);

        texture.Dispose();

        ulong value;
        unsafe
        {
            fixture.Host.Vk.GetSemaphoreCounterValue(fixture.Host.Handle, decoding.Done.Semaphore, &value);
        }
        Assert.True(value >= decoding.Done.Value);
    }

    [SkippableFact]
    public void RecordDecode_WithABudget_NeedsSeveralCommandBuffersAndGivesTheSame()
    {
        var model = fixture.Model("../../weights/demo-video");
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        session.Begin(Clip);
        int recordings = 0;
        while (!session.IsComplete)
        {
            Frame(commands => session.RecordStep(commands, NarBudget.Milliseconds(0.01)));
        }
        NarRecording last;
        do
        {
            Assert.Equal(default, texture.Ready);
            last = Frame(commands => session.RecordDecode(commands, texture, NarBudget.Milliseconds(0.01)));
            recordings++;
        }
        while (!last.IsComplete);

        Assert.Equal(last.Done, texture.Ready);
        // The beginning of the next one changes nothing, nor does an end that is taken back.
        Assert.False(Frame(commands => session.RecordDecode(commands, texture, NarBudget.Milliseconds(0.01))).IsComplete);
        Assert.Equal(last.Done, texture.Ready);
        NarRecording end = default;
        fixture.Host.Drop(commands => end = session.RecordDecode(commands, texture, NarBudget.Unlimited));
        Assert.True(end.IsComplete);
        Assert.Equal(end.Done, texture.Ready);
        session.Discard(end);
        Assert.Equal(last.Done, texture.Ready);
        Assert.True(recordings > 1, "one command buffer took all of the decoding");
        var expected = model.Generate(Clip);
        Assert.Equal(Bytes(model.Info, expected.Frames!, 1), Read(texture));

        NarRecording Frame(Func<CommandBuffer, NarRecording> record)
        {
            NarRecording recording = default;
            fixture.Host.Frame(commands => recording = record(commands));
            session.Signal(recording);
            return recording;
        }
    }

    [SkippableFact]
    public void Decode_WithoutAGenerationOrWithAnotherSize_SaysSo()
    {
        using var session = fixture.Model("../../weights/demo-image").CreateSession();
        using var two = session.CreateTexture(new NarTextureOptions { Samples = 2 });
        Assert.Throws<InvalidOperationException>(() => session.Decode(two));
        Assert.Throws<InvalidOperationException>(() => two.CopyTo(new byte[(int)two.Layers * two.Height * two.Width * 4]));
        session.Begin(Clip);

        var wrong = Assert.Throws<InvalidRequestException>(() => session.Decode(two));

        Assert.Contains("2 sample(s)", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => two.CopyTo(new byte[3]));
        Assert.Throws<InvalidRequestException>(() => session.CreateTexture(new NarTextureOptions { Samples = 0 }));
        Assert.Throws<DeviceException>(() => session.CreateTexture(new NarTextureOptions { Samples = 1 << 20 }));
        using var generator = NarModel.CreateRandom(
            fixture.Context, new NarRandomModel { Architecture = "nar-c2i", Width = 32, Blocks = 1, Heads = 2, Grid = [3, 5], Vocabulary = 64, Classes = 3 });
        using var tokensOnly = generator.CreateSession();
        Assert.Contains("no tokenizer", Assert.Throws<InvalidRequestException>(() => tokensOnly.CreateTexture()).Message, StringComparison.Ordinal);
    }

    private static byte[] Read(NarTexture texture)
    {
        var rgba = new byte[texture.Layers * texture.Height * texture.Width * 4];
        texture.CopyTo(rgba);
        return rgba;
    }

    private static byte[] Bytes(NarModelInfo info, float[] frames, int samples) =>
    [
        .. Enumerable.Range(0, samples)
            .SelectMany(sample => FrameConversion.ToImages(frames, info.Media, sample, info.Frames, info.Height, info.Width, info.Frames))
            .SelectMany(image => image.Pixels.Chunk(3).SelectMany(pixel => (byte[])[.. pixel, 255])),
    ];

    // The documented rule, written down once more: nearest by rows and columns, of equals the one sampled first.
    private static int[] Filled(int[] tokens, int columns, NarModel model)
    {
        var order = model.Generator!.Weights.Schedule.OrderOfGeneration.Where(place => tokens[place] >= 0).ToArray();
        return [.. tokens.Select((token, place) => token >= 0
            ? token
            : tokens[order.MinBy(other => Math.Abs(other / columns - place / columns) + Math.Abs(other % columns - place % columns))])];
    }
}
