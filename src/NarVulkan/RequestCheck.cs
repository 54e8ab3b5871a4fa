using NarVulkan.Models;
using NarVulkan.Models.Larp;

namespace NarVulkan;

/// <summary>Checks what callers ask for before anything reaches the device.</summary>
internal static class RequestCheck
{
    /// <summary>Condition values of each sample that the schedule feeds, [samples, fed condition tokens].</summary>
    /// <exception cref="InvalidRequestException">A class or condition token does not exist, or a setting is no number.</exception>
    public static int[] Conditions(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights)
    {
        Sampling(request.Sampling, weights);
        int samples = request.Classes.Count;
        if (samples == 0)
        {
            throw new InvalidRequestException("the request has no samples.");
        }
        if (request.Streams is { } streams && streams.Count != samples)
        {
            throw new InvalidRequestException($"{streams.Count} random streams are not one for each of {samples} samples.");
        }
        return weights.Classes > 0 ? ClassConditions(request, info, weights) : TokenConditions(request, info, weights, samples);
    }

    /// <summary>Checks tokens that are to be decoded.</summary>
    public static void Tokens(ReadOnlySpan<int> tokens, int batch, Checkpoints.LarpTokenizerConfig config)
    {
        if (batch < 1 || tokens.Length != (long)batch * config.LatentTokens)
        {
            throw new InvalidRequestException($"{tokens.Length} tokens are not {batch} clip(s) of {config.LatentTokens} tokens.");
        }
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)config.CodebookSize)
            {
                throw new InvalidRequestException($"token {tokens[i]} at index {i} is not in the codebook (0 to {config.CodebookSize - 1}).");
            }
        }
    }

    /// <summary>Checks clips that are to be encoded.</summary>
    public static void Video(ReadOnlySpan<float> video, int batch, LarpTokenizer tokenizer)
    {
        var config = tokenizer.Config;
        if (batch < 1 || video.Length != (long)batch * tokenizer.ValuesPerClip)
        {
            throw new InvalidRequestException($"{video.Length} values are not {batch} clip(s) of 3x{config.FrameCount}x{config.InputSize}x{config.InputSize}.");
        }
        foreach (float value in video)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidRequestException("the video holds values that are not finite numbers.");
            }
        }
    }

    /// <summary>A result array, or a clear error where it would be larger than an array can be.</summary>
    public static float[] Allocate(int samples, long valuesPerSample, string what)
    {
        long values = samples * valuesPerSample;
        return values <= Array.MaxLength
            ? new float[values]
            : throw new InvalidRequestException($"{samples} samples have {values} {what} values, more than one result can hold; ask for fewer samples at a time.");
    }

    private static void Sampling(NarSampling sampling, GeneratorWeights weights)
    {
        if (!float.IsFinite(sampling.GuidanceScale) || !float.IsFinite(sampling.Temperature) || sampling.Temperature < 0 || float.IsNaN(sampling.TopP) || sampling.TopK < 0)
        {
            throw new InvalidRequestException("guidance scale and temperature must be finite numbers, temperature and top-k not negative.");
        }
        if (sampling.GuidanceScale > 1 && weights.UnconditionalValue is null)
        {
            throw new InvalidRequestException("frame prediction takes no guidance: the model has no unconditional condition; use a guidance scale of 1.");
        }
    }

    private static int[] ClassConditions(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights)
    {
        if (request.ConditionTokens is not null)
        {
            throw new InvalidRequestException($"model {info.Name} is conditioned on classes and takes no condition tokens.");
        }
        var conditions = new int[request.Classes.Count];
        for (int sample = 0; sample < conditions.Length; sample++)
        {
            int label = request.Classes[sample];
            if (label >= weights.Classes)
            {
                throw new InvalidRequestException($"class {label} does not exist: model {info.Name} has classes 0 to {weights.Classes - 1}.");
            }
            // As in the original, a negative label means unconditional.
            conditions[sample] = label < 0 ? weights.UnconditionalValue!.Value : label;
        }
        return conditions;
    }

    private static int[] TokenConditions(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights, int samples)
    {
        var given = request.ConditionTokens ?? throw new InvalidRequestException($"model {info.Name} predicts frames: it needs condition tokens, {info.ConditionTokens} for each sample (codes and the separator {weights.Shape.Vocabulary}).");
        int all = weights.Schedule.ConditionTokens;
        if (given.Length != (long)samples * all)
        {
            throw new InvalidRequestException($"{given.Length} condition tokens are not {samples} sample(s) of {all}.");
        }
        foreach (int token in given)
        {
            if ((uint)token >= (uint)weights.ConditionValues)
            {
                throw new InvalidRequestException($"condition token {token} does not exist: codes are 0 to {weights.Shape.Vocabulary - 1}, the separator is {weights.Shape.Vocabulary}.");
            }
        }
        var fed = weights.Schedule.Steps[0].Fed;
        var conditions = new int[samples * fed.Count];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int slot = 0; slot < fed.Count; slot++)
            {
                conditions[sample * fed.Count + slot] = given[sample * all + fed[slot].Index];
            }
        }
        return conditions;
    }
}
