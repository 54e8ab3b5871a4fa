using NarVulkan.Decoding;

namespace NarVulkan.Generation;

/// <summary>A request that was checked for a model, with what its recordings are specific to.</summary>
internal sealed class PreparedRequest
{
    private readonly NarModel model;
    private readonly GuidedSteps guidance;

    private PreparedRequest(NarModel model, NarGenerationRequest request, GenerationInputs inputs)
    {
        this.model = model;
        Request = request;
        Inputs = inputs;
        guidance = GuidedSteps.For(model.Generator!.Weights.Schedule, request.Sampling.GuidanceScale, request.Sampling.GuidanceInterval);
        Fitting = model.Generator.BatchSize(Samples, request, guidance);
    }

    /// <summary>The request.</summary>
    public NarGenerationRequest Request { get; }

    /// <summary>Its values, as recordings read them.</summary>
    public GenerationInputs Inputs { get; }

    /// <summary>Its samples.</summary>
    public int Samples => Request.Classes.Count;

    /// <summary>As many of them as are generated side by side.</summary>
    public int Fitting { get; }

    /// <summary>Whether it asks for frames, and the model can decode them.</summary>
    public bool Decode => Request.DecodeFrames && model.Tokenizer is not null;

    /// <summary>Checks a request.</summary>
    /// <exception cref="InvalidRequestException">It asks for what the model cannot do.</exception>
    public static PreparedRequest Check(NarGenerationRequest request, NarModel model) =>
        new(model, request, RequestCheck.Inputs(request, model.Info, model.Generator!.Weights));

    /// <summary>What recordings of so many samples are specific to.</summary>
    public PlanKey KeyOf(int samples) => new(samples, guidance, Request.KeepLogits, Request.KeptTokens is null ? 0 : Request.KeptSteps);

    /// <exception cref="InvalidRequestException">So many samples do not fit side by side.</exception>
    public void RequireFits(int samples)
    {
        if (samples > Fitting)
        {
            throw new InvalidRequestException(
                $"{samples} samples do not run side by side, {Fitting} do (by the device's limits and memory, or the request's MaxBatch): ask for fewer, or use Generate, which makes batches.");
        }
    }
}
