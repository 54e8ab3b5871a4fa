using NarVulkan.Checkpoints;
using NarVulkan.Models.T5;
using NarVulkan.Text;

namespace NarVulkan;

/// <summary>
/// The text encoder of a model folder, by itself: prompts to the features that text-to-image models take (<see cref="NarGenerationRequest.Text"/>). Encoding
/// all prompts and disposing it before the model is loaded takes least memory. Ends with its context at the latest; calls may come from any thread.
/// </summary>
public sealed class NarTextEncoder : IDisposable, IContextOwned
{
    private readonly NarContext context;
    private readonly PromptEncoder prompts;
    private bool disposed;

    private NarTextEncoder(NarContext context, NarTextEncoderInfo info, PromptEncoder prompts)
    {
        this.context = context;
        this.prompts = prompts;
        Info = info;
    }

    /// <summary>What the encoder is.</summary>
    public NarTextEncoderInfo Info { get; }

    /// <summary>Text to token ids.</summary>
    public TextTokenizer Tokenizer => prompts.Tokenizer;

    /// <summary>Loads the text encoder of a model folder: <c>narvk.json</c> with <c>text</c>, or a T5 folder as it comes from a hub.</summary>
    /// <param name="context">Device to load to.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="options">How to load; null chooses the precision automatically.</param>
    /// <exception cref="ModelFileException">There is no text encoder, or a file is missing, damaged, or not what the folder says.</exception>
    /// <exception cref="DeviceException">The device has no memory for the weights, or failed.</exception>
    public static NarTextEncoder Load(NarContext context, string directory, NarLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(directory);
        using var turn = context.TakeTurn();
        var folder = ModelFolder.Open(directory);
        var description = folder.Text ?? throw new ModelFileException(directory, "describes no text encoder; add \"text\" to narvk.json.");
        options ??= new NarLoadOptions();
        if (options.VerifyChecksums)
        {
            ModelChecksums.Verify(folder.Directory, ModelChecksums.FilesOf(description), new LoadReport(options.Progress).Verified);
        }
        var prompts = PromptEncoder.Load(context.Kernels, description, options);
        var config = prompts.Encoder.Config;
        var encoder = new NarTextEncoder(
            context,
            new NarTextEncoderInfo
            {
                Name = folder.Name,
                Tokens = description.Tokens,
                FeatureWidth = config.Width,
                Vocabulary = config.Vocabulary,
                LongestText = prompts.Encoder.LongestText,
                Transformer = new NarTransformerSize(config.Width, config.Blocks, 0, config.Heads, config.FeedForward),
                Precision = prompts.Encoder.Precision,
                ParameterCount = config.Parameters,
                WeightBytes = prompts.Encoder.Weights.DeviceBytes,
            },
            prompts);
        context.Add(encoder);
        return encoder;
    }

    /// <summary>A prompt as the tokenizer gets it.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="clean">Whether it is cleaned as the original cleans captions; else it is only made lower case and trimmed.</param>
    /// <exception cref="InvalidRequestException">It is longer than any prompt.</exception>
    public static string Prepare(string prompt, bool clean = true)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return PromptEncoder.Prepare(prompt, clean);
    }

    /// <summary>Encodes prompts, cut to <see cref="NarTextEncoderInfo.Tokens"/>.</summary>
    /// <param name="texts">The prompts.</param>
    /// <param name="clean">As for <see cref="Prepare"/>.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <returns>Features [prompts, Tc, C], rows of padding zero, and their mask. A prompt's features do not depend on the others.</returns>
    /// <exception cref="InvalidRequestException">There is no prompt, or one is longer than any.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the encoder stays usable.</exception>
    public NarTextCondition Encode(IReadOnlyList<string> texts, bool clean = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new InvalidRequestException("there is no prompt to encode.");
        }
        using (TakeTurn())
        {
            return prompts.Encode(texts, clean, cancellation);
        }
    }

    /// <summary>Encodes token ids of texts that were padded to one length, as the encoder leaves them: padding has features, too.</summary>
    /// <param name="ids">[texts, tokens].</param>
    /// <param name="mask">[texts, tokens]: 1 where a token is part of the text, 0 where it is padding, which no token sees.</param>
    /// <param name="tokens">Tokens of each text.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <returns>float32 [texts, tokens, C].</returns>
    /// <exception cref="InvalidRequestException">Sizes contradict each other, a text is too long, or an id does not exist.</exception>
    public float[] Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> mask, int tokens, CancellationToken cancellation = default)
    {
        if (tokens < 1 || ids.Length == 0 || ids.Length % tokens != 0 || mask.Length != ids.Length)
        {
            throw new InvalidRequestException($"{ids.Length} token ids and a mask of {mask.Length} are not texts of {tokens} tokens.");
        }
        if (tokens > Info.LongestText)
        {
            throw new InvalidRequestException($"a text of {tokens} tokens is longer than this device encodes, which is {Info.LongestText}.");
        }
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Info.Vocabulary)
            {
                throw new InvalidRequestException($"token {id} does not exist: the encoder has tokens 0 to {Info.Vocabulary - 1}.");
            }
        }
        if (mask.ContainsAnyExceptInRange(0, 1))
        {
            throw new InvalidRequestException("a mask is made of 0 (padding) and 1.");
        }
        using (TakeTurn())
        {
            var features = PixelCheck.Allocate(ids.Length / tokens, (long)tokens * Info.FeatureWidth, "text feature");
            prompts.Encoder.Encode(ids, mask, tokens, features, cancellation);
            return features;
        }
    }

    /// <summary>Frees the recordings and the weights, after a call that is running in another thread.</summary>
    public void Dispose()
    {
        using (context.TakeTurn(evenIfDisposed: true))
        {
            if (!disposed)
            {
                context.Remove(this);
                ((IContextOwned)this).Release();
            }
        }
    }

    void IContextOwned.Release()
    {
        disposed = true;
        prompts.Dispose();
    }

    private NarContext.Turn TakeTurn()
    {
        var turn = context.TakeTurn(evenIfDisposed: true);
        if (disposed)
        {
            turn.Dispose();
            throw new ObjectDisposedException(nameof(NarTextEncoder), $"the text encoder of {Info.Name} was disposed");
        }
        return turn;
    }
}
