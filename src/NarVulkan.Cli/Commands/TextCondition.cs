using System.Security.Cryptography;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>The conditions of text-to-image models: the features of one text a row, and which of them are padding.</summary>
internal sealed class TextCondition : IConditionRows
{
    private readonly TextSettings settings;
    private readonly IReadOnlyList<int> shape;
    private readonly float[] features;
    private readonly int[]? mask;

    private TextCondition(TextSettings settings, IReadOnlyList<int> shape, float[] features, int[]? mask)
    {
        this.settings = settings;
        this.shape = shape;
        this.features = features;
        this.mask = mask;
    }

    public int Rows => shape[0];

    public int Width => features.Length / Rows;

    public string LabelOf(int row) => $"text{row}";

    public string Fingerprint
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            RowValues.AddTo(hash, features);
            RowValues.AddTo(hash, mask ?? []);
            return $"{string.Join('x', shape)} {(settings.LeftPad ? "" : "as padded ")}{Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
        }
    }

    /// <exception cref="InvalidRequestException">A file is missing or damaged, or does not hold features or a mask, or they do not belong together.</exception>
    public static TextCondition Read(CliConsole console, TextSettings settings)
    {
        NpyArray array = NpyFile.Read(console.Resolve(settings.Features));
        if (array.Shape.Count != 3 || array.Shape.Any(size => size < 1))
        {
            throw new InvalidRequestException($"{settings.Features}: has shape {Words(array.Shape)}, but text features are [B,Tc,C]");
        }
        TextCondition condition = new(
            settings, array.Shape, array.ToFloats(), settings.Mask is { } mask ? ReadMask(console, mask, settings.Features, array.Shape) : null);
        condition.RequireFinite();
        return condition;
    }

    public void Check(NarModelInfo info)
    {
        if (shape[1] != info.ConditionTokens || shape[2] != info.TextFeatureWidth)
        {
            throw new InvalidRequestException(
                $"{settings.Features}: has shape {Words(shape)}, but {info.Name} takes [B, {info.ConditionTokens}, {info.TextFeatureWidth}]");
        }
    }

    public NarGenerationRequest AddTo(NarGenerationRequest request, IReadOnlyList<int> rows) => request with
    {
        Text = new NarTextCondition
        {
            Features = RowValues.Pick(features, Rows, rows),
            Mask = mask is null ? null : RowValues.Pick(mask, Rows, rows),
            LeftPad = settings.LeftPad,
        },
    };

    private static int[] ReadMask(CliConsole console, string file, string featuresFile, IReadOnlyList<int> features)
    {
        NpyArray array = NpyFile.Read(console.Resolve(file));
        if (!array.Shape.SequenceEqual(features.Take(2)))
        {
            throw new InvalidRequestException(
                $"{file}: has shape {Words(array.Shape)}, but {featuresFile} with its shape {Words(features)} needs [{features[0]}, {features[1]}]");
        }
        int[] mask = array.ToInts();
        int wrong = Array.FindIndex(mask, value => value is not (0 or 1));
        return wrong < 0
            ? mask
            : throw new InvalidRequestException($"{file}: holds {mask[wrong]}, but a mask is 1 for text and 0 for padding");
    }

    // Padding counts as zeros, whatever an encoder left there.
    private void RequireFinite()
    {
        int width = shape[2];
        for (int row = 0; row < features.Length / width; row++)
        {
            if ((mask is null || mask[row] == 1) && !Array.TrueForAll(features[(row * width)..((row + 1) * width)], float.IsFinite))
            {
                throw new InvalidRequestException(
                    $"{settings.Features}: text {row / shape[1]} has values that are not finite numbers; encode it again, with more than 16 bits if need be");
            }
        }
    }

    private static string Words(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
