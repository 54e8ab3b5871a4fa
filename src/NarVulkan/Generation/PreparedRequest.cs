using NarVulkan.Decoding;

namespace NarVulkan.Generation;

/// <summary>A request that was checked for a model, with what its recordings are specific to.</summary>
internal sealed class PreparedRequest
{
    private readonly NarModel model;
    private readonly GuidedSteps guidance;
    private int fitting;

    private PreparedRequest(NarModel model, NarGenerationRequest request, GenerationInputs inputs)
    {
        this.model = model;
        Request = request;
        Inputs = inputs;
        guidance = GuidedSteps.For(model.Generator!.Weights.Schedule, request.Sampling.GuidanceScale, request.Sampling.GuidanceInterval);
    }

    /// <summary>The request.</summary>
    public NarGenerationRequest Request { get; }

    /// <summary>Its values, as recordings read them.</summary>
    public GenerationInputs Inputs { get; }

    /// <summary>Its samples.</summary>
    public int Samples => Request.Classes.Count;

    /// <summary>Whether it asks for frames, and the model can decode them.</summary>
    public bool Decode => Request.DecodeFrames && model.Tokenizer is not null;

    /// <summary>Checks a request.</summary>
    /// <exception cref="InvalidRequestException">It asks for what the model cannot do.</exception>
    public static PreparedRequest Check(NarGenerationRequest request, NarModel model) =>
        new(model, request, RequestCheck.Inputs(request, model.Info, model.Generator!.Weights));

    /// <summary>As many samples as are generated side by side: by the memory that there is when it is first asked. The caller has the context's turn.</summary>
    public int Fit()
    {
        if (fitting == 0)
        {
            fitting = model.Generator!.BatchSize(Samples, Request, guidance);
        }
        return fitting;
    }

    /// <summary>What recordings of so many samples are specific to.</summary>
    public PlanKey KeyOf(int samples) => new(samples, guidance, Request.KeepLogits, Request.KeptTokens is null ? 0 : Request.KeptSteps);

    /// <summary>Refuses more samples than <see cref="Fit"/> allows; the caller has the context's turn.</summary>
    /// <exception cref="InvalidRequestException">So many samples do not fit side by side.</exception>
    public void RequireFits(int samples)
    {
        if (samples > Fit())
        {
            throw new InvalidRequestException(
                $"{samples} samples do not run side by side, {Fit()} do (by the device's limits and memory, or the request's MaxBatch): ask for fewer, or use Generate, which makes batches.");
        }
    }
}
