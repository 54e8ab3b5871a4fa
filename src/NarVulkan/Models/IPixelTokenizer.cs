using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>Tokens to pixels and back, on the device. Not thread-safe.</summary>
internal interface IPixelTokenizer : IDisposable
{
    /// <summary>Codebook size.</summary>
    int Vocabulary { get; }

    /// <summary>The grid that the tokenizer was made for; null where it takes any.</summary>
    TokenGrid? OwnGrid { get; }

    /// <summary>How weights are kept on the device.</summary>
    NarPrecision Precision { get; }

    /// <summary>Weights loaded for decoding, counted.</summary>
    long Parameters { get; }

    /// <summary>Device bytes of the weights loaded for decoding.</summary>
    long DeviceBytes { get; }

    /// <summary>Size of the pixels that a grid of tokens becomes.</summary>
    /// <exception cref="InvalidRequestException">The tokenizer does not take this grid.</exception>
    PixelShape ShapeOf(TokenGrid grid);

    /// <summary>What <see cref="LoadDecoder"/> reads.</summary>
    IEnumerable<WeightTensor> DecoderTensors { get; }

    /// <summary>Brings the decoding half to the device, if it is not there yet.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or wrong.</exception>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    void LoadDecoder(Action<long>? parametersLoaded = null);

    /// <summary>Decodes tokens.</summary>
    /// <param name="codes">int32 [samples, tokens], raster order, each below <see cref="Vocabulary"/>.</param>
    /// <param name="samples">At least 1.</param>
    /// <param name="grid">How the tokens of a sample lie.</param>
    /// <param name="pixels">float32 [samples, channels, frames, height, width], unclamped.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <exception cref="InvalidRequestException">The tokenizer does not take this grid.</exception>
    /// <exception cref="DeviceException">The device has no memory for it, or failed.</exception>
    void Decode(ReadOnlySpan<int> codes, int samples, TokenGrid grid, Span<float> pixels, CancellationToken cancellation);

    /// <summary>What decodes one sample on the device, for callers that record it themselves; the caller owns it, and it borrows the decoder's weights.</summary>
    /// <param name="grid">How the tokens lie.</param>
    /// <param name="mostWork">Multiply-adds that a dispatch should not exceed where it can be divided; no pixel depends on it.</param>
    /// <exception cref="InvalidRequestException">The tokenizer does not take this grid.</exception>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    IDecodeChain CreateDecodeChain(TokenGrid grid, double mostWork);

    /// <summary>Encodes pixels: the reverse of <see cref="Decode"/>.</summary>
    /// <param name="pixels">float32 [samples, channels, frames, height, width], finite, of <see cref="ShapeOf"/> the grid.</param>
    /// <param name="samples">At least 1.</param>
    /// <param name="grid">How many tokens of each dimension the pixels become.</param>
    /// <param name="codes">int32 [samples, tokens], raster order.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <exception cref="InvalidRequestException">The tokenizer does not take this grid.</exception>
    /// <exception cref="ModelFileException">A tensor of the encoding half is missing or wrong.</exception>
    /// <exception cref="DeviceException">The device has no memory for it, or failed.</exception>
    void Encode(ReadOnlySpan<float> pixels, int samples, TokenGrid grid, Span<int> codes, CancellationToken cancellation);
}
