using NarVulkan.Cli.Live;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class LivePartsTests
{
    [Theory]
    [InlineData(NarMedia.Image, 1)]
    [InlineData(NarMedia.Video, 3)]
    public void ToPixels_EveryByte_IsWrittenAsItWas(NarMedia media, int frames)
    {
        const int Samples = 2, Height = 8, Width = 16;
        byte[] rgba = new byte[Samples * frames * Height * Width * 4];
        new Random(3).NextBytes(rgba);
        for (int value = 0; value < 256; value++)
        {
            // Every byte value stands in a colour somewhere.
            rgba[(value / 2 * 4) + (value % 2)] = (byte)value;
        }

        float[] pixels = LivePicture.ToPixels(rgba, media, Samples, frames, Height, Width);

        for (int sample = 0; sample < Samples; sample++)
        {
            IReadOnlyList<RgbImage> images = FrameConversion.ToImages(pixels, media, sample, frames, Height, Width, frames);
            for (int frame = 0; frame < frames; frame++)
            {
                ReadOnlySpan<byte> layer = rgba.AsSpan(((sample * frames) + frame) * Height * Width * 4, Height * Width * 4);
                for (int i = 0; i < Height * Width; i++)
                {
                    Assert.Equal(layer.Slice(i * 4, 3).ToArray(), images[frame].Pixels.AsSpan(i * 3, 3).ToArray());
                }
            }
        }
    }

    [Fact]
    public void PreviewBudget_SlowDecoding_TakesHalfOfTheTime()
    {
        PreviewBudget budget = new();
        TimeSpan now = TimeSpan.Zero, previews = TimeSpan.Zero, step = TimeSpan.FromSeconds(0.1), decode = TimeSpan.FromSeconds(4);
        bool previewed = false;
        for (int i = 0; i < 400; i++)
        {
            TimeSpan took = previewed ? step + decode : step;
            now += took;
            previews += previewed ? decode : TimeSpan.Zero;
            budget.AddStep(took, previewed);
            previewed = budget.IsDue(now);
        }

        // One preview is taken at a time, so that the share is kept to within one of them.
        Assert.InRange(previews.TotalSeconds / now.TotalSeconds, 0.4, 0.5 + (decode / now));
    }

    [Fact]
    public void PreviewBudget_AtTheBeginning_IsDue() => Assert.True(new PreviewBudget().IsDue(TimeSpan.Zero));

    [Fact]
    public void LiveClock_Stopped_CountsNothing()
    {
        SetTime time = new();
        LiveClock clock = new(time);
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
        clock.Restart();
        time.Seconds = 2;
        Assert.Equal(2, clock.Elapsed.TotalSeconds);
        clock.Stop();
        time.Seconds = 50;
        clock.Stop();
        Assert.Equal((2, false), (clock.Elapsed.TotalSeconds, clock.IsRunning));
        clock.Start();
        time.Seconds = 53;
        clock.Start();
        Assert.Equal((5, true), (clock.Elapsed.TotalSeconds, clock.IsRunning));
        clock.Restart();
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
    }

    private sealed class SetTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    [Fact]
    public void Generating_Title_SaysStepTokensTimeAndSeed() => Assert.Equal(
        "narvk - demo-image - step 12/31 - 78/256 tokens - 1.5 s - seed 7 - paused",
        LiveTitle.Generating("demo-image", 12, 31, 78, 256, TimeSpan.FromSeconds(1.54), 7, "paused"));
}
