using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;
using NarVulkan.Vulkan;

namespace NarVulkan.Cli.Commands;

/// <summary>Refuses what a model cannot do, in words that name the limit.</summary>
internal static class GenerationChecks
{
    /// <summary>What the model folder alone can tell: costs nothing, and needs no device.</summary>
    /// <exception cref="InvalidRequestException">The request does not fit the model.</exception>
    /// <exception cref="ModelFileException">The folder holds no generator.</exception>
    public static void BeforeLoading(ModelFolder folder, GenerateSettings settings)
    {
        GeneratorDescription generator = folder.Generator ?? throw new ModelFileException(
            settings.Model.Directory,
            folder.Tokenizer is null ? "has no generator, only a text encoder; use 'narvk text' with it" : "has no generator, only a tokenizer; use 'narvk decode' or 'narvk encode' with it");
        PictureChecks.RequireFitting(settings.Pictures, folder.MediaOf()!.Value, folder.Name);
        if (folder.Tokenizer is null)
        {
            CheckWithoutTokenizer(folder, settings);
        }
        CheckConditions(folder.Name, generator.Architecture, settings);
        CheckPrompts(folder, settings);
        if (settings.Classes is not null && folder.Classes is { Count: > 0 } names)
        {
            ClassList.Parse(settings.Classes, names.Count, names, ModelLabel(folder.Name, settings));
        }
    }

    /// <summary>The conditions that come from a file or from prompts; null for classes.</summary>
    /// <exception cref="InvalidRequestException">A file is missing, damaged, or does not hold conditions.</exception>
    public static IConditionRows? ReadCondition(CliConsole console, GenerateSettings settings) => settings switch
    {
        { ConditionTokens: { } file } => ClipCondition.Read(console, file),
        { Prompts: { } prompts } => new PromptCondition(prompts),
        { Text: { } text } => TextCondition.Read(console, text),
        _ => null,
    };

    /// <summary>What is asked for, as samples of the loaded model.</summary>
    /// <exception cref="InvalidRequestException">A class, the condition or the number of frames is not for this model.</exception>
    public static SamplePlan PlanSamples(NarModelInfo info, GenerateSettings settings, IConditionRows? condition)
    {
        if (info.HasTokenizer)
        {
            PictureChecks.RequireFrames(settings.Pictures, info);
        }
        SamplePlan plan = new(ItemsOf(info, settings, condition), settings.Count, ByCondition: condition is not null, condition?.Prompts());
        CheckArraySizes(plan, info, settings, condition?.Width ?? 0);
        CheckMemory(plan, info, settings);
        return plan;
    }

    /// <summary>The class of each item that is asked for, or of each condition row; where nothing is asked for, one drawn from the seed.</summary>
    public static IReadOnlyList<int> ItemsOf(NarModelInfo info, GenerateSettings settings, IConditionRows? condition)
    {
        if (condition is not null)
        {
            condition.Check(info);
            return Enumerable.Repeat(ClassList.Unconditional, condition.Rows).ToArray();
        }
        if (settings.Classes is { } text)
        {
            return ClassList.Parse(text, info.ClassCount, info.ClassNames, ModelLabel(info.Name, settings));
        }
        return [info.ClassCount > 0 ? ClassList.FromSeed(settings.Seed, info.ClassCount) : ClassList.Unconditional];
    }

    // Every family takes one of: classes, text features, the codes of a clip.
    private static void CheckConditions(string model, Architecture architecture, GenerateSettings settings)
    {
        bool readsText = architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage;
        bool predictsFrames = architecture == Architecture.NarFramePrediction;
        if (readsText && settings.Text is null && settings.Prompts is null)
        {
            throw new InvalidRequestException($"{model} makes images from text: give a text with --prompt TEXT, or its features with --condition F.npy");
        }
        if (predictsFrames && settings.ConditionTokens is null)
        {
            throw new InvalidRequestException($"{model} continues clips: give the codes to continue with --condition-tokens C.npy ('narvk encode' makes them)");
        }
        string use = readsText ? "--prompt or --condition" : predictsFrames ? "--condition-tokens" : "--class";
        if (!predictsFrames && settings.ConditionTokens is not null)
        {
            throw new InvalidRequestException($"--condition-tokens is for frame prediction (nar-c2v-fp), but {model} is {architecture.Name()}; use {use}");
        }
        if (!readsText && (settings.Text is not null || settings.Prompts is not null))
        {
            throw new InvalidRequestException($"{(settings.Prompts is null ? "--condition" : "--prompt")} is for text to image (nar-t2i, llamagen-t2i), but {model} is {architecture.Name()}; use {use}");
        }
        if ((readsText || predictsFrames) && settings.Classes is not null)
        {
            throw new InvalidRequestException($"--class does not apply to {model}, which {(readsText ? "reads text" : "continues clips")} and knows no classes; use {use}");
        }
    }

