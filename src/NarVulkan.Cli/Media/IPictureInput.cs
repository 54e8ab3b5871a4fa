namespace NarVulkan.Cli.Media;

/// <summary>Images or clips that the user gives, before it is known what a tokenizer takes.</summary>
internal interface IPictureInput
{
    /// <summary>The pixels as the model's tokenizer takes them.</summary>
    /// <param name="info">The loaded model.</param>
    /// <param name="modelSize">Whether images must be of the size that the generator makes, instead of any size that consists of whole tokens.</param>
    /// <exception cref="InvalidRequestException">They are of another size, or no pixels.</exception>
    PixelBatch ToPixels(NarModelInfo info, bool modelSize);
}
