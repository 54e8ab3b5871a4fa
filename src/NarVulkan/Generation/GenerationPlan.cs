using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// A whole generation, recorded once: one dispatch chain after another, replayed for every request of the same shape.
/// No token leaves the device between its first and its last step.
/// </summary>
internal sealed class GenerationPlan : IDisposable
{
    private readonly GeneratorWeights weights;
    private readonly GenerationState state;
    private readonly RecordedCommands prefill;
    private readonly RecordedCommands steps;

    /// <summary>Allocates and records. Prefill is a recording of its own, so that it can be timed apart.</summary>
    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="weights">Generator; must outlive the plan.</param>
    /// <param name="key">Shape of the requests that the plan serves.</param>
    /// <param name="workBudget">Multiply-adds in one submission at most; null: what the device does in the time that its profile names.</param>
    /// <param name="timestamps">Whether the device times the steps' parts, for <see cref="Timings"/>.</param>
    public GenerationPlan(KernelSet kernels, GeneratorWeights weights, PlanKey key, double? workBudget = null, bool timestamps = false)
    {
        var device = kernels.Device;
        this.weights = weights;
        state = new GenerationState(device, weights, key);
        try
        {
            var recorder = new StepRecorder(kernels, weights, state.Buffers, key);
            var all = weights.Schedule.Steps;
            recorder.Rehearse();
            prefill = Record("prefill", all.Take(1));
            steps = Record("steps", all.Skip(1));

            RecordedCommands Record(string name, IEnumerable<DecodeStep> part)
            {
                using var commands = new CommandRecorder(device, name, workBudget, timestamps);
                foreach (var step in part)
                {
                    recorder.Record(commands, step);
                }
                return commands.Finish();
            }
        }
        catch
        {
            prefill?.Dispose();
            state.Dispose();
            throw;
        }
    }

    /// <summary>What the plan was recorded for.</summary>
    public PlanKey Key => state.Key;

    /// <summary>Submissions of the last generation.</summary>
    public int Submissions => prefill.Submissions + steps.Submissions;

    /// <summary>Device memory of the plan.</summary>
    public PlanMemory Memory => state.Buffers.Memory;

    /// <summary>Device time of the last run's steps by part (embed, blocks, heads, sample), in milliseconds; empty without timestamps.</summary>
    public IReadOnlyList<(string Region, double Milliseconds)> Timings => steps.Timings;

    /// <summary>Dispatches and barriers of one generation.</summary>
    public (long Dispatches, long Barriers) Commands => (prefill.DispatchCount + steps.DispatchCount, prefill.BarrierCount + steps.BarrierCount);

    /// <inheritdoc cref="GenerationState.SetInputs(GenerationInputs, int, in SamplingParameters, ReadOnlySpan{uint})"/>
    public void SetInputs(GenerationInputs inputs, int first, in SamplingParameters parameters, ReadOnlySpan<uint> streams) =>
        state.SetInputs(inputs, first, parameters, streams);

    /// <inheritdoc cref="GenerationState.SetInputs(GenerationInputs, NarGenerationRequest, int)"/>
    public void SetInputs(GenerationInputs inputs, NarGenerationRequest request, int first) => state.SetInputs(inputs, request, first);

    /// <summary>Feeds the condition and samples the first token.</summary>
    public void RunPrefill(CancellationToken cancellation) => prefill.Run(null, cancellation);

    /// <summary>Runs all further steps. <paramref name="stepDone"/> gets the index of the last step that is complete.</summary>
    public void RunSteps(Action<int>? stepDone, CancellationToken cancellation)
    {
        if (weights.Schedule.Steps.Count > 1)
        {
            steps.Run(stepDone, cancellation);
        }
    }

    /// <inheritdoc cref="GenerationState.ReadTokens"/>
    public void ReadTokens(Span<int> raster) => state.ReadTokens(raster);

    /// <inheritdoc cref="GenerationState.ReadLogits"/>
    public void ReadLogits(Span<float> logits) => state.ReadLogits(logits);

    /// <inheritdoc/>
    public void Dispose()
    {
        prefill.Dispose();
        steps.Dispose();
        state.Dispose();
    }
}
