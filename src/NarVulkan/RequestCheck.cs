using NarVulkan.Generation;
using NarVulkan.Models;

namespace NarVulkan;

/// <summary>Checks what callers ask to be generated before anything reaches the device.</summary>
internal static class RequestCheck
{
    /// <summary>The request with what it leaves to us, its random streams; nothing that it must have is missing.</summary>
    /// <exception cref="InvalidRequestException">Something is, or a number is none.</exception>
    public static NarGenerationRequest Complete(NarGenerationRequest request, NarModelInfo info)
    {
        if (request.Classes is null)
        {
            throw new InvalidRequestException("the request has no classes: NarGenerationRequest.Classes takes one entry for each sample, -1 where there is none.");
        }
        if (request.Sampling is null)
        {
            throw new InvalidRequestException("the request does not say how tokens are drawn: NarGenerationRequest.Sampling is null; NarModelInfo.Sampling has the model's own settings.");
        }
        if (request.MaxBatch < 0)
        {
            throw new InvalidRequestException($"{request.MaxBatch} samples side by side are none: MaxBatch is 1 or more, or 0, which leaves it to the engine.");
        }
        return request.Streams is null ? request with { Streams = SampleStreams.Of(request, byClass: info.ClassCount > 0) } : request;
    }

    /// <summary>Refuses settings that no generator takes, or not this one.</summary>
    /// <exception cref="InvalidRequestException">There is one.</exception>
    public static void Settings(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights)
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
        RequireOnlyItsCondition(request, info, weights.Condition);
    }

    /// <summary>The request's conditions and kept tokens, as the engine takes them.</summary>
    /// <exception cref="InvalidRequestException">A class, token or feature does not exist or fit, or a setting is no number.</exception>
    public static GenerationInputs Inputs(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights)
    {
        Settings(request, info, weights);
        int samples = request.Classes.Count;
        var inputs = weights.Condition switch
        {
            ClassCondition classes => new GenerationInputs { Conditions = Classes(request, info, classes) },
            TextCondition text => new GenerationInputs
            {
                Text = Text(request.Text ?? throw NoText(info, text.Captions), text.Captions, samples),
                NegativeText = request.NegativeText is { } negative ? Negative(negative, text.Captions, samples) : null,
            },
            TokenCondition tokens => new GenerationInputs { Conditions = ConditionTokens(request, info, weights, tokens, samples) },
            _ => throw new InvalidOperationException($"no request for a {weights.Condition}"),
        };
        return inputs with { Kept = Kept(request, info, weights, samples) };
    }

    /// <summary>Refuses prompts that the model cannot take, or that do not go with the rest of the request.</summary>
    /// <exception cref="InvalidRequestException">They do not.</exception>
    public static void Prompts(NarGenerationRequest request, NarModelInfo info)
    {
        if (!info.TakesPrompts)
        {
            throw new InvalidRequestException(info.TextFeatureWidth > 0
                ? $"model {info.Name} has no text encoder to read a prompt with; add \"text\" to its narvk.json, or give it text features."
                : $"model {info.Name} is not conditioned on a text and takes no prompt.");
        }
        if (request.Prompts is { } prompts && (request.Text is not null || prompts.Count != request.Classes.Count || prompts.Contains(null!)))
        {
            throw new InvalidRequestException(request.Text is not null
                ? "the request has prompts and text features; give one of them."
                : $"{prompts.Count} prompts are not one for each of {request.Classes.Count} samples.");
        }
        if (request is { NegativePrompt: not null, NegativeText: not null })
        {
            throw new InvalidRequestException("the request has a negative prompt and negative text features; give one of them.");
        }
    }

    private static void Sampling(NarSampling sampling, GeneratorWeights weights)
    {
        if (!float.IsFinite(sampling.GuidanceScale) || !float.IsFinite(sampling.Temperature) || sampling.Temperature < 0 || sampling.TopK < 0)
        {
            throw new InvalidRequestException("guidance scale and temperature must be finite numbers, temperature and top-k not negative.");
        }
        if (!(sampling.TopP is >= 0 and <= 1))
        {
            throw new InvalidRequestException($"top-p is {sampling.TopP}, which is no probability; choose 0 to 1.");
        }
        if (sampling.GuidanceScale > 1 && !weights.Condition.CanGuide)
        {
            throw new InvalidRequestException("frame prediction takes no guidance: the model has no unconditional condition; use a guidance scale of 1.");
        }
    }

    private static void RequireOnlyItsCondition(NarGenerationRequest request, NarModelInfo info, GeneratorCondition condition)
    {
        if (request.ConditionTokens is not null && condition is not TokenCondition)
        {
            throw new InvalidRequestException($"model {info.Name} is conditioned on {(condition is TextCondition ? "a text" : "classes")} and takes no condition tokens.");
        }
        if ((request.Text ?? request.NegativeText) is not null && condition is not TextCondition)
        {
            throw new InvalidRequestException($"model {info.Name} is conditioned on {(condition is TokenCondition ? "tokens" : "classes")} and takes no text features.");
        }
    }

    private static int[] Classes(NarGenerationRequest request, NarModelInfo info, ClassCondition condition)
    {
        var conditions = new int[request.Classes.Count];
        for (int sample = 0; sample < conditions.Length; sample++)
        {
            int label = request.Classes[sample];
            if (label < -1 || label >= condition.Classes)
            {
                throw new InvalidRequestException($"class {label} does not exist: model {info.Name} has classes 0 to {condition.Classes - 1}{(label < 0 ? ", and -1 is unconditional" : "")}.");
            }
            // Unconditional is the class behind the last.
            conditions[sample] = label < 0 ? condition.Classes : label;
        }
        return conditions;
    }

    private static InvalidRequestException NoText(NarModelInfo info, CaptionProjection captions) => new(info.TakesPrompts
        ? $"model {info.Name} is conditioned on a text: give it a prompt, or text features, {captions.Tokens} rows of {captions.FeatureWidth}, for each sample."
        : $"model {info.Name} is conditioned on a text: it needs text features, {captions.Tokens} rows of {captions.FeatureWidth} for each sample.");

    // One for all samples is one.
    private static TextInputs Negative(NarTextCondition text, CaptionProjection captions, int samples) =>
        Text(text, captions, text.Features.Length == captions.Tokens * captions.FeatureWidth ? 1 : samples);

    private static TextInputs Text(NarTextCondition text, CaptionProjection captions, int samples)
    {
        long features = (long)samples * captions.Tokens * captions.FeatureWidth;
        if (text.Features.Length != features)
        {
            throw new InvalidRequestException($"{text.Features.Length} text feature values are not {samples} sample(s) of {captions.Tokens} rows of {captions.FeatureWidth}.");
        }
        if (text.Mask is { } mask && mask.Length != (long)samples * captions.Tokens)
        {
            throw new InvalidRequestException($"a text mask of {mask.Length} values is not {samples} sample(s) of {captions.Tokens}.");
        }
        return TextInputs.Create(text, samples, captions.Tokens, captions.FeatureWidth);
    }

    private static int[] ConditionTokens(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights, TokenCondition condition, int samples)
    {
        var given = request.ConditionTokens ?? throw new InvalidRequestException($"model {info.Name} predicts frames: it needs condition tokens, {info.ConditionTokens} for each sample (codes and the separator {weights.Shape.Vocabulary}).");
        int all = weights.Schedule.ConditionTokens;
        if (given.Length != (long)samples * all)
        {
            throw new InvalidRequestException($"{given.Length} condition tokens are not {samples} sample(s) of {all}.");
        }
        foreach (int token in given)
        {
            if ((uint)token >= (uint)condition.ConditionValues)
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

    /// <summary>Kept tokens in order of generation; those behind the kept steps are not looked at.</summary>
    private static int[]? Kept(NarGenerationRequest request, NarModelInfo info, GeneratorWeights weights, int samples)
    {
        var schedule = weights.Schedule;
        if (request.KeptSteps < 0 || request.KeptSteps > schedule.Steps.Count)
        {
            throw new InvalidRequestException($"{request.KeptSteps} kept steps: model {info.Name} has {schedule.Steps.Count}.");
        }
        if (request.KeptTokens is not { } raster)
        {
            return request.KeptSteps == 0 ? null : throw new InvalidRequestException($"{request.KeptSteps} kept steps without the tokens to keep.");
        }
        int tokens = schedule.Grid.Count;
        if (raster.Length != (long)samples * tokens)
        {
            throw new InvalidRequestException($"{raster.Length} kept tokens are not {samples} sample(s) of {tokens}.");
        }
        int kept = request.KeptSteps == schedule.Steps.Count ? tokens : schedule.Steps[request.KeptSteps].FirstSampled;
        var ordered = new int[raster.Length];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int index = 0; index < kept; index++)
            {
                int token = raster[sample * tokens + schedule.OrderOfGeneration[index]];
                ordered[sample * tokens + index] = (uint)token < (uint)weights.Shape.Vocabulary
                    ? token
                    : throw new InvalidRequestException($"kept token {token} does not exist: model {info.Name} has tokens 0 to {weights.Shape.Vocabulary - 1}.");
            }
        }
        return ordered;
    }
}