    private static void CheckPrompts(ModelFolder folder, GenerateSettings settings)
    {
        if (settings.Prompts is not { } prompts)
        {
            return;
        }
        if (settings.Text is not null)
        {
            throw new InvalidRequestException("--prompt and --condition both give the text; give one of them");
        }
        if (folder.Text is null)
        {
            throw new ModelFileException(
                settings.Model.Directory,
                "has no text encoder to read --prompt with; get one with 'narvk fetch flan-t5-xl' and name it under \"text\" in narvk.json, as weights/README.md says, or give features with --condition");
        }
        if (prompts.Negative is not null && settings.Sampling(new NarSampling { GuidanceScale = folder.Sampling.Guidance }).GuidanceScale <= 1)
        {
            throw new InvalidRequestException("--negative works by guidance, and there is none at --cfg 1 or less; raise --cfg, or leave --negative out");
        }
    }

    private static void CheckWithoutTokenizer(ModelFolder folder, GenerateSettings settings)
    {
        if (settings.Dumps is { Tokens: null, Logits: null })
        {
            throw new InvalidRequestException($"{folder.Name} has no tokenizer, so it makes tokens and no pictures; ask for them with --dump-tokens or --dump-logits");
        }
        string? picture = settings.Dumps.Frames is not null ? "--dump-frames"
            : settings.Npz is not null ? "--npz"
            : settings.Pictures.Out is not null ? "--out"
            : settings.Pictures.Frames is not null ? "--frames"
            : settings.Pictures.Format is not null ? "--format"
            : null;
        if (picture is not null)
        {
            throw new InvalidRequestException($"{picture} needs pictures, and {folder.Name} has no tokenizer to make them with");
        }
    }

    // One array holds the conditions, and one the results, of all samples.
    private static void CheckArraySizes(SamplePlan plan, NarModelInfo info, GenerateSettings settings, int conditionWidth)
    {
        long largest = Math.Max(Math.Max(info.TokenCount, conditionWidth), 3L * info.Frames * info.Height * info.Width);
        if (settings.Dumps.Logits is not null)
        {
            largest = Math.Max(largest, (long)info.TokenCount * info.Vocabulary);
        }
        long most = Array.MaxLength / largest;
        if (plan.Items.Count > most / plan.Copies)
        {
            throw new InvalidRequestException($"--count {plan.Copies} of {plan.Items.Count} makes more samples than one run can hold, which is {most}; split them over several runs");
        }
    }

    // After the sizes of arrays, which bound what is multiplied here.
    private static void CheckMemory(SamplePlan plan, NarModelInfo info, GenerateSettings settings)
    {
        long samples = (long)plan.Items.Count * plan.Copies, bytes = ResultBytes(info, settings.Dumps.Logits is not null, samples);
        ulong left = HostMemory.AvailableBytes();
        // One sample's pictures at a time, and what they are encoded to.
        long pictures = info.HasTokenizer ? checked(2 * 3L * (settings.Pictures.Frames ?? info.Frames) * info.Height * info.Width * settings.Pictures.Scale * settings.Pictures.Scale) : 0;
        if (settings.Pictures.Scale > 1 && (ulong)pictures > left)
        {
            throw new InvalidRequestException(
                $"a sample's pictures enlarged by --scale {settings.Pictures.Scale} take {ByteText.Of(pictures)} of memory until they are written, and {ByteText.Of((long)left)} are left; use a smaller one");
        }
        if ((ulong)bytes > left)
        {
            throw new InvalidRequestException(
                $"{samples} samples take {ByteText.Of(bytes)} of memory until they are written, and {ByteText.Of((long)left)} are left; split them over several runs, or ask for --samples, which writes as it goes");
        }
    }

    /// <summary>Bytes of all samples' results, which are kept until they are written: tokens, frames as floats, logits where they are wanted.</summary>
    private static long ResultBytes(NarModelInfo info, bool withLogits, long samples)
    {
        long frames = info.HasTokenizer ? 3L * info.Frames * info.Height * info.Width : 0, logits = withLogits ? (long)info.TokenCount * info.Vocabulary : 0;
        return checked(sizeof(float) * samples * (info.TokenCount + frames + logits));
    }

    /// <summary>How to call the model in an error.</summary>
    public static string ModelLabel(string name, GenerateSettings settings) => settings.Model.StandsInFor is { } known
        ? $"the demo model, which stands in for {known.Name},"
        : name;
}
