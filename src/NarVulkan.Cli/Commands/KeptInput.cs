using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>What <c>--keep</c> names: pictures that the model's tokenizer has yet to encode, or tokens.</summary>
internal sealed class KeptInput
{
    private readonly KeepSettings settings;
    private readonly IPictureInput? pictures;
    private readonly TokenRows? tokens;

    private KeptInput(KeepSettings settings, IPictureInput? pictures, TokenRows? tokens)
    {
        this.settings = settings;
        this.pictures = pictures;
        this.tokens = tokens;
    }

    /// <exception cref="InvalidRequestException">A file is missing or damaged, or holds pictures that the model has no tokenizer for.</exception>
    public static KeptInput Read(CliConsole console, KeepSettings settings, ModelFolder folder)
    {
        NpyArray? array = settings.Files.Count == 1 && PictureInput.IsNpy(settings.Files[0]) ? NpyFile.Read(console.Resolve(settings.Files[0])) : null;
        if (array?.Type is NpyType.Int32 or NpyType.Int64 or NpyType.UInt8)
        {
            return new KeptInput(settings, null, TokenRows.From(array, settings.Files[0]));
        }
        if (folder.Tokenizer is null)
        {
            throw new InvalidRequestException($"--keep: {folder.Name} has no tokenizer to encode pictures with; give tokens, an int32 .npy [B,N]");
        }
        IPictureInput pictures = array is null ? PictureInput.Read(console, settings.Files, "--keep") : new ArrayInput(array, settings.Files[0]);
        return new KeptInput(settings, pictures, null);
    }

    /// <summary>The tokens to keep in each of <paramref name="samples"/> samples.</summary>
    /// <exception cref="InvalidRequestException">The model has fewer steps, or the pictures or tokens do not fit the model or the samples.</exception>
    public KeptTokens ForSamples(IEngineModel model, int samples, Func<Func<int[]>, int[]> timed, CancellationToken cancellation)
    {
        NarModelInfo info = model.Info;
        int steps = settings.Steps ?? info.Steps / 2;
        if (steps > info.Steps)
        {
            throw new InvalidRequestException($"--keep-steps {steps} is more than {info.Name} has: give 0 to {info.Steps}");
        }
        int[] rows = tokens is not null ? CheckTokens(tokens, info, samples) : EncodePictures(model, samples, timed, cancellation);
        int[] all = rows.Length == info.TokenCount ? Enumerable.Repeat(rows, samples).SelectMany(row => row).ToArray() : rows;
        return new KeptTokens(all, steps, info.TokensPerStep.Take(steps).Sum(), info.TokenCount);
    }

    private static int[] CheckTokens(TokenRows tokens, NarModelInfo info, int samples)
    {
        tokens.RequireWidth(info.TokenCount, info.Name);
        RequireOneOrAll(tokens.Rows, "rows of tokens", samples);
        return tokens.Values;
    }

    private int[] EncodePictures(IEngineModel model, int samples, Func<Func<int[]>, int[]> timed, CancellationToken cancellation)
    {
        PixelBatch pixels = pictures!.ToPixels(model.Info, modelSize: true);
        RequireOneOrAll(pixels.Count, model.Info.Media.ToString().ToLowerInvariant() + "s", samples);
        return timed(() => model.Encode(pixels.Values, pixels.Count, pixels.Grid, cancellation));
    }

    private static void RequireOneOrAll(int rows, string what, int samples)
    {
        if (rows != 1 && rows != samples)
        {
            throw new InvalidRequestException($"--keep holds {rows} {what}, but {samples} samples are asked for; give one for all of them, or one for each");
        }
    }
}
