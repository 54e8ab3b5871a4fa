using NarVulkan.Checkpoints;
using NarVulkan.Generation;
using NarVulkan.Models.T5;

namespace NarVulkan;

/// <summary>
/// The text encoder of a model that generates, loaded when there is a prompt to encode. Where the device has memory for both it stays beside the
/// generator; where it has not, the generator makes room for it and is loaded again.
/// </summary>
internal sealed class PromptPart(NarContext context, ModelFolder folder, NarLoadOptions options) : IDisposable
{
    // Progress is of the load that the caller sees.
    private readonly NarLoadOptions quiet = options with { Progress = null };
    private PromptEncoder? encoder;
    private bool verified = !options.VerifyChecksums;

    /// <summary>Whether the encoder is on the device between requests.</summary>
    public bool IsKept => encoder is not null;

    /// <summary>Features of a request's prompts and of its negative prompt.</summary>
    /// <param name="request">Has one of them at least.</param>
    /// <param name="generator">Null while it makes room, and after a failure to load it again.</param>
    /// <param name="mayMakeRoom">Whether nothing else uses the generator's weights.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <exception cref="ModelFileException">A file of the encoder is missing, damaged, or not the one that its checksum is of, where that was asked for.</exception>
    public (NarTextCondition? Text, NarTextCondition? Negative) Encode(
        NarGenerationRequest request, ref TokenGenerator? generator, bool mayMakeRoom, CancellationToken cancellation)
    {
        Verify();
        bool stays = encoder is not null || (options.KeepTextEncoder ?? FitsBeside());
        if (!stays && mayMakeRoom)
        {
            generator?.Dispose();
            generator = null;
        }
        try
        {
            encoder ??= PromptEncoder.Load(context.Kernels, folder.Text!, quiet);
            return (
                request.Prompts is { } prompts ? encoder.Encode(prompts, request.CleanPrompts, cancellation) : null,
                request.NegativePrompt is { } negative ? encoder.Encode([negative], request.CleanPrompts, cancellation) : null);
        }
        finally
        {
            if (!stays)
            {
                Dispose();
                generator ??= LoadGenerator();
            }
        }
    }

    /// <summary>The folder's generator, loaded again.</summary>
    public TokenGenerator LoadGenerator() => ModelLoading.LoadGenerator(context, folder.Generator!, quiet).Engine;

    /// <inheritdoc/>
    public void Dispose()
    {
        encoder?.Dispose();
        encoder = null;
    }

    // Before it is loaded for the first time, and not with the generator's files: it may be larger than they are, and many requests have no prompt.
    private void Verify()
    {
        if (!verified)
        {
            ModelChecksums.Verify(folder.Directory, ModelChecksums.FilesOf(folder.Text!), (_, _) => { });
            verified = true;
        }
    }

    // Half of what is left is the generation's (TokenGenerator.BatchSize).
    private bool FitsBeside()
    {
        ulong memory = context.Vulkan.Profile.MemoryBytes, used = Math.Min(memory, context.Vulkan.Allocator.UsedBytes);
        return (ulong)PromptEncoder.WeightBytes(context.Kernels, folder.Text!, quiet) <= (memory - used) / 2;
    }
}
